#include "limpid/op/case.h"
#include "limpid/ops/gather/gather.h"

namespace limpid {

namespace {
CaseInput places(Shape shape, std::vector<double> values) {
  return {.shape = std::move(shape), .dtype = DType::i64, .values = std::move(values)};
}
}  // namespace

std::vector<Case> Gather::cases() {
  return {
      {.name = "rows", .inputs = {{{2, 3}}, places({2, 2}, {2, 0, 1, 1})}, .op = any(Gather{1}),
       .torch = "a.gather(1, b)"},
      {.name = "columns", .inputs = {{{3, 2}}, places({1, 2}, {2, 0})}, .op = any(Gather{0}),
       .torch = "a.gather(0, b)"},
      {.name = "last axis of three", .inputs = {{{2, 2, 3}}, places({1, 2, 4}, {0, 1, 2, 2, 1, 1, 0, 2})},
       .op = any(Gather{-1}), .torch = "a.gather(-1, b)"},
      {.name = "0-d", .inputs = {{Shape{}}, places({}, {0})}, .op = any(Gather{0}),
       .torch = "a.gather(0, b)"},
      {.name = "nothing", .inputs = {{{2, 3}}, {.shape = {0, 3}, .dtype = DType::i64}},
       .op = any(Gather{0}), .torch = "a.gather(0, b)"},
      {.name = "out of range", .inputs = {{{2, 3}}, places({1, 2}, {0, 3})}, .op = any(Gather{1}),
       .error = "gather: index 3 is out of range for axis 1 of size 3"},
      {.name = "negative", .inputs = {{{2, 3}}, places({1, 1}, {-1})}, .op = any(Gather{1}),
       .error = "index -1 is out of range"},
      {.name = "float index", .inputs = {{{2, 3}}, {{1, 1}}}, .op = any(Gather{1}),
       .error = "index has dtype float32; indices are int64"},
      {.name = "other rank", .inputs = {{{2, 3}}, places({1}, {0})}, .op = any(Gather{1}),
       .error = "must have the rank of the input"},
      {.name = "index too large", .inputs = {{{2, 3}}, {.shape = {3, 3}, .dtype = DType::i64, .low = 0}},
       .op = any(Gather{1}), .error = "dimension 0 of index has size 3, more than the input's 2"},
      {.name = "large",
       .inputs = {{{1024, 1024}}, {.shape = {1024, 512}, .dtype = DType::i64, .low = 0, .high = 1024}},
       .op = any(Gather{1}), .torch = "a.gather(1, b)", .speed = true},
  };
}

}  // namespace limpid
