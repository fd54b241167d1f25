// The pointwise losses and their slopes, each written once, compiled once a SIMD level.

#include "limpid/backends/cpu/simd_math.h"
#include "limpid/backends/cpu/simd_rows.h"
#include "limpid/ops/pointwise_loss/loss_loops.h"

namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

/// x moved into [low, high]; NaN stays NaN.
template <class V>
inline V bounded(V x, V low, V high) {
  return xsimd::select(x < low, low, xsimd::select(x > high, high, x));
}

/// log(1 + x): log u with u = 1 + x, and what rounding u has changed put right by x / (u - 1).
template <class V>
inline V log_of_1_plus(V x) {
  const V u = V(1) + x, change = u - V(1);
  return xsimd::select(change == V(0), x, log_batch(u) * (x / change));
}

struct Squared {
  template <class V>
  static V loss(V x, V t, V) {
    return (x - t) * (x - t);
  }
  template <class V>
  static V slope(V x, V t, V) {
    return V(2) * (x - t);
  }
};

struct Absolute {
  template <class V>
  static V loss(V x, V t, V) {
    return xsimd::abs(x - t);
  }
  template <class V>
  static V slope(V x, V t, V) {
    const V d = x - t;  // 0 for NaN, as sign() has it
    return xsimd::select(d > V(0), V(1), xsimd::select(d < V(0), V(-1), V(0)));
  }
};

struct Smooth {
  template <class V>
  static V loss(V x, V t, V beta) {
    const V d = xsimd::abs(x - t), half = V(0.5);
    return xsimd::select(d < beta, half * d * d / beta, d - half * beta);
  }
  template <class V>
  static V slope(V x, V t, V beta) {
    return bounded((x - t) / beta, V(-1), V(1));
  }
};

struct Huber {
  template <class V>
  static V loss(V x, V t, V delta) {
    const V d = xsimd::abs(x - t), half = V(0.5);
    return xsimd::select(d < delta, half * d * d, delta * (d - half * delta));
  }
  template <class V>
  static V slope(V x, V t, V delta) {
    return bounded(x - t, negate(delta), delta);
  }
};

struct Binary {
  template <class V>
  static V loss(V x, V t, V) {
    const V least(-100);
    const V yes = xsimd::max(log_batch(x), least);
    const V no = xsimd::max(log_of_1_plus(negate(x)), least);
    return (t - V(1)) * no - t * yes;
  }
  template <class V>
  static V slope(V x, V t, V) {
    using T = typename V::value_type;
    return (x - t) / xsimd::max((V(1) - x) * x, V(static_cast<T>(1e-12)));
  }
};

struct BinaryWithLogits {
  template <class V>
  static V loss(V x, V t, V) {
    const V positive = xsimd::select(x > V(0), x, x * V(0));  // keeps NaN
    const V rest = log_of_1_plus(exp_batch(negate(xsimd::abs(x))));
    return multiply_add(negate(x), t, positive) + rest;
  }
  template <class V>
  static V slope(V x, V t, V) {
    return sigmoid_batch(x) - t;
  }
};

template <class Loss, class T>
T total(const T* x, const T* t, T parameter, std::int64_t n) {
  const Batch<T> p(parameter);
  return sum_terms<T>(n, [=](std::int64_t i, std::int64_t left) {
    const Batch<T> l = Loss::loss(load(x + i, left), load(t + i, left), p);
    return left < kWidth<T> ? keep_first<T>(l, left) : l;
  });
}

template <class Loss, class T>
void each(const T* x, const T* t, T parameter, T* y, std::int64_t n) {
  const Batch<T> p(parameter);
  map(n, y, [=](std::int64_t i, std::int64_t left) {
    return Loss::loss(load(x + i, left), load(t + i, left), p);
  });
}

template <class Loss, class T>
void slope(const T* x, const T* t, const T* dy, T parameter, T* dx, std::int64_t n) {
  const Batch<T> p(parameter);
  map(n, dx, [=](std::int64_t i, std::int64_t left) {
    return load(dy + i, left) * Loss::slope(load(x + i, left), load(t + i, left), p);
  });
}

template <class Loss, class T>
constexpr LossLoops<T> loops_of() {
  return {.total = total<Loss, T>, .each = each<Loss, T>, .slope = slope<Loss, T>};
}

template <class T>
constexpr LossTable<T> table_of() {
  return {.squared = loops_of<Squared, T>(),
          .absolute = loops_of<Absolute, T>(),
          .smooth = loops_of<Smooth, T>(),
          .huber = loops_of<Huber, T>(),
          .binary = loops_of<Binary, T>(),
          .binary_with_logits = loops_of<BinaryWithLogits, T>()};
}

}  // namespace

extern constinit const AllLossLoops loss_loops{.f32 = table_of<float>(), .f64 = table_of<double>()};

}  // namespace limpid::LIMPID_SIMD_LEVEL
