#include "limpid/metrics/roc.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/metrics/confusion_matrix.h"

namespace limpid {

namespace {

RocCurve curve_of(const std::vector<bool>& positive, const std::vector<double>& scores) {
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (std::isnan(scores[i])) throw ValueError(str("scores: NaN at position ", i));
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  const auto positives = static_cast<double>(std::count(positive.begin(), positive.end(), true));
  const double negatives = static_cast<double>(positive.size()) - positives;
  if (positives == 0 || negatives == 0)
    throw ValueError(str("a ROC curve needs both kinds; of ", positive.size(), " samples ",
                         positives, " are positive"));
  RocCurve curve{{0.0}, {0.0}, {std::numeric_limits<double>::infinity()}};
  double found = 0, wrong = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    (positive[order[i]] ? found : wrong) += 1;
    const double score = scores[order[i]];
    if (i + 1 < order.size() && scores[order[i + 1]] == score) continue;
    curve.false_positive_rate.push_back(wrong / negatives);
    curve.true_positive_rate.push_back(found / positives);
    curve.thresholds.push_back(score);
  }
  return curve;
}

/// The trapezoids under the curve.
double area(const RocCurve& curve) {
  const auto &x = curve.false_positive_rate, &y = curve.true_positive_rate;
  double sum = 0;
  for (std::size_t i = 1; i < x.size(); ++i) sum += (x[i] - x[i - 1]) * (y[i] + y[i - 1]) / 2;
  return sum;
}

std::vector<bool> equal_to(const std::vector<std::int64_t>& classes, std::int64_t c) {
  std::vector<bool> out;
  for (const std::int64_t own : classes) out.push_back(own == c);
  return out;
}

}  // namespace

RocCurve roc_curve(const Tensor& truth, const Tensor& scores) {
  const auto classes = checked_classes(truth, 2, "truth");
  if (scores.shape() != truth.shape())
    throw ShapeError(str("truth is ", to_string(truth.shape()), " but scores are ",
                         to_string(scores.shape()), "; one score a sample is needed"));
  return curve_of(equal_to(classes, 1), scores.to_vector<double>());
}

double roc_auc(const Tensor& truth, const Tensor& scores) { return area(roc_curve(truth, scores)); }

double roc_auc_one_vs_rest(const Tensor& truth, const Tensor& scores, Average average) {
  if (average == Average::micro)
    throw ValueError("roc_auc_one_vs_rest: average is macro or weighted");
  if (scores.dim() != 2)
    throw ShapeError(str("scores: expected shape (N, C), found ", to_string(scores.shape())));
  const std::int64_t classes = scores.size(1);
  const auto own = checked_classes(truth, classes, "truth");
  if (std::ssize(own) != scores.size(0))
    throw ShapeError(str("truth has ", own.size(), " samples but scores have ", scores.size(0)));
  double sum = 0, weight = 0;
  for (std::int64_t c = 0; c < classes; ++c) {
    const std::vector<bool> positive = equal_to(own, c);
    const auto count = std::count(positive.begin(), positive.end(), true);
    if (count == 0) throw ValueError(str("roc_auc_one_vs_rest: class ", c, " has no sample"));
    const double w = average == Average::weighted ? static_cast<double>(count) : 1.0;
    sum += w * area(curve_of(positive, scores.select(1, c).to_vector<double>()));
    weight += w;
  }
  return sum / weight;
}

}  // namespace limpid
