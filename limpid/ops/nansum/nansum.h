#pragma once
// Sums, means and counts of some elements only; the extremes together. All made of other ops.

#include "limpid/op/operator.h"

namespace limpid {

struct Nansum {
  static constexpr OpDoc doc{.name = "nansum",
                             .title = "Nansum",
                             .summary = "Adds up elements along axes, NaN as 0.",
                             .formula = "sum(where(isnan(x), 0, x), dim)",
                             .shapes = "any shape -> the shape without `dim`"};
  static std::vector<Case> cases();
};

struct Nanmean {
  static constexpr OpDoc doc{.name = "nanmean",
                             .title = "Nanmean",
                             .summary = "Averages the elements along axes that are not NaN.",
                             .formula = "nansum(x, dim) / sum(!isnan(x), dim)",
                             .shapes = "any shape -> the shape without `dim`"};
  static std::vector<Case> cases();
};

struct CountNonzero {
  static constexpr OpDoc doc{.name = "count_nonzero",
                             .title = "CountNonzero",
                             .summary = "Counts the elements along axes that are not 0.",
                             .formula = "sum(x != 0, dim); NaN is not 0",
                             .shapes = "any shape -> the shape without `dim`, int64"};
  static std::vector<Case> cases();
};

struct Aminmax {
  static constexpr OpDoc doc{.name = "aminmax",
                             .title = "Aminmax",
                             .summary = "The smallest and the largest element along an axis.",
                             .formula = "(amin(x, dim), amax(x, dim))",
                             .outputs = "min, max",
                             .shapes = "any shape -> twice the shape without `dim`"};
  static std::vector<Case> cases();
};

/// `dim` empty means all axes. Integers give int64, as in sum.
Tensor nansum(const Tensor& input, const Shape& dim = {}, bool keepdim = false);
/// NaN where there is no number at all.
Tensor nanmean(const Tensor& input, const Shape& dim = {}, bool keepdim = false);
Tensor count_nonzero(const Tensor& input, const Shape& dim = {});

struct AminmaxResult {
  Tensor min, max;
};
/// `auto [low, high] = aminmax(x);` NaN if there is one.
AminmaxResult aminmax(const Tensor& input, const Shape& dim = {}, bool keepdim = false);

}  // namespace limpid
