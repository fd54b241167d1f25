#pragma once
// Tensors out of nothing. Every function takes TensorOptions last: dtype, device, requires_grad.
// ShapeError for negative or impossibly large sizes, DeviceError for an absent device.

#include <vector>

#include "limpid/core/random.h"
#include "limpid/tensor/tensor.h"

namespace limpid {

/// Elements are not initialised.
Tensor empty(const Shape& shape, TensorOptions options = {});
Tensor zeros(const Shape& shape, TensorOptions options = {});
Tensor ones(const Shape& shape, TensorOptions options = {});
/// Default dtype: that of the number (bool, int64 or float32).
Tensor full(const Shape& shape, Scalar value, TensorOptions options = {});

/// Same shape, dtype and device; channels-last where the user laid `other` so, else row-major.
Tensor empty_like(const Tensor& other);
Tensor zeros_like(const Tensor& other);
Tensor ones_like(const Tensor& other);
Tensor full_like(const Tensor& other, Scalar value);

/// start, start + step, ... before `end`; int64 when all three are integers, else float32.
Tensor arange(Scalar start, Scalar end, Scalar step, TensorOptions options = {});
Tensor arange(Scalar start, Scalar end, TensorOptions options = {});
Tensor arange(Scalar end, TensorOptions options = {});
/// `steps` numbers from start to end, both included.
Tensor linspace(double start, double end, std::int64_t steps, TensorOptions options = {});
/// Ones on the diagonal of an (n, m) matrix; m = n when negative.
Tensor eye(std::int64_t n, std::int64_t m = -1, TensorOptions options = {});

/// A copy of `values` (row-major) with a shape. Floats become float32 unless options name a dtype.
template <class T>
Tensor from_values(std::span<const T> values, const Shape& shape, TensorOptions options = {});
/// tensor({1.0, 2.0}), tensor({1, 2}), tensor({true, false}): 1-d. ints become int64 as in PyTorch.
Tensor tensor(std::initializer_list<Scalar> values, TensorOptions options = {});
/// tensor({{1, 2}, {3, 4}}): 2-d. ShapeError names the first row of a different length.
Tensor tensor(std::initializer_list<std::initializer_list<Scalar>> rows,
              TensorOptions options = {});
/// The same for rows of one type: also tensor({{1.0}, {2.0}}), where braces alone could mean
/// numbers.
template <class T>
requires std::is_arithmetic_v<T> Tensor tensor(std::initializer_list<std::initializer_list<T>> rows,
                                               TensorOptions options = {});
template <class T>
Tensor tensor(const std::vector<T>& values, TensorOptions options = {}) {
  return from_values(std::span<const T>(values), {static_cast<std::int64_t>(values.size())},
                     options);
}

/// Uniform in [0, 1). Floating dtypes only.
Tensor rand(const Shape& shape, TensorOptions options = {});
/// Standard normal.
Tensor randn(const Shape& shape, TensorOptions options = {});
/// Integers in [low, high); default dtype int64.
Tensor randint(std::int64_t low, std::int64_t high, const Shape& shape, TensorOptions options = {});
/// A random permutation of 0..n-1 (int64).
Tensor randperm(std::int64_t n, TensorOptions options = {});
/// Fills in place, whatever the strides: uniform in [low, high), and normal. For initialisers; not
/// recorded.
void fill_uniform(const Tensor& tensor, double low, double high, Generator& generator);
void fill_normal(const Tensor& tensor, double mean, double std, Generator& generator);

// -- templates

/// ShapeError names the first row of a different length.
Tensor from_rows(std::span<const std::vector<Scalar>> rows, const TensorOptions& options);

template <class T>
requires std::is_arithmetic_v<T> Tensor tensor(std::initializer_list<std::initializer_list<T>> rows,
                                               TensorOptions options) {
  std::vector<std::vector<Scalar>> all;
  for (const auto& row : rows) all.emplace_back(row.begin(), row.end());
  return from_rows(all, options);
}

[[noreturn]] void throw_value_count(std::size_t count, const Shape& shape);

template <class T>
Tensor from_values(std::span<const T> values, const Shape& shape, TensorOptions options) {
  if (checked_numel(shape) != static_cast<std::int64_t>(values.size()))
    throw_value_count(values.size(), shape);
  const DType dtype =
      options.dtype.value_or(std::is_floating_point_v<T> ? kDefaultDType : dtype_of<T>());
  Tensor out = empty(shape, {.dtype = dtype, .device = options.device});
  if (options.device.type != DeviceType::meta)
    visit_dtype(dtype, [&](auto tag) {
      using To = typename decltype(tag)::type;
      To* p = out.data<To>();
      for (std::size_t i = 0; i < values.size(); ++i) p[i] = convert<To>(values[i]);
    });
  if (options.requires_grad) out.requires_grad_();
  return out;
}

}  // namespace limpid
