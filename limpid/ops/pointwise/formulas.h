#pragma once
// Every formula once, for *_simd.cpp files: V is a batch of floats, or one element of any type.

#include "limpid/backends/cpu/simd_loop.h"
#include "limpid/backends/cpu/simd_math.h"

namespace limpid::LIMPID_SIMD_LEVEL::formula {

/// condition ? x : y
template <class V>
inline V choose(bool condition, V x, V y) {
  return condition ? x : y;
}
template <class T, class A>
inline xsimd::batch<T, A> choose(xsimd::batch_bool<T, A> condition, xsimd::batch<T, A> x,
                                 xsimd::batch<T, A> y) {
  return xsimd::select(condition, x, y);
}

// -- floats

struct Add {
  template <class V>
  static V apply(V x, V y) {
    return x + y;
  }
};
struct Sub {
  template <class V>
  static V apply(V x, V y) {
    return x - y;
  }
};
struct Mul {
  template <class V>
  static V apply(V x, V y) {
    return x * y;
  }
};
struct Div {
  template <class V>
  static V apply(V x, V y) {
    return x / y;
  }
};
struct AddScaled {
  template <class V>
  static V apply(V x, V y, V alpha) {
    return multiply_add(alpha, y, x);
  }
};
struct Neg {
  template <class V>
  static V apply(V x) {
    return negate(x);
  }
};
struct AbsFloat {
  template <class V>
  static V apply(V x) {
    return xsimd::abs(x);
  }
};
struct Sqrt {
  template <class V>
  static V apply(V x) {
    return xsimd::sqrt(x);
  }
};
struct Reciprocal {
  template <class V>
  static V apply(V x) {
    return V(1) / x;
  }
};
struct Exp {
  template <class V>
  static V apply(V x) {
    return exp_batch(x);
  }
};
struct Log {
  template <class V>
  static V apply(V x) {
    return log_batch(x);
  }
};
struct Sigmoid {
  template <class V>
  static V apply(V x) {
    return sigmoid_batch(x);
  }
};
struct Tanh {
  template <class V>
  static V apply(V x) {
    return tanh_batch(x);
  }
};
/// dx = dy y (1 - y)
struct SigmoidBackward {
  template <class V>
  static V apply(V dy, V y) {
    return dy * (V(1) - y) * y;
  }
};
/// dx = dy (1 - y^2)
struct TanhBackward {
  template <class V>
  static V apply(V dy, V y) {
    return dy * (V(1) - y * y);
  }
};

/// From the nearer end, so that weight 1 gives y itself.
struct Lerp {
  template <class V>
  static V apply(V x, V y, V weight) {
    const V way = y - x;
    const auto near = xsimd::abs(weight) < V(0.5);
    return xsimd::select(near, multiply_add(weight, way, x), y - way * (V(1) - weight));
  }
};

// -- any numbers. A NaN on either side is the result; comparisons with it are false. Of equal ones,
// such as 0 and -0, x is the result: so relu and clamp leave -0 as it is.

struct Maximum {
  template <class V>
  static V apply(V x, V y) {
    return choose(x >= y, x, choose(x == x, y, x));
  }
};
struct Minimum {
  template <class V>
  static V apply(V x, V y) {
    return choose(x <= y, x, choose(x == x, y, x));
  }
};
/// min(max(x, low), high)
struct Clamp {
  template <class V>
  static V apply(V x, V low, V high) {
    return Minimum::apply(Maximum::apply(x, low), high);
  }
};
/// 1, 0 or -1; 0 for NaN, as in PyTorch
struct Sign {
  template <class V>
  static V apply(V x) {
    return choose(x > V(0), V(1), choose(x < V(0), V(-1), V(0)));
  }
};
struct Relu {
  template <class V>
  static V apply(V x) {
    return choose(x < V(0), V(0), x);
  }
};
/// dx = dy where y is not 0
struct ReluBackward {
  template <class V>
  static V apply(V dy, V y) {
    return choose(y <= V(0), V(0), dy);
  }
};

// -- integers, which wrap around. V is unsigned: the bits are those of the signed result.

struct WrappingAdd {
  template <class V>
  static V apply(V x, V y) {
    return static_cast<V>(1u * x + y);
  }
};
struct WrappingSub {
  template <class V>
  static V apply(V x, V y) {
    return static_cast<V>(1u * x - y);
  }
};
struct WrappingMul {
  template <class V>
  static V apply(V x, V y) {
    return static_cast<V>(1u * x * y);
  }
};
struct WrappingAddScaled {
  template <class V>
  static V apply(V x, V y, V alpha) {
    return static_cast<V>(x + 1u * alpha * y);
  }
};
struct WrappingNeg {
  template <class V>
  static V apply(V x) {
    return static_cast<V>(0u - x);
  }
};
/// Bytes of 0 or 1: or.
struct LogicalAddScaled {
  template <class V>
  static V apply(V x, V y, V alpha) {
    return static_cast<V>(x | (y & alpha));
  }
};
/// V is signed. The smallest number stays as it is.
struct AbsInteger {
  template <class V>
  static V apply(V x) {
    using U = std::make_unsigned_t<V>;
    return x < 0 ? static_cast<V>(static_cast<U>(0u - static_cast<U>(x))) : x;
  }
};
struct Identity {
  template <class V>
  static V apply(V x) {
    return x;
  }
};

// -- results in bool (a byte of 0 or 1)

struct Equal {
  template <class V>
  static bool apply(V x, V y) {
    return x == y;
  }
};
struct NotEqual {
  template <class V>
  static bool apply(V x, V y) {
    return x != y;
  }
};
struct Less {
  template <class V>
  static bool apply(V x, V y) {
    return x < y;
  }
};
struct LessEqual {
  template <class V>
  static bool apply(V x, V y) {
    return x <= y;
  }
};
struct LogicalAnd {
  template <class V>
  static bool apply(V x, V y) {
    return (x != V(0)) & (y != V(0));
  }
};
struct LogicalOr {
  template <class V>
  static bool apply(V x, V y) {
    return (x != V(0)) | (y != V(0));
  }
};
struct LogicalNot {
  template <class V>
  static bool apply(V x) {
    return x == V(0);
  }
};
struct Where {
  template <class V>
  static V apply(std::uint8_t condition, V x, V y) {
    return condition ? x : y;
  }
};

}  // namespace limpid::LIMPID_SIMD_LEVEL::formula
