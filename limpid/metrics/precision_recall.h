#pragma once
// Precision, recall and F1: of the samples that were said to be of a class, how many are; of those
// that are, how many were said to be; and the harmonic mean of the two.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "limpid/tensor/tensor.h"

namespace limpid {

/// TP / (TP + FP), TP / (TP + FN) and 2 TP / (2 TP + FP + FN); empty where that is 0 / 0.
struct PrecisionRecall {
  std::optional<double> precision, recall, f1;
  std::int64_t support = 0;  ///< samples of the class
};

/// One entry a class, from a confusion matrix (metrics/confusion_matrix.h).
std::vector<PrecisionRecall> precision_recall_per_class(const Tensor& matrix);

/// micro counts all samples alike (equal to the accuracy); macro is the mean over classes, weighted
/// the mean by support. Only classes that occur, in truth or prediction, take part, and what is
/// 0 / 0 counts as 0 (scikit-learn's precision_recall_fscore_support).
enum class Average { micro, macro, weighted };
PrecisionRecall precision_recall(const Tensor& matrix, Average average);

/// A line for each class and each average. `names` may be empty; 0 / 0 prints as n/a.
std::string precision_recall_table(const Tensor& matrix, std::span<const std::string> names = {});

}  // namespace limpid
