#include "limpid/metrics/log_loss.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/metrics/confusion_matrix.h"

namespace limpid {

namespace {

double epsilon_of(DType dtype) {
  switch (dtype) {
    case DType::f64: return std::numeric_limits<double>::epsilon();
    case DType::f32: return std::numeric_limits<float>::epsilon();
    case DType::f16: return std::ldexp(1.0, -10);
    case DType::bf16: return std::ldexp(1.0, -7);
    default: throw DTypeError(str("probabilities: expected floating-point numbers, found ", dtype));
  }
}

/// Each row's probability of its true class, checked.
double probability(const double* row, std::int64_t classes, std::int64_t own, std::size_t i,
                   double tolerance) {
  double sum = 0;
  for (std::int64_t c = 0; c < classes; ++c) {
    if (!(row[c] >= 0.0 && row[c] <= 1.0))
      throw ValueError(str("probabilities: sample ", i, " has ", row[c], " for class ", c,
                           "; they lie in [0, 1]"));
    sum += row[c];
  }
  if (classes > 1 && !(std::fabs(sum - 1.0) <= tolerance))
    throw ValueError(str("probabilities: those of sample ", i, " add up to ", sum,
                         ", not 1 (softmax makes them)"));
  if (classes == 1) return own == 1 ? row[0] : 1.0 - row[0];
  return row[own];
}

}  // namespace

double log_loss(const Tensor& truth, const Tensor& probabilities) {
  if (probabilities.dim() != 1 && (probabilities.dim() != 2 || probabilities.size(1) < 2))
    throw ShapeError(
        str("probabilities: expected shape (N, C) with C of 2 or more, or (N,), found ",
            to_string(probabilities.shape())));
  const double eps = epsilon_of(probabilities.dtype());
  const std::int64_t classes = probabilities.dim() == 1 ? 1 : probabilities.size(1);
  const auto own = checked_classes(truth, std::max<std::int64_t>(classes, 2), "truth");
  if (std::ssize(own) != probabilities.size(0))
    throw ShapeError(
        str("truth has ", own.size(), " samples but probabilities have ", probabilities.size(0)));
  if (own.empty()) throw ValueError("log_loss: there are no samples");
  const std::vector<double> all = probabilities.to_vector<double>();
  const double tolerance = std::sqrt(eps);
  double sum = 0;
  for (std::size_t i = 0; i < own.size(); ++i) {
    const double* row = all.data() + i * static_cast<std::size_t>(classes);
    const double p = probability(row, classes, own[i], i, tolerance);
    sum -= std::log(std::clamp(p, eps, 1.0 - eps));
  }
  return sum / static_cast<double>(own.size());
}

}  // namespace limpid
