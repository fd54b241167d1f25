#include "limpid/op/case.h"
#include "limpid/ops/local_response_norm/local_response_norm.h"

namespace limpid {

std::vector<Case> LocalResponseNorm::cases() {
  const auto of = [](std::int64_t size, double alpha = 1e-4, double beta = 0.75, double k = 1) {
    return [=](std::span<const Tensor> in) {
      return Tensors(local_response_norm(in[0], size, alpha, beta, k));
    };
  };
  return {
      {.name = "images",
       .inputs = {{{2, 5, 3, 4}}},
       .call = of(3, 0.5),
       .torch = "F.local_response_norm(a, 3, alpha=0.5)"},
      {.name = "an even window",
       .inputs = {{{2, 5, 4}}},
       .call = of(4, 0.5, 0.5, 2),
       .torch = "F.local_response_norm(a, 4, alpha=0.5, beta=0.5, k=2.0)"},
      {.name = "a window wider than the channels",
       .inputs = {{{1, 3, 4}}},
       .call = of(9, 0.9),
       .torch = "F.local_response_norm(a, 9, alpha=0.9)"},
      {.name = "one channel at a time",
       .inputs = {{{2, 3, 4}}},
       .call = of(1),
       .torch = "F.local_response_norm(a, 1)"},
      {.name = "a window wider than memory", .inputs = {{{1, 3, 4}}}, .call = of(INT64_MAX)},
      {.name = "rows",
       .inputs = {{{2, 3}}},
       .call = of(2),
       .error =
           "local_response_norm: needs at least 3 dimensions (N, C, d1, ...), got shape (2, 3)"},
      {.name = "no window",
       .inputs = {{{2, 3, 4}}},
       .call = of(0),
       .error = "local_response_norm: size must be at least 1 channel, got 0"},
      {.name = "integers",
       .inputs = {{.shape = {2, 3, 4}, .dtype = DType::i64}},
       .call = of(2),
       .error = "local_response_norm: works on floating dtypes, not on int64"},
  };
}

}  // namespace limpid
