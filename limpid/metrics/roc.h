#pragma once
// The receiver operating characteristic: what share of the positives is found for each share of the
// negatives that is taken for positive, as the threshold falls.

#include <vector>

#include "limpid/metrics/precision_recall.h"
#include "limpid/tensor/tensor.h"

namespace limpid {

/// Points from (0, 0) to (1, 1). Samples of equal score enter together, so ties make one slanted
/// step.
struct RocCurve {
  std::vector<double> false_positive_rate, true_positive_rate;
  std::vector<double> thresholds;  ///< scores from here up count as positive; the first is infinity
};

/// `truth` (N,) is 0 or 1 (or bool), `scores` (N,) higher for positives: scikit-learn's roc_curve
/// with drop_intermediate=False. ValueError when there is no positive or no negative, and for NaN
/// (naming the position).
RocCurve roc_curve(const Tensor& truth, const Tensor& scores);

/// The area under that curve: the probability that a positive scores above a negative, where equals
/// count half.
double roc_auc(const Tensor& truth, const Tensor& scores);

/// The mean over classes of the area of each class against all others. `scores` (N, C). ValueError
/// for a class without samples (naming it) and for Average::micro.
double roc_auc_one_vs_rest(const Tensor& truth, const Tensor& scores,
                           Average average = Average::macro);

}  // namespace limpid
