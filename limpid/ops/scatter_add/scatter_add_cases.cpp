#include "limpid/op/case.h"
#include "limpid/ops/scatter_add/scatter_add.h"

namespace limpid {

std::vector<Case> ScatterAdd::cases() {
  const auto index = [](Shape shape, std::vector<double> values) {
    return CaseInput{.shape = std::move(shape), .dtype = DType::i64, .values = std::move(values)};
  };
  const auto of = [](Shape shape, DType dtype) {
    return CaseInput{.shape = std::move(shape), .dtype = dtype};
  };
  return {
      {.name = "one a row",
       .inputs = {{{3, 4}}, index({3, 1}, {2, 0, 3}), {{3, 1}}},
       .op = any(ScatterAdd{1}),
       .torch = "torch.scatter_add(a, 1, b, c)"},
      {.name = "repeated indices add up",
       .inputs = {{{2, 3}}, index({2, 5}, {1, 1, 1, 0, 1, 2, 2, 2, 2, 2}), {{2, 5}}},
       .op = any(ScatterAdd{1}),
       .torch = "torch.scatter_add(a, 1, b, c)"},
      {.name = "first axis",
       .inputs = {{{3, 4}}, index({2, 3}, {0, 2, 1, 0, 2, 2}), {{2, 3}}},
       .op = any(ScatterAdd{0}),
       .torch = "torch.scatter_add(a, 0, b, c)"},
      {.name = "middle axis, smaller index",
       .inputs = {{{3, 4, 5}}, index({2, 2, 3}, {3, 0, 1, 1, 1, 1, 0, 2, 3, 3, 2, 0}), {{2, 2, 3}}},
       .op = any(ScatterAdd{1}),
       .torch = "torch.scatter_add(a, 1, b, c)"},
      {.name = "0-d",
       .inputs = {{Shape{}}, index({}, {0}), {Shape{}}},
       .op = any(ScatterAdd{0}),
       .torch = "torch.scatter_add(a, 0, b, c)"},
      {.name = "no indices",
       .inputs = {{{3}}, {.shape = {0}, .dtype = DType::i64}, {{0}}},
       .op = any(ScatterAdd{0}),
       .torch = "torch.scatter_add(a, 0, b, c)"},
      {.name = "u8 wraps",
       .inputs = {{.shape = {2}, .dtype = DType::u8, .values = {200, 1}},
                  index({3}, {0, 1, 0}),
                  {.shape = {3}, .dtype = DType::u8, .values = {100, 2, 3}}},
       .op = any(ScatterAdd{0}),
       .torch = "torch.scatter_add(a, 0, b, c)"},
      {.name = "bool is or",
       .inputs = {of({3}, DType::boolean), index({4}, {0, 0, 2, 2}), of({4}, DType::boolean)},
       .op = any(ScatterAdd{0}),
       .torch = "torch.scatter_add(a, 0, b, c)"},
      {.name = "f16 adds in float32",
       .inputs = {{.shape = {2}, .dtype = DType::f16},
                  {.shape = {500}, .dtype = DType::i64, .low = 0, .high = 2},
                  {.shape = {500}, .dtype = DType::f16, .low = 0, .high = 1}},
       .op = any(ScatterAdd{0})},
      {.name = "index too large",
       .inputs = {{{2, 4}}, index({2, 2}, {0, 1, 4, 0}), {{2, 2}}},
       .op = any(ScatterAdd{1}),
       .error =
           "scatter_add: index 4 at position (1, 0) is out of range for dimension 1 of size 4"},
      {.name = "src of other shape",
       .inputs = {{{2, 4}}, index({2, 2}, {0, 1, 3, 0}), {{2, 1}}},
       .op = any(ScatterAdd{1}),
       .error = "scatter_add: src has shape (2, 1) but index (2, 2)"},
      {.name = "src of other dtype",
       .inputs = {{{4}}, index({1}, {0}), of({1}, DType::i64)},
       .op = any(ScatterAdd{0}),
       .error = "scatter_add: src has dtype int64 but input float32"},
      {.name = "large",
       .inputs = {{{512, 1024}},
                  {.shape = {512, 1024}, .dtype = DType::i64, .low = 0, .high = 1024},
                  {{512, 1024}}},
       .op = any(ScatterAdd{1}),
       .torch = "torch.scatter_add(a, 1, b, c)",
       .speed = true},
  };
}

}  // namespace limpid
