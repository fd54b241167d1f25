#include "limpid/op/case.h"
#include "limpid/ops/scatter/scatter.h"

namespace limpid {

std::vector<Case> Scatter::cases() {
  const auto index = [](Shape shape, std::vector<double> values, DType dtype = DType::i64) {
    return CaseInput{.shape = std::move(shape), .dtype = dtype, .values = std::move(values)};
  };
  return {
      {.name = "one a row",
       .inputs = {{{3, 4}}, index({3, 1}, {2, 0, 3}), {{3, 1}}},
       .op = any(Scatter{1}),
       .torch = "torch.scatter(a, 1, b, c)"},
      {.name = "several a row",
       .inputs = {{{2, 5}}, index({2, 3}, {4, 1, 0, 2, 3, 1}), {{2, 3}}},
       .op = any(Scatter{-1}),
       .torch = "torch.scatter(a, -1, b, c)"},
      {.name = "first axis",
       .inputs = {{{3, 4}}, index({2, 3}, {0, 2, 1, 1, 0, 2}), {{2, 3}}},
       .op = any(Scatter{0}),
       .torch = "torch.scatter(a, 0, b, c)"},
      {.name = "middle axis, smaller index",
       .inputs = {{{3, 4, 5}}, index({2, 2, 3}, {3, 0, 1, 1, 1, 2, 0, 2, 3, 3, 1, 0}), {{2, 2, 3}}},
       .op = any(Scatter{1}),
       .torch = "torch.scatter(a, 1, b, c)"},
      {.name = "the last of repeated ones stays",  // the gradient of src is all of theirs
       .inputs = {{{2, 3}}, index({2, 4}, {1, 1, 0, 1, 2, 0, 2, 2}), {{2, 4}}},
       .op = any(Scatter{1}),
       .torch = "torch.scatter(a, 1, b, c)",
       .smooth = false},
      {.name = "0-d",
       .inputs = {{Shape{}}, index({}, {0}), {Shape{}}},
       .op = any(Scatter{0}),
       .torch = "torch.scatter(a, 0, b, c)"},
      {.name = "no indices",
       .inputs = {{{3}}, {.shape = {0}, .dtype = DType::i64}, {{0}}},
       .op = any(Scatter{0}),
       .torch = "torch.scatter(a, 0, b, c)"},
      {.name = "int32 index",
       .inputs = {{{2, 3}}, index({2, 1}, {1, 2}, DType::i32), {{2, 1}}},
       .op = any(Scatter{1}),
       .torch = "torch.scatter(a, 1, b.long(), c)"},
      {.name = "bool",
       .inputs = {{.shape = {5}, .dtype = DType::boolean},
                  index({2}, {4, 1}),
                  {.shape = {2}, .dtype = DType::boolean}},
       .op = any(Scatter{0}),
       .torch = "torch.scatter(a, 0, b, c)"},
      {.name = "index too large",
       .inputs = {{{2, 4}}, index({2, 2}, {0, 1, 4, 0}), {{2, 2}}},
       .op = any(Scatter{1}),
       .error = "scatter: index 4 at position (1, 0) is out of range for dimension 1 of size 4"},
      {.name = "negative index",
       .inputs = {{{4}}, index({2}, {0, -1}), {{2}}},
       .op = any(Scatter{0}),
       .error = "scatter: index -1 at position (1,) is out of range for dimension 0 of size 4"},
      {.name = "src of other shape",
       .inputs = {{{2, 4}}, index({2, 2}, {0, 1, 3, 0}), {{2, 1}}},
       .op = any(Scatter{1}),
       .error = "scatter: src has shape (2, 1) but index (2, 2)"},
      {.name = "src of other dtype",
       .inputs = {{{4}}, index({1}, {0}), {.shape = {1}, .dtype = DType::i64}},
       .op = any(Scatter{0}),
       .error = "scatter: src has dtype int64 but input float32"},
      {.name = "large",
       .inputs = {{{512, 1024}},
                  {.shape = {512, 1024}, .dtype = DType::i64, .low = 0, .high = 1024},
                  {{512, 1024}}},
       .op = any(Scatter{1}),
       .torch = "torch.scatter(a, 1, b, c)",
       .speed = true},
  };
}

}  // namespace limpid
