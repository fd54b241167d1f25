#include "limpid/op/case.h"
#include "limpid/ops/diff/diff.h"

namespace limpid {

std::vector<Case> Diff::cases() {
  const auto call = [](std::int64_t n, std::int64_t dim) {
    return [=](std::span<const Tensor> in) { return Tensors(diff(in[0], n, dim)); };
  };
  return {
      {.name = "rows", .inputs = {{{3, 5}}}, .call = call(1, -1), .torch = "a.diff()"},
      {.name = "twice, columns", .inputs = {{{5, 3}}}, .call = call(2, 0), .torch = "a.diff(2, 0)"},
      {.name = "more often than there are elements",
       .inputs = {{{2, 3}}},
       .call = call(7, 1),
       .torch = "a.diff(7, 1)"},
      {.name = "not at all", .inputs = {{{2, 3}}}, .call = call(0, 1), .torch = "a.diff(0, 1)"},
      {.name = "bool",
       .inputs = {{.shape = {9}, .dtype = DType::boolean}},
       .call = call(1, 0),
       .torch = "a.diff()"},
      {.name = "with both ends",
       .inputs = {{{2, 3}}, {{2, 1}}, {{2, 2}}},
       .call = [](auto in) { return Tensors(diff(in[0], 1, 1, in[1], in[2])); },
       .torch = "a.diff(1, 1, prepend=b, append=c)"},
      {.name = "0-d",
       .inputs = {{Shape{}}},
       .call = call(1, 0),
       .error = "diff: a 0-d tensor has no neighbours"},
      {.name = "n below 0",
       .inputs = {{{3}}},
       .call = call(-1, 0),
       .error = "diff: n must be at least 0, not -1"},
  };
}

}  // namespace limpid
