// Starting values with a structure: cut off, orthogonal, diagonal, sparse.

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "limpid/nn/init.h"
#include "limpid/nn/init_fill.h"

namespace limpid::nn::init {

namespace {

/// Writes doubles into a contiguous tensor of any floating dtype.
void write(const Tensor& to, const std::vector<double>& values) {
  to.detach().copy_(
      from_values(std::span<const double>(values), to.shape(), {.dtype = DType::f64}));
}

/// x with erf(x) = y, by Winitzki's approximation and two steps of Newton's method.
double inverse_erf(double y) {
  const double w = std::log1p(-y * y), t = 2 / (std::numbers::pi * 0.147) + w / 2;
  double x = std::copysign(std::sqrt(std::sqrt(t * t - w / 0.147) - t), y);
  for (int i = 0; i < 2; ++i)
    x -= (std::erf(x) - y) / (2 * std::numbers::inv_sqrtpi * std::exp(-x * x));
  return x;
}

double normal_distribution(double x) { return (1 + std::erf(x / std::numbers::sqrt2)) / 2; }

/// Makes the `count` rows of length `length` orthonormal, one after the other. Subtracting the
/// parts along earlier rows twice keeps them orthogonal to the last digit ("twice is enough").
void orthonormalise(std::vector<double>& rows, std::size_t count, std::size_t length) {
  const auto dot = [&](std::size_t i, std::size_t j) {
    double sum = 0;
    for (std::size_t k = 0; k < length; ++k) sum += rows[i * length + k] * rows[j * length + k];
    return sum;
  };
  for (std::size_t i = 0; i < count; ++i) {
    for (int twice = 0; twice < 2; ++twice)
      for (std::size_t j = 0; j < i; ++j) {
        const double along = dot(i, j);
        for (std::size_t k = 0; k < length; ++k)
          rows[i * length + k] -= along * rows[j * length + k];
      }
    const double size = std::sqrt(dot(i, i));
    for (std::size_t k = 0; k < length; ++k) rows[i * length + k] /= size;
  }
}

void require_matrix(const char* name, const Tensor& tensor) {
  if (tensor.dim() != 2)
    throw ShapeError(str(name, ": needs a matrix (2 dimensions), got shape ", tensor.shape()));
}

}  // namespace

Tensor trunc_normal_(Tensor tensor, double mean, double std, double a, double b,
                     Generator& generator) {
  if (!(std > 0)) throw ValueError(str("trunc_normal_: std must be above 0, got ", std));
  if (!(a < b)) throw ValueError(str("trunc_normal_: the range [", a, ", ", b, "] is empty"));
  const double low = normal_distribution((a - mean) / std),
               high = normal_distribution((b - mean) / std);
  if (!(low < high))
    throw ValueError(str("trunc_normal_: [", a, ", ", b, "] is too far from the mean ", mean));
  return fill(std::move(tensor), [&](const Tensor& t) {
    const Tensor u = empty(t.shape(), {.dtype = DType::f64});
    fill_uniform(u, 2 * low - 1, 2 * high - 1, generator);
    std::vector<double> values = u.to_vector<double>();
    for (double& v : values)
      v = std::clamp(mean + std * std::numbers::sqrt2 * inverse_erf(v), a, b);
    write(t, values);
  });
}

Tensor orthogonal_(Tensor tensor, double gain, Generator& generator) {
  if (tensor.dim() < 2)
    throw ShapeError(str("orthogonal_: needs at least 2 dimensions, got shape ", tensor.shape()));
  return fill(std::move(tensor), [&](const Tensor& t) {
    if (t.numel() == 0) return;
    const auto rows = static_cast<std::size_t>(t.size(0));
    const std::size_t columns = static_cast<std::size_t>(t.numel()) / rows;
    const bool wide = rows <= columns;
    const std::size_t count = wide ? rows : columns, length = wide ? columns : rows;
    const Tensor drawn = empty({t.numel()}, {.dtype = DType::f64});
    fill_normal(drawn, 0, 1, generator);
    std::vector<double> basis = drawn.to_vector<double>(), values(basis.size());
    orthonormalise(basis, count, length);
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t k = 0; k < length; ++k)
        values[wide ? i * columns + k : k * columns + i] = gain * basis[i * length + k];
    write(t, values);
  });
}

Tensor eye_(Tensor tensor) {
  require_matrix("eye_", tensor);
  return fill(std::move(tensor),
              [](const Tensor& t) { t.detach().copy_(eye(t.size(0), t.size(1))); });
}

Tensor dirac_(Tensor tensor, std::int64_t groups) {
  if (tensor.dim() < 3 || tensor.dim() > 5)
    throw ShapeError(
        str("dirac_: needs the weight of a convolution (3 to 5 dimensions), got shape ",
            tensor.shape()));
  if (groups < 1 || tensor.size(0) % groups)
    throw ValueError(
        str("dirac_: ", groups, " groups do not divide the ", tensor.size(0), " output channels"));
  return fill(std::move(tensor), [&](const Tensor& t) {
    std::int64_t kernel = 1, middle = 0;
    for (int axis = 2; axis < t.dim(); ++axis) {
      middle = middle * t.size(axis) + t.size(axis) / 2;
      kernel *= t.size(axis);
    }
    std::vector<double> values(static_cast<std::size_t>(t.numel()));
    const std::int64_t out = t.size(0) / groups, in = t.size(1);
    for (std::int64_t g = 0; g < groups; ++g)
      for (std::int64_t d = 0; d < std::min(out, in); ++d)
        values[static_cast<std::size_t>(((g * out + d) * in + d) * kernel + middle)] = 1;
    write(t, values);
  });
}

Tensor sparse_(Tensor tensor, double sparsity, double std, Generator& generator) {
  require_matrix("sparse_", tensor);
  if (!(sparsity >= 0 && sparsity <= 1))
    throw ValueError(str("sparse_: sparsity must lie in [0, 1], got ", sparsity));
  return fill(std::move(tensor), [&](const Tensor& t) {
    fill_normal(t, 0, std, generator);
    std::vector<double> values = t.to_vector<double>();
    const std::int64_t rows = t.size(0), columns = t.size(1);
    const auto zeros = static_cast<std::int64_t>(std::ceil(sparsity * static_cast<double>(rows)));
    const Tensor order = empty({rows}, {.dtype = DType::f64});
    for (std::int64_t c = 0; c < columns; ++c) {  // the rows with the smallest random numbers
      fill_uniform(order, 0, 1, generator);
      const double* key = order.data<double>();
      std::vector<std::int64_t> row(static_cast<std::size_t>(rows));
      for (std::int64_t r = 0; r < rows; ++r) row[static_cast<std::size_t>(r)] = r;
      std::stable_sort(row.begin(), row.end(), [&](auto a, auto b) { return key[a] < key[b]; });
      for (std::int64_t k = 0; k < zeros; ++k)
        values[static_cast<std::size_t>(row[static_cast<std::size_t>(k)] * columns + c)] = 0;
    }
    write(t, values);
  });
}

}  // namespace limpid::nn::init
