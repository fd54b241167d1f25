#include "limpid/op/case.h"
#include "limpid/ops/feature_dropout/feature_dropout.h"

namespace limpid {

// What is random is counted in tests/nn_norm_test.cpp; here are the ends of the range.
std::vector<Case> FeatureDropout::cases() {
  using Function = Tensor (*)(const Tensor&, double, bool);
  const auto of = [](Function f, double p, bool training = true) {
    return [=](std::span<const Tensor> in) { return Tensors(f(in[0], p, training)); };
  };
  const CaseInput x{{2, 3, 4, 5}};
  return {
      {.name = "nothing dropped",
       .inputs = {x},
       .call = of(feature_dropout, 0),
       .torch = "torch.feature_dropout(a, 0.0, True)"},
      {.name = "all dropped",
       .inputs = {x},
       .call = of(dropout2d, 1),
       .torch = "F.dropout2d(a, 1.0)"},
      {.name = "evaluation",
       .inputs = {x},
       .call = of(dropout2d, 0.5, false),
       .torch = "F.dropout2d(a, 0.5, False)"},
      {.name = "rows of channels, all dropped",
       .inputs = {{{3, 4}}},
       .call = of(feature_dropout, 1),
       .torch = "torch.feature_dropout(a, 1.0, True)"},
      {.name = "sequences",
       .inputs = {{{3, 4}}},
       .call = of(dropout1d, 1),
       .torch = "F.dropout1d(a, 1.0)"},
      {.name = "volumes",
       .inputs = {{{1, 2, 2, 2, 2}}},
       .call = of(dropout3d, 0),
       .torch = "F.dropout3d(a, 0.0)"},
      {.name = "rows",
       .inputs = {{{3, 4}}},
       .call = of(dropout2d, 0.5),
       .error =
           "dropout2d: needs 4 dimensions (N, C, ...), or 3 without a batch, got shape (3, 4)"},
      {.name = "one axis",
       .inputs = {{{3}}},
       .call = of(feature_dropout, 0.5),
       .error = "feature_dropout: needs at least 2 dimensions"},
      {.name = "p above 1",
       .inputs = {x},
       .call = of(feature_dropout, 1.5),
       .error = "p is a probability and must lie in [0, 1], got 1.5"},
      {.name = "p above 1 in evaluation",
       .inputs = {x},
       .call = of(dropout2d, 1.5, false),
       .error = "p is a probability and must lie in [0, 1], got 1.5"},
      {.name = "integers",
       .inputs = {{.shape = {2, 3, 4}, .dtype = DType::i64}},
       .call = of(dropout1d, 0.5),
       .error = "dropout1d: works on floating dtypes, not on int64"},
  };
}

std::vector<Case> AlphaDropout::cases() {
  const auto of = [](double p, bool training = true) {
    return [=](std::span<const Tensor> in) { return Tensors(alpha_dropout(in[0], p, training)); };
  };
  const CaseInput x{{3, 4}};
  return {
      {.name = "nothing dropped",
       .inputs = {x},
       .call = of(0),
       .torch = "F.alpha_dropout(a, 0.0, True)"},
      {.name = "all dropped",
       .inputs = {x},
       .call = of(1),
       .torch = "F.alpha_dropout(a, 1.0, True)"},
      {.name = "evaluation",
       .inputs = {x},
       .call = of(0.5, false),
       .torch = "F.alpha_dropout(a, 0.5)"},
      {.name = "p below 0",
       .inputs = {x},
       .call = of(-0.5),
       .error = "alpha_dropout: p is a probability and must lie in [0, 1], got -0.5"},
      {.name = "integers",
       .inputs = {{.shape = {3}, .dtype = DType::i64}},
       .call = of(0.5),
       .error = "alpha_dropout: works on floating dtypes, not on int64"},
  };
}

}  // namespace limpid
