// The innermost loops of a matrix product, one compilation a SIMD level.
//
// A tile of C is held in registers while p runs over k. Each step loads one row of B (`vectors`
// vectors), and multiplies it by one element of A for each row of the tile: rows * vectors
// multiply-adds for rows + vectors loads. The tile is as large as the registers allow.
//
// GCC's vector types serve every level with one text; the unit uses no function of any header, so
// that no level's code can end up in another's place.

#include "limpid/backends/cpu/gemm_kernels.h"

namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

#if defined(__AVX512F__)
constexpr int kBytes = 64, kRows = 6, kVectors = 4;  // 24 of 32 registers hold the tile
constexpr int kNarrowRows = 8;                       // up to 24, and fewer loads a product
#elif defined(__AVX2__)
constexpr int kBytes = 32, kRows = 6, kVectors = 2, kNarrowRows = 6;  // 12 of 16
#else
constexpr int kBytes = 16, kRows = 4, kVectors = 2, kNarrowRows = 4;  // 8 of 16
#endif

template <class T>
struct Simd {
  typedef T Vector __attribute__((vector_size(kBytes)));
  /// The same in memory, at any address of a T.
  typedef T Unaligned __attribute__((vector_size(kBytes), aligned(sizeof(T)), may_alias));
  static constexpr int kLanes = kBytes / static_cast<int>(sizeof(T));
};

/// The numbers 0, 1, ..., L - 1 as template arguments.
template <int... I>
struct Indices {};
template <int L, int... I>
struct UpTo : UpTo<L - 1, L - 1, I...> {};
template <int... I>
struct UpTo<0, I...> {
  using Type = Indices<I...>;
};

template <class T, int R, int V, bool Asks = false>
[[gnu::always_inline]] inline void tile_loop(std::int64_t k, const T* a, std::int64_t a_row,
                                             std::int64_t a_column, const T* b, std::int64_t b_row,
                                             T* c, std::int64_t c_row, bool accumulate,
                                             const T* start, const TileAhead& ahead = {}) {
  using Vector = typename Simd<T>::Vector;
  using Unaligned = typename Simd<T>::Unaligned;
  constexpr int kLanes = Simd<T>::kLanes;
  Vector sum[R][V] = {};
#pragma GCC unroll 8
  for (int i = 0; i < R; ++i)  // c is needed last, and may have to come from afar
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) __builtin_prefetch(c + i * c_row + v * kLanes, 1);
  if (start) {
#pragma GCC unroll 8
    for (auto& row : sum)
#pragma GCC unroll 4
      for (int v = 0; v < V; ++v) row[v] = *reinterpret_cast<const Unaligned*>(start + v * kLanes);
  }
  [[maybe_unused]] const char* soon = static_cast<const char*>(ahead.from ? ahead.from : b);
  for (std::int64_t p = 0; p < k; ++p) {
    if constexpr (Asks) {
      __builtin_prefetch(soon, 0, 2);  // mutate: equivalent -- speed
      soon += ahead.step;              // mutate: equivalent -- speed
    }
    Vector row[V];
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) row[v] = *reinterpret_cast<const Unaligned*>(b + v * kLanes);
#pragma GCC unroll 8
    for (int i = 0; i < R; ++i) {
      const T x = a[i * a_row];
#pragma GCC unroll 4
      for (int v = 0; v < V; ++v) sum[i][v] += x * row[v];
    }
    a += a_column;
    b += b_row;
  }
#pragma GCC unroll 8
  for (int i = 0; i < R; ++i)
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      auto* place = reinterpret_cast<Unaligned*>(c + i * c_row + v * kLanes);
      *place = accumulate ? *place + sum[i][v] : sum[i][v];
    }
}

template <class T, int R, int V>
void tile(std::int64_t k, const T* a, std::int64_t a_row, std::int64_t a_column, const T* b,
          std::int64_t b_row, T* c, std::int64_t c_row, bool accumulate, const T* start) {
  tile_loop<T, R, V>(k, a, a_row, a_column, b, b_row, c, c_row, accumulate, start);
}

