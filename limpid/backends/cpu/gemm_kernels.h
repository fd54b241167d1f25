#pragma once
// The innermost loops of a matrix product, compiled once for every SIMD level (gemm_simd.cpp).
// Tables of functions only: code shared between the levels would be compiled with the flags of one.

#include <cstdint>

namespace limpid {

/// What a whole tile asks memory for while it computes, `step` bytes further at each step along k;
/// others do not ask. Asked for all at once it would keep b from coming.
struct TileAhead {
  const void* from = nullptr;
  std::int64_t step = 0;
};

/// Kernels for elements of one type. A tile is up to `rows` rows of up to `vectors` vectors, or of
/// fewer vectors up to `narrow_rows` rows.
template <class T>
struct GemmKernel {
  int rows;         ///< most rows of a tile of `vectors` vectors
  int narrow_rows;  ///< and of others; not fewer
  int vectors;      ///< most vectors in a row of a tile
  int lanes;        ///< elements of a vector

  /// c[i, j] = sum over p < k of a[i, p] b[p, j]  (added to c[i, j] with `accumulate`), for i <
  /// tile_rows and j < tile_vectors * lanes. Any strides of a; the columns of b and c lie side by
  /// side. The sums start from start[j] where there is a `start`.
  void (*tile)(int tile_rows, int tile_vectors, std::int64_t k, const T* a, std::int64_t a_row,
               std::int64_t a_column, const T* b, std::int64_t b_row, T* c, std::int64_t c_row,
               bool accumulate, const T* start, const TileAhead& ahead);
  /// Lays `count` lines of `length` elements side by side: to[p * width + i] = line i's element p,
  /// 0 for i in [count, width). `width`: rows, or some vectors.
  void (*interleave)(std::int64_t count, std::int64_t length, const T* from, std::int64_t line,
                     std::int64_t step, T* to, std::int64_t width);
  /// The sum over p < k of a[p] b[p].
  T (*dot)(std::int64_t k, const T* a, const T* b);
};

/// Unsigned integers, because they wrap: so a product of int8 or int32 may be computed in 32 bits.
struct GemmKernels {
  GemmKernel<float> f32;
  GemmKernel<double> f64;
  GemmKernel<std::uint32_t> i32;
  GemmKernel<std::uint64_t> i64;
};

namespace baseline {
extern const GemmKernels gemm_kernels;
}
#if defined(__x86_64__)
namespace avx2 {
extern const GemmKernels gemm_kernels;
}
namespace avx512 {
extern const GemmKernels gemm_kernels;
}
#endif

}  // namespace limpid
