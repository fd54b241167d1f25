#include "limpid/op/case.h"
#include "limpid/ops/index/index.h"

namespace limpid {

namespace {
CaseInput indices(Shape shape, std::vector<double> values, DType dtype = DType::i64) {
  return {.shape = shape, .dtype = dtype, .values = values};
}
}  // namespace

std::vector<Case> AdvancedIndex::cases() {
  return {
      {.name = "rows, one of them three times",
       .inputs = {{{2, 3}}, indices({6}, {0, 1, 1, 1, -1, 1})}, .op = any(AdvancedIndex{{0}}),
       .torch = "a[b]"},
      {.name = "matrix of rows", .inputs = {{{3, 4}}, indices({2, 2}, {0, 2, -3, 1})},
       .op = any(AdvancedIndex{{0}}), .torch = "a[b]"},
      {.name = "columns", .inputs = {{{3, 4}}, indices({3}, {3, 0, 3})}, .op = any(AdvancedIndex{{1}}),
       .torch = "a[:, b]"},
      {.name = "elements", .inputs = {{{3, 4}}, indices({3}, {0, 1, 1}), indices({3}, {3, 0, 0})},
       .op = any(AdvancedIndex{{0, 1}}), .torch = "a[b, c]"},
      {.name = "broadcast arrays",
       .inputs = {{{3, 4}}, indices({2, 1}, {0, 2}), indices({3}, {3, 0, 1})},
       .op = any(AdvancedIndex{{0, 1}}), .torch = "a[b, c]"},
      {.name = "middle axes", .inputs = {{{2, 3, 4, 2}}, indices({2}, {0, 2}), indices({2}, {3, 0})},
       .op = any(AdvancedIndex{{1, 2}}), .torch = "a[:, b, c]"},
      {.name = "axes apart come first",
       .inputs = {{{2, 3, 4}}, indices({3}, {0, 1, 1}), indices({3}, {3, 0, 3})},
       .op = any(AdvancedIndex{{0, 2}}), .torch = "a[b, :, c]"},
      {.name = "axes apart, broadcast",
       .inputs = {{{2, 3, 4, 2}}, indices({2, 1}, {0, 1}), indices({3}, {1, 0, 1})},
       .op = any(AdvancedIndex{{1, 3}}), .torch = "a[:, b, :, c]"},
      {.name = "transposed",
       .inputs = {{.shape = {4, 5}, .arrangement = Arrangement::transposed}, indices({3}, {3, 0, 1})},
       .op = any(AdvancedIndex{{0}}), .torch = "a[b]"},
      {.name = "int32", .inputs = {{{5}}, indices({4}, {4, 0, -1, 2}, DType::i32)},
       .op = any(AdvancedIndex{{0}}), .torch = "a[b]"},
      {.name = "int8", .inputs = {{{5}}, indices({4}, {4, 0, -1, 2}, DType::i8)},
       .op = any(AdvancedIndex{{0}}), .torch = "a[b.long()]"},
      {.name = "int16 of bool", .inputs = {{.shape = {5}, .dtype = DType::boolean},
                                           indices({2}, {4, -5}, DType::i16)},
       .op = any(AdvancedIndex{{0}}), .torch = "a[b.long()]"},
      {.name = "half", .inputs = {{.shape = {4, 2}, .dtype = DType::bf16}, indices({2}, {1, 1})},
       .op = any(AdvancedIndex{{0}}), .torch = "a[b]", .smooth = false},
      {.name = "0-d array", .inputs = {{{3, 2}}, indices({}, {-2})}, .op = any(AdvancedIndex{{0}}),
       .torch = "a[b]"},
      {.name = "no index", .inputs = {{{3, 2}}, indices({0}, {})}, .op = any(AdvancedIndex{{0}}),
       .torch = "a[b]"},
      {.name = "empty rows", .inputs = {{{3, 0}}, indices({2}, {1, 2})}, .op = any(AdvancedIndex{{0}}),
       .torch = "a[b]"},
      {.name = "too large", .inputs = {{{3, 2}}, indices({2}, {1, 3})}, .op = any(AdvancedIndex{{0}}),
       .error = "index: index 3 is out of range for dimension 0 of size 3"},
      {.name = "too small", .inputs = {{{2, 3}}, indices({2}, {1, -4})},
       .op = any(AdvancedIndex{{1}}), .error = "index -4 is out of range for dimension 1 of size 3"},
      {.name = "into nothing", .inputs = {{{0, 3}}, indices({1}, {0})}, .op = any(AdvancedIndex{{0}}),
       .error = "index 0 is out of range for dimension 0, which is empty"},
      {.name = "arrays do not broadcast",
       .inputs = {{{3, 4}}, indices({2}, {0, 1}), indices({3}, {0, 1, 2})},
       .op = any(AdvancedIndex{{0, 1}}),
       .error = "array 1 of shape (3,) does not fit those before it, of shape (2,)"},
      {.name = "uint8", .inputs = {{{3}}, indices({3}, {0, 1, 1}, DType::u8)},
       .op = any(AdvancedIndex{{0}}), .error = "index array 0 is uint8"},
      {.name = "float", .inputs = {{{3}}, indices({1}, {0}, DType::f32)},
       .op = any(AdvancedIndex{{0}}), .error = "index array 0 is float32; indices are int64"},
      {.name = "axes descend", .inputs = {{{3, 3}}, indices({1}, {0}), indices({1}, {0})},
       .op = any(AdvancedIndex{{1, 0}}), .error = "axes (1, 0) must ascend"},
      {.name = "large", .inputs = {{{10000, 256}},
                                   {.shape = {4096}, .dtype = DType::i64, .low = 0, .high = 10000}},
       .op = any(AdvancedIndex{{0}}), .torch = "a[b]", .speed = true},
      {.name = "large, elements",
       .inputs = {{{1000000}}, {.shape = {1000000}, .dtype = DType::i64, .low = 0, .high = 1000000}},
       .op = any(AdvancedIndex{{0}}), .torch = "a[b]", .speed = true},
  };
}

}  // namespace limpid
