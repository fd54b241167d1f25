#pragma once
// Which class was taken for which.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "limpid/tensor/tensor.h"

namespace limpid {

/// (classes, classes) int64: entry (t, p) is the number of samples of class t that were predicted
/// as p (scikit-learn's confusion_matrix). `truth` and `predicted` are (N,) integers. IndexError
/// names the position of a class outside of 0..classes-1, ShapeError two lengths that differ.
Tensor confusion_matrix(const Tensor& truth, const Tensor& predicted, std::int64_t classes);

/// It as text, one line a true class, for a terminal. `names` may be empty.
std::string confusion_table(const Tensor& matrix, std::span<const std::string> names = {});

/// Classes of samples as numbers, checked to be (N,) integers in 0..classes-1; with classes 0 only
/// to be integers. `what` is "truth" or "predicted".
std::vector<std::int64_t> checked_classes(const Tensor& labels, std::int64_t classes,
                                          std::string_view what);

}  // namespace limpid
