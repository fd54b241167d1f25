#include "limpid/op/case.h"
#include "limpid/ops/index_put/index_put.h"

namespace limpid {

namespace {
CaseInput indices(Shape shape, std::vector<double> values, DType dtype = DType::i64) {
  return {.shape = shape, .dtype = dtype, .values = values};
}
}  // namespace

std::vector<Case> IndexPut::cases() {
  const AnyOp put = any(IndexPut{{0}, false}), add = any(IndexPut{{0}, true});
  const std::string torch_put = "a.index_put((c,), b)", torch_add = "a.index_put((c,), b, True)";
  return {
      {.name = "rows", .inputs = {{{4, 3}}, {{2, 3}}, indices({2}, {3, 0})}, .op = put,
       .torch = torch_put},
      {.name = "a row for all", .inputs = {{{4, 3}}, {{3}}, indices({2}, {3, -3})}, .op = put,
       .torch = torch_put},
      {.name = "a number for all", .inputs = {{{4, 3}}, {Shape{}}, indices({2}, {3, 1})}, .op = put,
       .torch = torch_put},
      {.name = "add, one row three times",
       .inputs = {{{2, 3}}, {{5, 3}}, indices({5}, {0, 1, 1, 1, 0})}, .op = add, .torch = torch_add},
      {.name = "add a number to repeated places", .inputs = {{{3}}, {Shape{}}, indices({4}, {0, 2, 2, -1})},
       .op = add, .torch = torch_add},
      {.name = "elements", .inputs = {{{3, 4}}, {{3}}, indices({3}, {0, 1, 2}), indices({3}, {3, 0, 0})},
       .op = any(IndexPut{{0, 1}, false}), .torch = "a.index_put((c, d), b)"},
      {.name = "add to elements, broadcast",
       .inputs = {{{3, 4}}, {{2, 3}}, indices({2, 1}, {0, 0}), indices({3}, {3, 0, 3})},
       .op = any(IndexPut{{0, 1}, true}), .torch = "a.index_put((c, d), b, True)"},
      {.name = "columns", .inputs = {{{3, 4}}, {{3, 2}}, indices({2}, {3, 1})},
       .op = any(IndexPut{{1}, false}), .torch = "torch.ops.aten.index_put(a, (None, c), b)"},
      {.name = "axes apart",
       .inputs = {{{2, 3, 4}}, {{2, 3}}, indices({2}, {0, 0}), indices({2}, {3, 3})},
       .op = any(IndexPut{{0, 2}, true}), .torch = "torch.ops.aten.index_put(a, (c, None, d), b, True)"},
      {.name = "transposed",
       .inputs = {{.shape = {4, 3}, .arrangement = Arrangement::transposed},
                  {.shape = {2, 3}, .arrangement = Arrangement::negative}, indices({2}, {1, 1})},
       .op = add, .torch = torch_add},
      {.name = "add halves, rounded once",
       .inputs = {{.shape = {2}, .dtype = DType::f16, .values = {2048, 1}},
                  {.shape = {4}, .dtype = DType::f16, .values = {1, 1, 1, 1}},
                  indices({4}, {0, 0, 0, 0})},
       .op = add, .torch = "a.double().index_put((c,), b.double(), True).half()", .smooth = false},
      {.name = "add bool", .inputs = {{.shape = {3}, .dtype = DType::boolean, .values = {0, 1, 0}},
                                      {.shape = {3}, .dtype = DType::boolean, .values = {1, 1, 0}},
                                      indices({3}, {0, 1, 2})},
       .op = add, .torch = torch_add},
      {.name = "add int8, wraps", .inputs = {{.shape = {2}, .dtype = DType::i8, .values = {100, 0}},
                                             {.shape = {2}, .dtype = DType::i8, .values = {100, 1}},
                                             indices({2}, {0, 0}, DType::i32)},
       .op = add, .torch = torch_add},
      {.name = "no index", .inputs = {{{3}}, {{0}}, indices({0}, {})}, .op = put, .torch = torch_put},
      {.name = "out of range", .inputs = {{{3}}, {{1}}, indices({1}, {3})}, .op = put,
       .error = "index_put: index 3 is out of range for dimension 0 of size 3"},
      {.name = "values do not fit", .inputs = {{{4, 3}}, {{2, 2}}, indices({2}, {3, 1})}, .op = put,
       .error = "values of shape (2, 2) do not fit the indexed part of shape (2, 3)"},
      {.name = "other dtype",
       .inputs = {{{3}}, {.shape = {1}, .dtype = DType::f64}, indices({1}, {0})}, .op = put,
       .error = "values are float64 but the input is float32"},
      {.name = "no array", .inputs = {{{3}}, {{3}}}, .op = put,
       .error = "needs an input, values and at least one index array"},
      {.name = "large", .inputs = {{{10000, 256}}, {{4096, 256}},
                                   {.shape = {4096}, .dtype = DType::i64, .low = 0, .high = 10000}},
       .op = add, .torch = torch_add, .speed = true},
  };
}

}  // namespace limpid
