#pragma once
// Covariance and correlation of variables, one a row.

#include "limpid/op/operator.h"

namespace limpid {

struct Cov {
  static constexpr OpDoc doc{.name = "cov",
                             .title = "Cov",
                             .summary = "The covariances of variables, one a row.",
                             .formula =
                                 "y = d d^T / max(n - correction, 0), with d = x - mean of "
                                 "its row, n the number of columns",
                             .shapes = "(m, n) -> (m, m); (n,) -> ()"};
  static std::vector<Case> cases();
};

struct Corrcoef {
  static constexpr OpDoc doc{.name = "corrcoef",
                             .title = "Corrcoef",
                             .summary = "The correlations of variables, one a row.",
                             .formula =
                                 "y_ij = c_ij / sqrt(c_ii c_jj) with c = cov(x), cut to "
                                 "[-1, 1]",
                             .shapes = "(m, n) -> (m, m); (n,) -> ()"};
  static std::vector<Case> cases();
};

/// At most two axes (ShapeError); floats only (DTypeError).
Tensor cov(const Tensor& input, double correction = 1);
Tensor corrcoef(const Tensor& input);

}  // namespace limpid
