#pragma once
// The table of loops behind the pointwise losses' Cpu kernels, one a SIMD level.

#include <cstdint>

#include "limpid/core/dtype.h"

namespace limpid {

/// On n floats or doubles. `parameter` is beta or delta; other losses do not read it.
template <class T>
struct LossLoops {
  /// The sum of l(x_i, t_i), as n is small in T.
  T (*total)(const T* x, const T* t, T parameter, std::int64_t n);
  /// y_i = l(x_i, t_i)
  void (*each)(const T* x, const T* t, T parameter, T* y, std::int64_t n);
  /// dx_i = dy_i dl/dx(x_i, t_i)
  void (*slope)(const T* x, const T* t, const T* dy, T parameter, T* dx, std::int64_t n);
};

template <class T>
struct LossTable {
  LossLoops<T> squared, absolute, smooth, huber, binary, binary_with_logits;
};

struct AllLossLoops {
  LossTable<float> f32;
  LossTable<double> f64;
  template <class T>
  const LossTable<T>& of() const {
    if constexpr (std::is_same_v<T, double>) return f64;
    else return f32;
  }
};

namespace baseline {
extern const AllLossLoops loss_loops;
}
namespace avx2 {
extern const AllLossLoops loss_loops;
}
namespace avx512 {
extern const AllLossLoops loss_loops;
}

}  // namespace limpid
