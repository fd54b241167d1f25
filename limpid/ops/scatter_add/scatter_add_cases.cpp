#include "limpid/op/case.h"
#include "limpid/ops/scatter_add/scatter_add.h"

namespace limpid {

namespace {
CaseInput places(Shape shape, std::vector<double> values) {
  return {.shape = std::move(shape), .dtype = DType::i64, .values = std::move(values)};
}
}  // namespace

std::vector<Case> ScatterAdd::cases() {
  return {
      {.name = "repeated places", .inputs = {{{2, 3}}, places({2, 4}, {0, 0, 0, 2, 1, 2, 1, 2}), {{2, 4}}},
       .op = any(ScatterAdd{1}), .torch = "a.scatter_add(1, b, c)"},
      {.name = "columns", .inputs = {{{3, 2}}, places({2, 2}, {2, 0, 2, 2}), {{2, 2}}},
       .op = any(ScatterAdd{0}), .torch = "a.scatter_add(0, b, c)"},
      {.name = "src larger than index", .inputs = {{{3, 2}}, places({1, 2}, {2, 0}), {{2, 3}}},
       .op = any(ScatterAdd{-2}), .torch = "a.scatter_add(-2, b, c)"},
      {.name = "0-d", .inputs = {{Shape{}}, places({}, {0}), {Shape{}}}, .op = any(ScatterAdd{0}),
       .torch = "a.scatter_add(0, b, c)"},
      {.name = "nothing", .inputs = {{{2, 3}}, {.shape = {0, 3}, .dtype = DType::i64}, {{0, 3}}},
       .op = any(ScatterAdd{0}), .torch = "a.scatter_add(0, b, c)"},
      {.name = "out of range", .inputs = {{{2, 3}}, places({1, 1}, {3}), {{1, 1}}},
       .op = any(ScatterAdd{1}), .error = "scatter_add: index 3 is out of range for axis 1 of size 3"},
      {.name = "src too small", .inputs = {{{2, 3}}, places({1, 2}, {0, 1}), {{1, 1}}},
       .op = any(ScatterAdd{1}), .error = "dimension 1 of index has size 2, more than the 1 of src"},
      {.name = "src of another rank", .inputs = {{{2, 3}}, places({1, 2}, {0, 1}), {{2}}},
       .op = any(ScatterAdd{1}), .error = "must have the rank of index"},
      {.name = "src of another dtype",
       .inputs = {{{2, 3}}, places({1, 1}, {0}), {.shape = {1, 1}, .dtype = DType::f64}},
       .op = any(ScatterAdd{1}), .error = "src has dtype float64 but the input float32"},
      {.name = "large",
       .inputs = {{{1024, 512}},
                  {.shape = {1024, 1024}, .dtype = DType::i64, .low = 0, .high = 512},
                  {{1024, 1024}}},
       .op = any(ScatterAdd{1}), .torch = "a.scatter_add(1, b, c)", .speed = true},
  };
}

}  // namespace limpid
