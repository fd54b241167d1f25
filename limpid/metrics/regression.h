#pragma once
// How far predicted numbers are from the true ones. Tensors are (N,) or (N, outputs) of one shape;
// several outputs are averaged. All sums are in float64. ShapeError for shapes that differ,
// ValueError for no samples and for NaN or infinity (naming the position).

#include "limpid/tensor/tensor.h"

namespace limpid {

/// mean((t - p)^2)
double mean_squared_error(const Tensor& truth, const Tensor& predicted);
/// mean(|t - p|)
double mean_absolute_error(const Tensor& truth, const Tensor& predicted);

/// The coefficient of determination, 1 - sum((t - p)^2) / sum((t - mean(t))^2): 1 is perfect, 0 as
/// good as the mean. Of a constant truth it is 1 when every prediction is right, else 0
/// (scikit-learn). ValueError for fewer than two samples.
double r2_score(const Tensor& truth, const Tensor& predicted);
/// 1 - var(t - p) / var(t): as R^2, but a constant error costs nothing.
double explained_variance(const Tensor& truth, const Tensor& predicted);

}  // namespace limpid
