#pragma once
// A product of matrices with its types, for the loops of gemm.cpp.

#include "limpid/backends/cpu/gemm.h"
#include "limpid/backends/cpu/gemm_kernels.h"
#include "limpid/backends/cpu/simd.h"

namespace limpid {

inline const GemmKernels& gemm_kernels_in_use() {
  static const GemmKernels& chosen = at_level(simd_level(), LIMPID_LEVELS(gemm_kernels));
  return chosen;
}

template <class T>
const GemmKernel<T>& kernel() {
  if constexpr (std::is_same_v<T, float>) return gemm_kernels_in_use().f32;
  else if constexpr (std::is_same_v<T, double>) return gemm_kernels_in_use().f64;
  else if constexpr (std::is_same_v<T, std::uint32_t>) return gemm_kernels_in_use().i32;
  else return gemm_kernels_in_use().i64;
}

/// Of a block: elements along k, and bytes of a row of sums.
inline constexpr std::int64_t kGemmDepth = 256, kGemmBlockBytes = 3072;

/// Columns of the widest tile, and so of a panel of packed columns.
template <class T>
std::int64_t panel_width() {
  return std::int64_t{kernel<T>().vectors} * kernel<T>().lanes;
}

/// Most rows of a tile of so many vectors.
template <class T>
std::int64_t tile_rows(std::int64_t vectors) {
  return vectors < kernel<T>().vectors ? kernel<T>().narrow_rows : kernel<T>().rows;
}

/// What products of T are computed in.
template <class T>
using Compute =
    std::conditional_t<is_float_type<T>,
                       std::conditional_t<std::is_same_v<T, double>, double, float>,
                       std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>>;

/// The product with its types: T in memory, Compute<T> in registers.
template <class T>
struct Product {
  using C = Compute<T>;
  const Gemm& g;

  const T* a(std::int64_t i, std::int64_t p) const {
    return static_cast<const T*>(g.a.data) + i * g.a.row_stride + p * g.a.column_stride;
  }
  const T* b(std::int64_t p, std::int64_t j) const {
    return static_cast<const T*>(g.b.data) + p * g.b.row_stride + j * g.b.column_stride;
  }
  T* c(std::int64_t i, std::int64_t j) const {
    return static_cast<T*>(g.c) + i * g.c_row_stride + j * g.c_column_stride;
  }
  C bias(std::int64_t j) const {
    return g.bias ? C(static_cast<const T*>(g.bias)[j * g.bias_stride]) : C(0);
  }

  /// c = alpha sum + beta c + bias.
  void store(std::int64_t i, std::int64_t j, C sum) const {
    C value = (g.alpha == 1 ? sum : static_cast<C>(g.alpha) * sum) + bias(j);
    if (g.beta != 0) value += static_cast<C>(g.beta) * C(*c(i, j));
    *c(i, j) = static_cast<T>(value);
  }
  /// Writes `rows` x `columns` finished sums to c, from (i, j) on.
  void store(std::int64_t i, std::int64_t j, std::int64_t rows, std::int64_t columns, const C* sums,
             std::int64_t sums_row) const {
    const bool plain = g.alpha == 1 && g.beta == 0 && g.c_column_stride == 1;
    for (std::int64_t r = 0; r < rows; ++r, sums += sums_row) {
      if (!plain) {
        for (std::int64_t s = 0; s < columns; ++s) store(i + r, j + s, sums[s]);
      } else if (g.bias) {
        T* to = c(i + r, j);
        for (std::int64_t s = 0; s < columns; ++s) to[s] = static_cast<T>(sums[s] + bias(j + s));
      } else {
        T* to = c(i + r, j);
        for (std::int64_t s = 0; s < columns; ++s) to[s] = static_cast<T>(sums[s]);
      }
    }
  }

  /// Rows p.. of b in columns j.. as (depth, width), the columns beyond `columns` being 0.
  void pack_b(std::int64_t p, std::int64_t depth, std::int64_t j, std::int64_t columns,
              std::int64_t width, C* to) const {
    if (g.b.column_stride == 1 || columns == 1) {
      for (std::int64_t r = 0; r < depth; ++r, to += width) {
        const T* from = b(p + r, j);
        for (std::int64_t s = 0; s < columns; ++s) to[s] = static_cast<C>(from[s]);
        for (std::int64_t s = columns; s < width; ++s) to[s] = C(0);
      }
      return;
    }
    for (std::int64_t s = 0; s < width; ++s) {
      const T* from = b(p, j + s);
      for (std::int64_t r = 0; r < depth; ++r)
        to[r * width + s] = s < columns ? static_cast<C>(from[r * g.b.row_stride]) : C(0);
    }
  }
  /// Rows i.. of a in columns p.. as (depth, height): the elements that a tile needs at once side
  /// by side. Rows beyond `rows` are 0.
  void pack_a(std::int64_t i, std::int64_t rows, std::int64_t height, std::int64_t p,
              std::int64_t depth, C* to) const {
    for (std::int64_t q = 0; q < depth; ++q, to += height) {
      const T* from = a(i, p + q);
      for (std::int64_t r = 0; r < rows; ++r) to[r] = static_cast<C>(from[r * g.a.row_stride]);
      for (std::int64_t r = rows; r < height; ++r) to[r] = C(0);
    }
  }
};

/// Whether a kernel's sums are what c is to hold, or to have added.
template <class T>
bool goes_straight(const Gemm& g) {
  return g.alpha == 1 && (g.beta == 0 || (g.beta == 1 && !g.bias)) && g.c_column_stride == 1;
}

inline std::int64_t round_up(std::int64_t n, std::int64_t to) { return (n + to - 1) / to * to; }

}  // namespace limpid
