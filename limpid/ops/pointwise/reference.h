#pragma once
// The shape of every reference here: walk over the result, read the inputs broadcast to it, compute
// one element at higher precision (Wide<T>), round once.

#include <array>

#include "limpid/core/rows.h"
#include "limpid/core/walk.h"

namespace limpid {

/// Strides by which N inputs are read as if they had the shape of the output, and those of the
/// output.
template <std::size_t N>
struct ReferenceStrides {
  std::array<Strides, N> read;
  std::array<const std::int64_t*, N + 1> all;

  explicit ReferenceStrides(const Io& io) {
    for (std::size_t k = 0; k < N; ++k) {
      read[k] = broadcast_strides(io.in[k], shape_of(io.out[0]));
      all[k] = read[k].data();
    }
    all[N] = io.out[0].strides;
  }
};

/// y_i = f(x_i...) for inputs of X. A test, whose f gives bool, has an output in bool; any other f
/// one in X.
template <std::size_t N, class X, class F>
void reference_loop_of(const Io& io, const ReferenceStrides<N>& strides, const F& f) {
  const auto element = [&](std::size_t k, const auto& at) {
    return static_cast<Wide<X>>(static_cast<const X*>(io.in[k].data)[at[k]]);
  };
  const auto compute = [&](const auto& at) {
    if constexpr (N == 1) return f(element(0, at));
    else if constexpr (N == 2) return f(element(0, at), element(1, at));
    else return f(element(0, at), element(1, at), element(2, at));
  };
  walk<N + 1>(shape_of(io.out[0]), strides.all, [&](const auto& at) {
    const auto value = compute(at);
    using Y = std::conditional_t<std::is_same_v<decltype(value), const bool>, bool, X>;
    static_cast<Y*>(io.out[0].data)[at[N]] = convert<Y>(value);
  });
}

/// y_i = f(x_i...), where f takes Wide<T> of each input's element. All inputs share one dtype.
template <std::size_t N, class F>
void reference_loop(const Io& io, const F& f) {
  const ReferenceStrides<N> strides(io);
  visit_dtype(io.in[0].dtype,
              [&]<class X>(TypeTag<X>) { reference_loop_of<N, X>(io, strides, f); });
}

/// For formulas of real numbers, whose inputs are floats by then.
template <std::size_t N, class F>
void float_reference_loop(const Io& io, const F& f) {
  const ReferenceStrides<N> strides(io);
  visit_float(io.in[0].dtype,
              [&]<class X>(TypeTag<X>) { reference_loop_of<N, X>(io, strides, f); });
}

/// Integers wrap around as in PyTorch; signed arithmetic may not overflow in C++, unsigned may.
template <class T, class F>
T wrapping(T x, T y, F f) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(f(static_cast<std::uint64_t>(x), static_cast<std::uint64_t>(y)));
  else return f(x, y);
}

}  // namespace limpid