template <class T>
using Tile = void (*)(std::int64_t, const T*, std::int64_t, std::int64_t, const T*, std::int64_t,
                      T*, std::int64_t, bool, const T*);

/// The tiles of R rows, by number of vectors.
template <class T, int R>
Tile<T> tile_of(int vectors) {
  if constexpr (R <= kRows)
    if (vectors == kVectors) return &tile<T, R, kVectors>;
  if constexpr (kVectors > 3)
    if (vectors == 3) return &tile<T, R, 3>;
  return vectors == 2 ? &tile<T, R, 2> : &tile<T, R, 1>;
}

template <class T, int R>
Tile<T> find_tile(int rows, int vectors) {
  if constexpr (R > 1)
    if (rows < R) return find_tile<T, R - 1>(rows, vectors);
  return tile_of<T, R>(vectors);
}

template <class T>
void run_tile(int rows, int vectors, std::int64_t k, const T* a, std::int64_t a_row,
              std::int64_t a_column, const T* b, std::int64_t b_row, T* c, std::int64_t c_row,
              bool accumulate, const T* start, const TileAhead& ahead) {
  constexpr int kColumns = kVectors * Simd<T>::kLanes;
  const bool whole = rows == kRows && vectors == kVectors;
  if (whole && a_row == 1 && a_column == kRows && b_row == kColumns)
    // Packed operands, the usual case of large products: strides known to the compiler.
    return tile_loop<T, kRows, kVectors, true>(k, a, 1, kRows, b, kColumns, c, c_row, accumulate,
                                               start, ahead);
  if (whole && ahead.from)
    return tile_loop<T, kRows, kVectors, true>(k, a, a_row, a_column, b, b_row, c, c_row,
                                               accumulate, start, ahead);
  find_tile<T, kNarrowRows>(rows, vectors)(k, a, a_row, a_column, b, b_row, c, c_row, accumulate,
                                           start);
}

/// Exchanges, in vectors that are H apart, the lanes of which one should hold the other's: a step
/// of a transpose.
template <int H, class Vector, int... I>
[[gnu::always_inline]] inline void exchange(Vector& a, Vector& b, Indices<I...>) {
  constexpr int kLanes = sizeof...(I);
  const Vector low = __builtin_shufflevector(a, b, (I & H ? kLanes + I - H : I)...);
  b = __builtin_shufflevector(a, b, (I & H ? kLanes + I : I + H)...);
  a = low;
}

/// The square matrix whose rows are x, transposed in log2(lanes) steps.
template <int H, int L, class Vector>
[[gnu::always_inline]] inline void transpose(Vector* x) {
  if constexpr (H < L) {
#pragma GCC unroll 16
    for (int i = 0; i < L; ++i)
      if (!(i & H)) exchange<H>(x[i], x[i + H], typename UpTo<L>::Type{});
    transpose<2 * H, L>(x);
  }
}

/// Writes N elements of each of `n` vectors, `width` apart.
template <class T, int N, class Vector>
[[gnu::always_inline]] inline void write_rows(const Vector* x, std::int64_t n, T* to,
                                              std::int64_t width) {
  if (n == Simd<T>::kLanes) {
#pragma GCC unroll 16
    for (int i = 0; i < Simd<T>::kLanes; ++i)
      __builtin_memcpy(to + i * width, &x[i], N * sizeof(T));
  } else {
    for (std::int64_t i = 0; i < n; ++i) __builtin_memcpy(to + i * width, &x[i], N * sizeof(T));
  }
}

