#pragma once
// The activations and their gradients on batches, for *_simd.cpp files. Gradients take dy and x.
// The numbers of a card arrive as further operands.

#include "limpid/backends/cpu/simd_error_function.h"

namespace limpid::LIMPID_SIMD_LEVEL::formula {

template <class V>
using ElementOf = typename V::value_type;

struct Erf {
  template <class V>
  static V apply(V x) {
    return erf_batch(x);
  }
};
struct Erfc {
  template <class V>
  static V apply(V x) {
    return erfc_batch(x);
  }
};

// -- y = x P(N < x) for a normal N

struct Gelu {
  template <class V>
  static V apply(V x) {
    return x * Normal<V>(x).probability;
  }
};
/// dx = dy (P(N < x) + x p(x)) with the density p
struct GeluBackward {
  template <class V>
  static V apply(V dy, V x) {
    const Normal<V> normal(x);
    return dy * multiply_add(x, normal.density, normal.probability);
  }
};

// -- y = x s(2u) with the sigmoid s and u = k (x + 0.044715 x^3), since (1 + tanh u) / 2 = s(2u)

template <class V>
inline V gelu_argument(V x) {  // 2u
  using T = ElementOf<V>;
  const V cubic(static_cast<T>(2 * 0.79788456080286535588 * 0.044715));
  return x * multiply_add(x * x, cubic, V(static_cast<T>(2 * 0.79788456080286535588)));
}
struct GeluTanh {
  template <class V>
  static V apply(V x) {
    return x / (V(1) + exp_batch(negate(gelu_argument(x))));
  }
};
/// dx = dy (s + x s (1 - s) 2u')
struct GeluTanhBackward {
  template <class V>
  static V apply(V dy, V x) {
    using T = ElementOf<V>;
    const V square(static_cast<T>(6 * 0.79788456080286535588 * 0.044715));
    const V s = sigmoid_batch(gelu_argument(x));
    const V slope = multiply_add(x * x, square, V(static_cast<T>(2 * 0.79788456080286535588)));
    return dy * multiply_add(x * slope, s * (V(1) - s), s);
  }
};

// -- y = x s(x) with the sigmoid s

struct Silu {
  template <class V>
  static V apply(V x) {
    return x / (V(1) + exp_batch(negate(x)));
  }
};
/// dx = dy s (1 + x (1 - s))
struct SiluBackward {
  template <class V>
  static V apply(V dy, V x) {
    const V s = sigmoid_batch(x);
    return dy * (s * multiply_add(x, V(1) - s, V(1)));
  }
};

// -- y = x t with t = tanh(ln(1 + n)) = w / (w + 2), n = e^x, w = n (n + 2)

/// Beyond, t is 1 and its slope 0; n to the fourth power stays finite.
template <class T>
inline constexpr T kMishEnd = sizeof(T) == 4 ? T(20) : T(40);

struct Mish {
  template <class V>
  static V apply(V x) {
    const V n = exp_batch(xsimd::min(x, V(kMishEnd<ElementOf<V>>)));
    const V w = n * (n + V(2));
    return x * (w / (w + V(2)));
  }
};
/// dx = dy (t + x t') with t' = 4 n (n + 1) / (w + 2)^2
struct MishBackward {
  template <class V>
  static V apply(V dy, V x) {
    const V end(kMishEnd<ElementOf<V>>);
    const V n = exp_batch(xsimd::min(x, end));
    const V w = n * (n + V(2)), below = w + V(2);
    const V slope = V(4) * n * (n + V(1)) / (below * below);
    return dy * multiply_add(x, xsimd::select(x >= end, V(0), slope), w / below);
  }
};

// -- y = scale x where x >= 0, else negative (e^(input_scale x) - 1), negative = scale alpha

struct Elu {
  template <class V>
  static V apply(V x, V negative, V scale, V input_scale) {
    return xsimd::select(x < V(0), negative * expm1_batch(x * input_scale), x * scale);
  }
};
struct EluBackward {
  template <class V>
  static V apply(V dy, V x, V negative, V scale, V input_scale) {
    const V slope = negative * input_scale * exp_batch(x * input_scale);
    return dy * xsimd::select(x <= V(0), slope, scale);
  }
};

// -- y = ln(1 + e^(beta x)) / beta; ln(1 + e^b) = max(b, 0) + ln(1 + e^-|b|)

struct Softplus {
  template <class V>
  static V apply(V x, V beta, V threshold) {
    const V b = x * beta;
    const V y = xsimd::select(b > V(0), b, V(0)) + log1p_batch(exp_batch(negate(xsimd::abs(b))));
    return xsimd::select(b > threshold, x, y / beta);
  }
};
struct SoftplusBackward {
  template <class V>
  static V apply(V dy, V x, V beta, V threshold) {
    const V b = x * beta;
    return xsimd::select(b > threshold, dy, dy * sigmoid_batch(b));
  }
};

// -- straight lines

struct LeakyRelu {
  template <class V>
  static V apply(V x, V negative_slope) {
    return xsimd::select(x > V(0), x, x * negative_slope);
  }
};
struct LeakyReluBackward {
  template <class V>
  static V apply(V dy, V x, V negative_slope) {
    return xsimd::select(x > V(0), dy, dy * negative_slope);
  }
};
struct HardtanhBackward {
  template <class V>
  static V apply(V dy, V x, V low, V high) {
    return xsimd::select(x > low, xsimd::select(x < high, dy, V(0)), V(0));
  }
};
/// y = min(max(x + 3, 0), 6) / 6
struct Hardsigmoid {
  template <class V>
  static V apply(V x) {
    const V moved = x + V(3);
    return xsimd::select(moved < V(0), V(0), xsimd::select(moved > V(6), V(6), moved)) / V(6);
  }
};
/// dx = dy / 6 between -3 and 3, else 0
struct HardsigmoidBackward {
  template <class V>
  static V apply(V dy, V x) {
    return xsimd::select(xsimd::abs(x) < V(3), dy / V(6), V(0));
  }
};
/// y = x min(max(x + 3, 0), 6) / 6, where x + 3 is beyond 6 without multiplying, which may overflow
struct Hardswish {
  template <class V>
  static V apply(V x) {
    const V moved = x + V(3);
    const V inside = x * xsimd::select(moved < V(0), V(0), moved) / V(6);
    return xsimd::select(moved > V(6), x, inside);
  }
};
/// dx = dy (x / 3 + 1/2) between -3 and 3, 0 below, dy above
struct HardswishBackward {
  template <class V>
  static V apply(V dy, V x) {
    const V inside = dy * (x / V(3) + V(0.5));
    return xsimd::select(x <= V(-3), V(0), xsimd::select(x < V(3), inside, dy));
  }
};

}  // namespace limpid::LIMPID_SIMD_LEVEL::formula
