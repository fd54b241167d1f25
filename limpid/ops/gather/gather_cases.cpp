#include "limpid/op/case.h"
#include "limpid/ops/gather/gather.h"

namespace limpid {

std::vector<Case> Gather::cases() {
  const auto index = [](Shape shape, std::vector<double> values, DType dtype = DType::i64) {
    return CaseInput{.shape = std::move(shape), .dtype = dtype, .values = std::move(values)};
  };
  return {
      {.name = "one a row", .inputs = {{{3, 4}}, index({3, 1}, {2, 0, 3})}, .op = any(Gather{1}),
       .torch = "torch.gather(a, 1, b)"},
      {.name = "repeated", .inputs = {{{2, 3}}, index({2, 4}, {1, 1, 1, 0, 2, 2, 0, 2})},
       .op = any(Gather{1}), .torch = "torch.gather(a, 1, b)"},
      {.name = "first axis", .inputs = {{{3, 4}}, index({2, 4}, {0, 2, 1, 0, 2, 2, 0, 1})},
       .op = any(Gather{0}), .torch = "torch.gather(a, 0, b)"},
      {.name = "middle axis, smaller index",
       .inputs = {{{3, 4, 5}}, index({2, 2, 3}, {3, 0, 1, 1, 1, 1, 0, 2, 3, 3, 2, 0})},
       .op = any(Gather{-2}), .torch = "torch.gather(a, -2, b)"},
      {.name = "vector", .inputs = {{{5}}, index({7}, {4, 3, 2, 1, 0, 0, 4})}, .op = any(Gather{0}),
       .torch = "torch.gather(a, 0, b)"},
      {.name = "0-d", .inputs = {{Shape{}}, index({}, {0})}, .op = any(Gather{0}),
       .torch = "torch.gather(a, 0, b)"},
      {.name = "0-d by a vector", .inputs = {{Shape{}}, index({3}, {0, 0, 0})}, .op = any(Gather{0}),
       .torch = "torch.gather(a, 0, b)"},
      {.name = "no indices", .inputs = {{{3, 4}}, {.shape = {0, 4}, .dtype = DType::i64}},
       .op = any(Gather{1}), .torch = "torch.gather(a, 1, b)"},
      {.name = "int32 index", .inputs = {{{2, 3}}, index({2, 1}, {1, 2}, DType::i32)},
       .op = any(Gather{1}), .torch = "torch.gather(a, 1, b.long())"},
      {.name = "bool", .inputs = {{.shape = {2, 3}, .dtype = DType::boolean}, index({2, 2}, {1, 2, 0, 0})},
       .op = any(Gather{1}), .torch = "torch.gather(a, 1, b)"},
      {.name = "index too large", .inputs = {{{2, 4}}, index({2, 2}, {0, 1, 5, 0})}, .op = any(Gather{1}),
       .error = "gather: index 5 at position (1, 0) is out of range for dimension 1 of size 4"},
      {.name = "negative index", .inputs = {{{2, 4}}, index({2, 2}, {0, 1, 0, -1})}, .op = any(Gather{1}),
       .error = "gather: index -1 at position (1, 1) is out of range for dimension 1 of size 4"},
      {.name = "index of other rank", .inputs = {{{2, 4}}, index({2}, {0, 1})}, .op = any(Gather{1}),
       .error = "gather: index has 1 dimensions but input has 2"},
      {.name = "index larger elsewhere", .inputs = {{{2, 4}}, index({3, 1}, {0, 1, 0})},
       .op = any(Gather{1}), .error = "gather: index has size 3 in dimension 0 but input only 2"},
      {.name = "float index", .inputs = {{{2}}, {{2}}}, .op = any(Gather{0}),
       .error = "gather: index has dtype float32, but indices are int64"},
      {.name = "large", .inputs = {{{4096, 256}}, {.shape = {4096, 256}, .dtype = DType::i64, .low = 0, .high = 256}},
       .op = any(Gather{1}), .torch = "torch.gather(a, 1, b)", .speed = true},
  };
}

}  // namespace limpid
