#pragma once
// How many answers are right: of all, of each class, and among the k best guesses.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "limpid/tensor/tensor.h"

namespace limpid {

/// The share of samples whose class was predicted, 0 to 1. ValueError when there are none.
double accuracy(const Tensor& truth, const Tensor& predicted);

/// The share of samples whose class is among the k highest `scores` (N, C); of equal scores the
/// lower class counts as higher, as for argmax. ValueError unless 1 <= k <= C, and for NaN (naming
/// it).
double top_k_accuracy(const Tensor& truth, const Tensor& scores, std::int64_t k);

/// Right answers a class; a class without samples has `total` 0, which prints as n/a.
struct ClassAccuracy {
  std::string name;
  std::int64_t correct = 0, total = 0;
};
/// One entry a class, in the order of `names`. IndexError names the position of a class beyond
/// them.
std::vector<ClassAccuracy> accuracy_per_class(const Tensor& truth, const Tensor& predicted,
                                              std::span<const std::string> names);
std::string accuracy_table(std::span<const ClassAccuracy> rows);

}  // namespace limpid
