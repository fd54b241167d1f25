#pragma once
// Loops over dense rows, of which the normalisations are made. One table a SIMD level.

#include <cstdint>

#include "limpid/backends/cpu/simd.h"
#include "limpid/core/dtype.h"

namespace limpid {

struct TwoSums {
  double first = 0, second = 0;
};

/// h(x) = (x - centre) factor + shift: what normalises an element. `shift` holds the digits of the
/// mean for which `centre` has no room.
template <class T>
struct Line {
  T centre = 0, factor = 1, shift = 0;
};

/// On n floats or doubles.
template <class T>
struct NormLoops {
  /// The sums of x - centre and of (x - centre)^2.
  TwoSums (*moments)(const T* x, T centre, std::int64_t n);
  /// y = h(x) weight + bias, with one weight and bias
  void (*line)(const T* x, Line<T> h, T weight, T bias, T* y, std::int64_t n);
  /// y = h(x) weight + bias, with one of them for each element
  void (*affine)(const T* x, Line<T> h, const T* weight, const T* bias, T* y, std::int64_t n);
  /// The sums of dy and of dy h(x).
  TwoSums (*sums)(const T* dy, const T* x, Line<T> h, std::int64_t n);
  /// The sums of g and of g h(x), with g = dy weight.
  TwoSums (*weighted_sums)(const T* dy, const T* x, Line<T> h, const T* weight, std::int64_t n);
  /// The same sums; and dweight += dy h(x), dbias += dy.
  TwoSums (*sums_and_slopes)(const T* dy, const T* x, Line<T> h, const T* weight, T* dweight,
                             T* dbias, std::int64_t n);
  /// dx = a dy - b h(x) - c
  void (*slope)(const T* dy, const T* x, Line<T> h, T a, T b, T c, T* dx, std::int64_t n);
  /// dx = a dy weight - b h(x) - c
  void (*weighted_slope)(const T* dy, const T* x, Line<T> h, const T* weight, T a, T b, T c, T* dx,
                         std::int64_t n);
};

struct AllNormLoops {
  NormLoops<float> f32;
  NormLoops<double> f64;
  template <class T>
  const NormLoops<T>& of() const {
    if constexpr (std::is_same_v<T, double>) return f64;
    else return f32;
  }
};

#define LIMPID_DECLARE_LEVEL(level)     \
  namespace level {                     \
  extern const AllNormLoops norm_loops; \
  }
LIMPID_DECLARE_LEVEL(baseline)
LIMPID_DECLARE_LEVEL(avx2)
LIMPID_DECLARE_LEVEL(avx512)
#undef LIMPID_DECLARE_LEVEL

/// The loops for this processor.
inline const AllNormLoops& norm_loops() {
  static const AllNormLoops& chosen = at_level(simd_level(), LIMPID_LEVELS(norm_loops));
  return chosen;
}

}  // namespace limpid
