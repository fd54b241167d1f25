#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/sum/sum.h"

namespace limpid {

std::vector<Case> Sum::cases() {
  return {
      {.name = "all", .inputs = {{{3, 4}}}, .op = any(Sum{}), .torch = "a.sum()"},
      {.name = "rows", .inputs = {{{3, 4}}}, .op = any(Sum{.dim = {1}}), .torch = "a.sum(1)"},
      {.name = "columns", .inputs = {{{3, 4}}}, .op = any(Sum{.dim = {0}}), .torch = "a.sum(0)"},
      {.name = "keepdim", .inputs = {{{2, 3, 4}}}, .op = any(Sum{.dim = {-1}, .keepdim = true}),
       .torch = "a.sum(-1, keepdim=True)"},
      {.name = "outer and inner", .inputs = {{{2, 3, 4, 5}}}, .op = any(Sum{.dim = {0, 2}}),
       .torch = "a.sum((0, 2))"},
      {.name = "long row", .inputs = {{{2, 1000}}}, .op = any(Sum{.dim = {1}}), .torch = "a.sum(1)"},
      {.name = "empty axis", .inputs = {{{0, 3}}}, .op = any(Sum{.dim = {0}}), .torch = "a.sum(0)"},
      {.name = "0-d", .inputs = {{Shape{}}}, .op = any(Sum{}), .torch = "a.sum()"},
      {.name = "bool counts", .inputs = {{.shape = {3, 4}, .dtype = DType::boolean}},
       .op = any(Sum{}), .torch = "a.sum()"},
      {.name = "u8 into int64", .inputs = {{.shape = {300}, .dtype = DType::u8, .low = 200, .high = 255}},
       .op = any(Sum{}), .torch = "a.sum()"},
      {.name = "middle", .inputs = {{{3, 5, 7}}}, .op = any(Sum{.dim = {1}}), .torch = "a.sum(1)"},
      {.name = "first and last", .inputs = {{{3, 5, 7}}}, .op = any(Sum{.dim = {0, -1}}),
       .torch = "a.sum((0, -1))"},
      {.name = "more columns than a block", .inputs = {{{40, 530}}}, .op = any(Sum{.dim = {0}}),
       .torch = "a.sum(0)"},
      {.name = "many rows", .inputs = {{{30011, 3}}}, .op = any(Sum{.dim = {0}}), .torch = "a.sum(0)"},
      {.name = "longer than a piece", .inputs = {{{2, 50021}}}, .op = any(Sum{}), .torch = "a.sum()"},
      {.name = "f16 adds in float32", .inputs = {{.shape = {6000}, .dtype = DType::f16, .low = 0.5, .high = 1.5}},
       .op = any(Sum{}), .torch = "a.sum()", .smooth = false},
      {.name = "bf16 columns", .inputs = {{.shape = {600, 2}, .dtype = DType::bf16, .low = 0.5, .high = 1.5}},
       .op = any(Sum{.dim = {0}}), .torch = "a.sum(0)", .smooth = false},
      {.name = "large terms cancel",
       .inputs = {{.shape = {6}, .values = {1e8, 1, -1e8, 1e-3, 3e7, -3e7}}},
       .op = any(Sum{}), .torch = "a.sum()", .smooth = false},
      {.name = "infinities and NaN",
       .inputs = {{.shape = {4, 3}, .values = {1, INFINITY, 2, -INFINITY, INFINITY, 1, NAN, 1, 1, 1e38, 3e38, 1e38}}},
       .op = any(Sum{.dim = {1}}), .torch = "a.sum(1)", .smooth = false},
      {.name = "i32 past its range", .inputs = {{.shape = {3}, .dtype = DType::i32, .values = {2147483647, 2147483647, 5}}},
       .op = any(Sum{}), .torch = "a.sum()"},
      {.name = "axis out of range", .inputs = {{{3, 4}}}, .op = any(Sum{.dim = {2}}),
       .error = "sum: axis 2 is out of range for a tensor of 2 dimensions"},
      {.name = "axis named twice", .inputs = {{{3, 4}}}, .op = any(Sum{.dim = {1, -1}}),
       .error = "sum: axis -1 is named twice"},
      {.name = "large", .inputs = {{{1024, 1024}}}, .op = any(Sum{.dim = {1}}),
       .torch = "a.sum(1)", .speed = true},
      {.name = "large columns", .inputs = {{{65536, 64}}}, .op = any(Sum{.dim = {0}}),
       .torch = "a.sum(0)", .speed = true},
      {.name = "tiny", .inputs = {{{4, 4}}}, .op = any(Sum{}), .torch = "a.sum()", .speed = true},
  };
}

}  // namespace limpid
