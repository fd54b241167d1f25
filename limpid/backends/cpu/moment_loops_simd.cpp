// Sums of deviations, squares and absolute values, and products, in double, compiled once a SIMD
// level.

#include "limpid/backends/cpu/moment_loops.h"
#include "limpid/backends/cpu/simd_half.h"
#include "limpid/backends/cpu/simd_rows.h"

namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

constexpr std::int64_t kLanes = kWidth<double>;
using Doubles = Batch<double>;

inline Doubles load_wide(const double* x) { return Doubles::load_unaligned(x); }
inline Doubles load_wide(const float* x) {
#if defined(__AVX512F__)
  return _mm512_cvtps_pd(_mm256_loadu_ps(x));
#elif defined(__AVX__)
  return _mm256_cvtps_pd(_mm_loadu_ps(x));
#else
  static_assert(kLanes == 2);
  alignas(64) const double lanes[] = {static_cast<double>(x[0]), static_cast<double>(x[1])};
  return Doubles::load_aligned(lanes);
#endif
}

template <class T>
void deviations(const T* x, double shift, std::int64_t n, double* sum, double* squares) {
  const Doubles by(shift);
  Doubles s0(0.0), s1(0.0), q0(0.0), q1(0.0);
  std::int64_t i = 0;
  for (; i + 2 * kLanes <= n; i += 2 * kLanes) {
    const Doubles a = load_wide(x + i) - by, b = load_wide(x + i + kLanes) - by;
    s0 += a;
    s1 += b;
    q0 = multiply_add(a, a, q0);
    q1 = multiply_add(b, b, q1);
  }
  double s = add_lanes<double>(s0 + s1), q = add_lanes<double>(q0 + q1);
  for (; i < n; ++i) {
    const double d = static_cast<double>(x[i]) - shift;
    s += d;
    q += d * d;
  }
  *sum += s;
  *squares += q;
}

template <class T>
void column_deviations(const T* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                       const double* shift, double* sums, double* squares) {
  for (std::int64_t r = 0; r < rows; ++r) {
    const T* row = x + r * stride;
#pragma GCC ivdep
    for (std::int64_t j = 0; j < columns; ++j) {
      const double d = static_cast<double>(row[j]) - shift[j];
      sums[j] += d;
      squares[j] += d * d;
    }
  }
}

/// n elements taken into a total by `take(total, element)`, four batches side by side, which `join`
/// brings together. Both begin with `start`.
template <class T, class Take, class Join>
double fold(const T* x, std::int64_t n, double start, Take take, Join join) {
  Doubles a(start), b(start), c(start), d(start);
  std::int64_t i = 0;
  for (; i + 4 * kLanes <= n; i += 4 * kLanes) {
    a = take(a, load_wide(x + i));
    b = take(b, load_wide(x + i + kLanes));
    c = take(c, load_wide(x + i + 2 * kLanes));
    d = take(d, load_wide(x + i + 3 * kLanes));
  }
  for (; i + kLanes <= n; i += kLanes) a = take(a, load_wide(x + i));
  alignas(64) double lanes[kLanes], rest[kLanes] = {};
  join(join(a, b), join(c, d)).store_aligned(lanes);
  double total = start;
  for (double lane : lanes) total = join(total, lane);
  for (; i < n; ++i) {  // one by one, in the first lane
    rest[0] = static_cast<double>(x[i]);
    take(Doubles(total), Doubles::load_aligned(rest)).store_aligned(lanes);
    total = lanes[0];
  }
  return total;
}

struct Plus {
  template <class V>
  V operator()(V x, V y) const {
    return x + y;
  }
};
struct Times {
  template <class V>
  V operator()(V x, V y) const {
    return x * y;
  }
};

template <class T>
double absolutes(const T* x, std::int64_t n) {
  return fold(
      x, n, 0, [](Doubles total, Doubles v) { return total + xsimd::abs(v); }, Plus{});
}
template <class T>
double squares(const T* x, std::int64_t n) {
  return fold(
      x, n, 0, [](Doubles total, Doubles v) { return multiply_add(v, v, total); }, Plus{});
}
template <class T>
double product(const T* x, std::int64_t n) {
  return fold(x, n, 1, Times{}, Times{});
}

template <class T>
void column_products(const T* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                     double* totals) {
  for (std::int64_t r = 0; r < rows; ++r) {
    const T* row = x + r * stride;
#pragma GCC ivdep
    for (std::int64_t j = 0; j < columns; ++j) totals[j] *= static_cast<double>(row[j]);
  }
}

template <class T>
void column_absolutes(const T* x, std::int64_t stride, std::int64_t rows, std::int64_t columns,
                      double* totals) {
  for (std::int64_t r = 0; r < rows; ++r) {
    const T* row = x + r * stride;
#pragma GCC ivdep
    for (std::int64_t j = 0; j < columns; ++j)
      totals[j] += __builtin_fabs(static_cast<double>(row[j]));
  }
}

template <class H>
void widen_block(const void* x, float* y, std::int64_t n) {
  widen(static_cast<const H*>(x), y, n);
}

template <class T>
constexpr MomentLoops<T> loops_of() {
  return {.deviations = deviations<T>,
          .column_deviations = column_deviations<T>,
          .absolutes = absolutes<T>,
          .squares = squares<T>,
          .product = product<T>,
          .column_absolutes = column_absolutes<T>,
          .column_products = column_products<T>};
}

}  // namespace

constinit const AllMomentLoops moment_loops{.f32 = loops_of<float>(),
                                            .f64 = loops_of<double>(),
                                            .widen_f16 = widen_block<Float16>,
                                            .widen_bf16 = widen_block<BrainFloat16>};

}  // namespace limpid::LIMPID_SIMD_LEVEL
