#include "limpid/metrics/regression.h"

#include <cmath>
#include <functional>

#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid {

namespace {

using Column = std::vector<double>;

std::vector<double> checked_numbers(const Tensor& values, const char* what) {
  std::vector<double> out = values.to_vector<double>();
  for (std::size_t i = 0; i < out.size(); ++i)
    if (!std::isfinite(out[i])) throw ValueError(str(what, ": ", out[i], " at position ", i));
  return out;
}

/// The mean of `score(truth, error)` over the outputs; error = truth - predicted.
double over_outputs(const Tensor& truth, const Tensor& predicted, std::int64_t least_samples,
                    const std::function<double(const Column&, const Column&)>& score) {
  if (truth.shape() != predicted.shape() || truth.dim() < 1 || truth.dim() > 2)
    throw ShapeError(str("truth is ", to_string(truth.shape()), " and predicted is ",
                         to_string(predicted.shape()), "; both are (N,) or both (N, outputs)"));
  const auto t = checked_numbers(truth, "truth"), p = checked_numbers(predicted, "predicted");
  const auto samples = static_cast<std::size_t>(truth.size(0));
  const std::size_t outputs = truth.dim() == 1 ? 1 : static_cast<std::size_t>(truth.size(1));
  if (static_cast<std::int64_t>(samples) < least_samples || outputs == 0)
    throw ValueError(str("at least ", least_samples, least_samples == 1 ? " sample" : " samples",
                         " and one output are needed, found ", to_string(truth.shape())));
  double sum = 0;
  for (std::size_t k = 0; k < outputs; ++k) {
    Column own(samples), error(samples);
    for (std::size_t i = 0; i < samples; ++i) {
      own[i] = t[i * outputs + k];
      error[i] = own[i] - p[i * outputs + k];
    }
    sum += score(own, error);
  }
  return sum / static_cast<double>(outputs);
}

double mean(const Column& values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}
/// mean((v - center)^2)
double spread(const Column& values, double center) {
  double sum = 0;
  for (const double v : values) sum += (v - center) * (v - center);
  return sum / static_cast<double>(values.size());
}
/// 1 - error / all, where 0 / 0 is perfect and x / 0 is worth nothing.
double explained(double error, double all) {
  if (all == 0) return error == 0 ? 1.0 : 0.0;
  return 1.0 - error / all;
}

}  // namespace

double mean_squared_error(const Tensor& truth, const Tensor& predicted) {
  return over_outputs(truth, predicted, 1,
                      [](const Column&, const Column& error) { return spread(error, 0.0); });
}

double mean_absolute_error(const Tensor& truth, const Tensor& predicted) {
  return over_outputs(truth, predicted, 1, [](const Column&, const Column& error) {
    Column sizes;
    for (const double e : error) sizes.push_back(std::fabs(e));
    return mean(sizes);
  });
}

double r2_score(const Tensor& truth, const Tensor& predicted) {
  return over_outputs(truth, predicted, 2, [](const Column& own, const Column& error) {
    return explained(spread(error, 0.0), spread(own, mean(own)));
  });
}

double explained_variance(const Tensor& truth, const Tensor& predicted) {
  return over_outputs(truth, predicted, 1, [](const Column& own, const Column& error) {
    return explained(spread(error, mean(error)), spread(own, mean(own)));
  });
}

}  // namespace limpid
