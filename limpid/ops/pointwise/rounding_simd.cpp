// Rounding and bits, compiled once a SIMD level.

#include "limpid/backends/cpu/simd_rounding.h"
#include "limpid/ops/pointwise/loop_rows.h"

namespace limpid::LIMPID_SIMD_LEVEL {

namespace formula {

struct Floor {
  template <class V>
  static V apply(V x) {
    return floor_batch(x);
  }
};
struct Ceil {
  template <class V>
  static V apply(V x) {
    return ceil_batch(x);
  }
};
struct Round {
  template <class V>
  static V apply(V x) {
    return round_batch(x);
  }
};
struct Trunc {
  template <class V>
  static V apply(V x) {
    return trunc_batch(x);
  }
};
struct And {
  template <class V>
  static V apply(V x, V y) {
    return static_cast<V>(x & y);
  }
};
struct Or {
  template <class V>
  static V apply(V x, V y) {
    return static_cast<V>(x | y);
  }
};
struct Xor {
  template <class V>
  static V apply(V x, V y) {
    return static_cast<V>(x ^ y);
  }
};
struct Not {
  template <class V>
  static V apply(V x) {
    return static_cast<V>(~x);
  }
};
/// Of a byte of 0 or 1.
struct NotBool {
  template <class V>
  static V apply(V x) {
    return static_cast<V>(x ^ 1);
  }
};

}  // namespace formula

using namespace formula;

/// Floats rounded by F; integers are round.
template <class F>
constexpr LoopRow rounding_row() {
  return with_wrapping_integers<Identity, 1>(float_row<F, 1>());
}
template <class F>
constexpr LoopRow bits_row() {
  return with_bool<F, 2>(with_wrapping_integers<F, 2>(LoopRow()));
}

constinit const RoundingLoops rounding_loops{
    .floor = rounding_row<Floor>(),
    .ceil = rounding_row<Ceil>(),
    .round = rounding_row<Round>(),
    .trunc = rounding_row<Trunc>(),
    .bitwise_and = bits_row<And>(),
    .bitwise_or = bits_row<Or>(),
    .bitwise_xor = bits_row<Xor>(),
    .bitwise_not = with_bool<NotBool, 1>(with_wrapping_integers<Not, 1>(LoopRow()))};

}  // namespace limpid::LIMPID_SIMD_LEVEL
