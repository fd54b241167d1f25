#pragma once
// Mean and variance of a dense row, as the line that normalises its elements.

#include <cmath>

#include "limpid/backends/cpu/norm_loops.h"

namespace limpid {

/// Mean and mean square of a row, the hard way: where floats overflow (or are NaN).
template <class T>
TwoSums wide_moments(const T* x, double centre, std::int64_t n) {
  TwoSums sums;
  for (std::int64_t i = 0; i < n; ++i) {
    const double distance = static_cast<double>(x[i]) - centre;
    sums.first += distance;
    sums.second += distance * distance;
  }
  return sums;
}

/// h(x) = (x - mean) / sqrt(var + eps) in two passes: a number near the mean first, then the sums
/// of the distances from it, which are small. var = mean of d^2 - (mean of d)^2 loses nothing then.
template <class T>
Line<T> centred_line(const T* x, std::int64_t n, double eps) {
  const NormLoops<T>& loops = norm_loops().of<T>();
  const double share = n ? 1 / static_cast<double>(n) : 0;
  double centre = static_cast<double>(static_cast<T>(loops.moments(x, 0, n).first * share));
  TwoSums sums = loops.moments(x, static_cast<T>(centre), n);
  if (!std::isfinite(sums.second)) {
    centre = static_cast<double>(static_cast<T>(wide_moments(x, 0, n).first * share));
    sums = wide_moments(x, centre, n);
  }
  const double rest = sums.first * share;
  const double var = std::fmax(sums.second * share - rest * rest, 0);
  const double factor = 1 / std::sqrt((std::isnan(sums.second) ? sums.second : var) + eps);
  return {static_cast<T>(centre), static_cast<T>(factor), static_cast<T>(-rest * factor)};
}

/// h(x) = x / sqrt(mean of x^2 + eps)
template <class T>
Line<T> root_mean_square_line(const T* x, std::int64_t n, double eps) {
  TwoSums sums = norm_loops().of<T>().moments(x, 0, n);
  if (!std::isfinite(sums.second)) sums = wide_moments(x, 0, n);
  const double mean = n ? sums.second / static_cast<double>(n) : 0;
  return {0, static_cast<T>(1 / std::sqrt(mean + eps)), 0};
}

}  // namespace limpid
