#pragma once
// Local response normalisation: a composite. Cases are in local_response_norm_cases.cpp.

#include "limpid/op/operator.h"

namespace limpid {

struct LocalResponseNorm {
  static constexpr OpDoc doc{
      .name = "local_response_norm",
      .title = "LocalResponseNorm",
      .summary = "Divides each element by a power of the squares of neighbouring channels.",
      .formula = "y_c = x_c / (k + alpha / size sum over the size channels around c of x^2)^beta",
      .shapes = "(N, C, ...) -> the same",
      .source =
          "Krizhevsky, Sutskever and Hinton, ImageNet classification with deep convolutional "
          "neural networks, NeurIPS 2012"};
  static std::vector<Case> cases();
};

/// The `size` channels go from c - size / 2 on; those that are not there count as 0.
Tensor local_response_norm(const Tensor& input, std::int64_t size, double alpha = 1e-4,
                           double beta = 0.75, double k = 1);

}  // namespace limpid
