#pragma once
// Short names for what tests index, and index with.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <vector>

#include "limpid/tensor/creation.h"

namespace limpid::testing::indices {

inline constexpr std::nullopt_t N = std::nullopt;

inline Tensor L(std::initializer_list<Scalar> values) {
  return tensor(values, {.dtype = DType::i64});
}
inline Tensor L(std::initializer_list<std::initializer_list<Scalar>> rows) {
  return tensor(rows, {.dtype = DType::i64});
}
inline Tensor column(std::initializer_list<Scalar> values) { return L(values).view({-1, 1}); }
inline Tensor L0(std::int64_t value) { return full({}, value); }
inline Tensor E() { return empty({0}, {.dtype = DType::i64}); }
inline Tensor B(std::initializer_list<Scalar> values) {
  return tensor(values, {.dtype = DType::boolean});
}
inline Tensor B0(bool value) { return full({}, value); }
/// x % divisor == 0.
inline Tensor mask(const Tensor& x, std::int64_t divisor) {
  Tensor out = zeros(x.shape(), {.dtype = DType::boolean});
  const std::vector<std::int64_t> values = x.to_vector<std::int64_t>();
  for (std::size_t i = 0; i < values.size(); ++i) out.data<bool>()[i] = values[i] % divisor == 0;
  return out;
}

/// 0, 1, 2, ...: an element's value is its place.
inline Tensor counting(const Shape& shape, DType dtype = DType::i64) {
  return arange(numel(shape), {.dtype = dtype}).view(shape);
}

}  // namespace limpid::testing::indices
