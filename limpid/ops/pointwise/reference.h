#pragma once
// The shape of every reference here: walk over the result, read the inputs broadcast to it, compute
// one element at higher precision (Wide<T>), round once.

#include <array>

#include "limpid/core/walk.h"

namespace limpid {

/// y_i = f(x_i...), where f takes Wide<T> of each input's element. All inputs share one dtype.
template <std::size_t N, class F>
void reference_loop(const Io& io, F&& f) {
  const AnyView& y = io.out[0];
  std::array<Strides, N> read;
  std::array<const std::int64_t*, N + 1> strides;
  for (std::size_t k = 0; k < N; ++k) {
    read[k] = broadcast_strides(io.in[k], shape_of(y));
    strides[k] = read[k].data();
  }
  strides[N] = y.strides;
  visit_dtype(io.in[0].dtype, [&](auto x_tag) {
    using X = typename decltype(x_tag)::type;
    const auto element = [&](std::size_t k, const auto& at) {
      return static_cast<Wide<X>>(static_cast<const X*>(io.in[k].data)[at[k]]);
    };
    const auto compute = [&](const auto& at) {
      if constexpr (N == 1) return f(element(0, at));
      else if constexpr (N == 2) return f(element(0, at), element(1, at));
      else return f(element(0, at), element(1, at), element(2, at));
    };
    if (y.dtype == DType::boolean)
      return walk<N + 1>(shape_of(y), strides, [&](const auto& at) {
        static_cast<bool*>(y.data)[at[N]] = convert<bool>(compute(at));
      });
    walk<N + 1>(shape_of(y), strides,
                [&](const auto& at) { static_cast<X*>(y.data)[at[N]] = convert<X>(compute(at)); });
  });
}

/// For formulas of real numbers, whose inputs are floats by then.
template <std::size_t N, class F>
void float_reference_loop(const Io& io, F&& f) {
  reference_loop<N>(io, [&](auto... x) -> std::common_type_t<decltype(x)...> {
    if constexpr ((std::is_floating_point_v<decltype(x)> && ...)) return f(x...);
    else return 0;  // unreachable: promotion has made floats of integers
  });
}

/// Integers wrap around as in PyTorch; signed arithmetic may not overflow in C++, unsigned may.
template <class T, class F>
T wrapping(T x, T y, F f) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(f(static_cast<std::uint64_t>(x), static_cast<std::uint64_t>(y)));
  else return f(x, y);
}

}  // namespace limpid