/// Up to N lines (N at most a vector's lanes), each running along memory.
template <class T, int N>
void interleave_lines(std::int64_t count, std::int64_t length, const T* from, std::int64_t line,
                      T* to, std::int64_t width) {
  using Vector = typename Simd<T>::Vector;
  using Unaligned = typename Simd<T>::Unaligned;
  constexpr int kLanes = Simd<T>::kLanes;
  std::int64_t p = 0;
  for (; count == N && p + kLanes <= length; p += kLanes) {  // the usual case, all in registers
    Vector x[kLanes] = {};
#pragma GCC unroll 16
    for (int i = 0; i < N; ++i) x[i] = *reinterpret_cast<const Unaligned*>(from + i * line + p);
    transpose<1, kLanes>(x);
    write_rows<T, N>(x, kLanes, to + p * width, width);
  }
  for (; p < length; p += kLanes) {
    const std::int64_t n = length - p < kLanes ? length - p : kLanes;
    Vector x[kLanes] = {};
    for (int i = 0; i < count; ++i)
      __builtin_memcpy(&x[i], from + i * line + p, static_cast<unsigned long>(n) * sizeof(T));
    transpose<1, kLanes>(x);
    write_rows<T, N>(x, n, to + p * width, width);
  }
}

template <class T>
void interleave(std::int64_t count, std::int64_t length, const T* from, std::int64_t line,
                std::int64_t step, T* to, std::int64_t width) {
  constexpr int kLanes = Simd<T>::kLanes;
  if (line != 1 && step == 1 && width % kLanes == 0) {
    for (std::int64_t i = 0; i < width; i += kLanes) {
      const std::int64_t left = count < i ? 0 : count - i;
      interleave_lines<T, kLanes>(left < kLanes ? left : kLanes, length,
                                  left ? from + i * line : from, line, to + i, width);
    }
    return;
  }
  if constexpr (kRows < kLanes)
    if (line != 1 && step == 1 && width == kRows)
      return interleave_lines<T, kRows>(count, length, from, line, to, width);
  for (std::int64_t p = 0; p < length; ++p, from += step, to += width) {
    std::int64_t i = 0;
    if (line == 1) {
      for (; i + kLanes <= count; i += kLanes) __builtin_memcpy(to + i, from + i, kBytes);
      if (kRows < kLanes && i + kRows <= count)
        __builtin_memcpy(to + i, from + i, kRows * sizeof(T)), i += kRows;
    }
    for (; i < count; ++i) to[i] = from[i * line];
    for (; i < width; ++i) to[i] = 0;
  }
}

/// The sum of a vector's lanes: each step adds to every lane the one that is H away.
template <int H, class Vector, int... I>
[[gnu::always_inline]] inline auto sum_of_lanes(Vector x, Indices<I...> lanes) {
  if constexpr (H == 0) return x[0];
  else return sum_of_lanes<H / 2>(x + __builtin_shufflevector(x, x, (I ^ H)...), lanes);
}

/// Four vectors of partial sums hide the latency of the additions.
template <class T>
T dot(std::int64_t k, const T* a, const T* b) {
  using Vector = typename Simd<T>::Vector;
  using Unaligned = typename Simd<T>::Unaligned;
  constexpr int kLanes = Simd<T>::kLanes;
  Vector sum[4] = {};
  const auto add = [&](int v, std::int64_t p) {
    sum[v] +=
        *reinterpret_cast<const Unaligned*>(a + p) * *reinterpret_cast<const Unaligned*>(b + p);
  };
  std::int64_t p = 0;
  for (; p + 4 * kLanes <= k; p += 4 * kLanes)
#pragma GCC unroll 4
    for (int v = 0; v < 4; ++v) add(v, p + v * kLanes);
  for (; p + kLanes <= k; p += kLanes) add(0, p);
  T total = sum_of_lanes<kLanes / 2>((sum[0] + sum[1]) + (sum[2] + sum[3]),
                                     typename UpTo<kLanes>::Type{});
  for (; p < k; ++p) total += a[p] * b[p];
  return total;
}

template <class T>
constexpr GemmKernel<T> kernel() {
  return {kRows, kNarrowRows, kVectors, Simd<T>::kLanes, &run_tile<T>, &interleave<T>, &dot<T>};
}

}  // namespace

extern const GemmKernels gemm_kernels;
constexpr GemmKernels gemm_kernels{kernel<float>(), kernel<double>(), kernel<std::uint32_t>(),
                                   kernel<std::uint64_t>()};

}  // namespace limpid::LIMPID_SIMD_LEVEL
