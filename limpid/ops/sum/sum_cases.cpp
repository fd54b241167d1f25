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
      {.name = "axis out of range", .inputs = {{{3, 4}}}, .op = any(Sum{.dim = {2}}),
       .error = "sum: axis 2 is out of range for a tensor of 2 dimensions"},
      {.name = "axis named twice", .inputs = {{{3, 4}}}, .op = any(Sum{.dim = {1, -1}}),
       .error = "sum: axis -1 is named twice"},
      {.name = "large", .inputs = {{{1024, 1024}}}, .op = any(Sum{.dim = {1}}),
       .torch = "a.sum(1)", .speed = true},
  };
}

}  // namespace limpid
