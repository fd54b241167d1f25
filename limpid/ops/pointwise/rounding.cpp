#include "limpid/ops/pointwise/rounding.h"

#include <cmath>
#include <functional>

#include "limpid/op/composite.h"
#include "limpid/op/inplace.h"
#include "limpid/op/piecewise.h"
#include "limpid/ops/pointwise/arithmetic.h"
#include "limpid/ops/pointwise/division.h"
#include "limpid/ops/pointwise/reference.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

constexpr const char* kConvert = "convert it with .to() first";

/// y = f(x) for floats; integers stay.
template <class F>
void reference_rounding(const Io& io, F f) {
  reference_loop<1>(io, [&](auto x) -> decltype(x) {
    if constexpr (std::is_integral_v<decltype(x)>) return x;
    else return f(x);
  });
}

/// floor(x / y) by way of the rest, which is exact; the quotient alone may round up to an integer.
template <class T>
T reference_floor_quotient(T x, T y) {
  if constexpr (std::is_integral_v<T>) {
    if (y == -1) return wrapping(T{0}, x, std::minus<>());
    const T quotient = x / y;
    return x % y != 0 && (x < 0) != (y < 0) ? quotient - 1 : quotient;
  } else {
    if (y == 0) return x / y;
    if (!std::isfinite(x)) return x - x;  // NaN
    if (std::isinf(y)) return x != 0 && (x < 0) != (y < 0) ? T(-1) : x / y;
    T rest = std::fmod(x, y);
    if (rest != 0 && (rest < 0) != (y < 0)) rest += y;
    const T quotient = std::round((x - rest) / y);
    return quotient == 0 ? std::copysign(T(0), x / y) : quotient;
  }
}
template <class T>
T reference_trunc_rest(T x, T y) {
  if constexpr (std::is_integral_v<T>) return y == -1 ? T{0} : x % y;
  else return std::fmod(x, y);
}
template <class T>
T reference_floor_rest(T x, T y) {
  const T rest = reference_trunc_rest(x, y);
  return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
}

/// x / y rounded towards 0, for the gradient of fmod.
Tensor trunc_quotient(const Tensor& x, const Tensor& y) { return trunc(x / y); }

}  // namespace

void refuse_zero_divisor(const Io& io) {
  const AnyView& divisor = io.in[1];
  if (is_floating(divisor.dtype) || io.out[0].numel == 0) return;
  std::int64_t element = 0, zero = -1;
  visit_dtype(divisor.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    walk<1>(shape_of(divisor), {divisor.strides}, [&](const auto& at) {
      if (zero < 0 && static_cast<const T*>(divisor.data)[at[0]] == T(0)) zero = element;
      ++element;
    });
  });
  if (zero >= 0)
    throw ValueError(str("integer division by zero: other is 0 at element ", zero,
                         "; convert to a float dtype for infinities and NaN"));
}

// y = floor x, flat wherever it has a slope;  dx = 0
Spec Floor::infer(const Inputs& in) const {
  refuse_bool(in, kConvert);
  return in[0];
}
void Floor::forward(Reference, const Io& io) const {
  reference_rounding(io, [](auto x) { return std::floor(x); });
}
Tensors Floor::gradient(const Backward& b) const { return {zeros_like(b.dy())}; }

// y = ceil x;  dx = 0
Spec Ceil::infer(const Inputs& in) const {
  refuse_bool(in, kConvert);
  return in[0];
}
void Ceil::forward(Reference, const Io& io) const {
  reference_rounding(io, [](auto x) { return std::ceil(x); });
}
Tensors Ceil::gradient(const Backward& b) const { return {zeros_like(b.dy())}; }

// y = the nearest integer, halves to even;  dx = 0
Spec Round::infer(const Inputs& in) const {
  refuse_bool(in, kConvert);
  return in[0];
}
void Round::forward(Reference, const Io& io) const {
  reference_rounding(io, [](auto x) { return std::nearbyint(x); });
}
Tensors Round::gradient(const Backward& b) const { return {zeros_like(b.dy())}; }

// y = trunc x;  dx = 0
Spec Trunc::infer(const Inputs& in) const {
  refuse_bool(in, kConvert);
  return in[0];
}
void Trunc::forward(Reference, const Io& io) const {
  reference_rounding(io, [](auto x) { return std::trunc(x); });
}
Tensors Trunc::gradient(const Backward& b) const { return {zeros_like(b.dy())}; }

// z = floor(x / y)
Spec FloorDivide::infer(const Inputs& in) const {
  refuse_bool(in, kConvert);
  return BinaryCard::infer(in);
}
void FloorDivide::forward(Reference, const Io& io) const {
  refuse_zero_divisor(io);
  reference_loop<2>(io, [](auto x, auto y) { return reference_floor_quotient(x, y); });
}

// z = x - y floor(x / y);  dx = dz, dy = -dz floor(x / y)
Spec Remainder::infer(const Inputs& in) const {
  refuse_bool(in, kConvert);
  return BinaryCard::infer(in);
}
void Remainder::forward(Reference, const Io& io) const {
  refuse_zero_divisor(io);
  reference_loop<2>(io, [](auto x, auto y) { return reference_floor_rest(x, y); });
}
Tensors Remainder::gradient(const Backward& b) const {
  if (!b.needs(1)) return {b.dy(), Tensor()};
  return {b.dy(), piecewise(neg(b.dy() * floor_divide(b.input(0), b.input(1))), 1)};
}

// z = x - y trunc(x / y);  dx = dz, dy = -dz trunc(x / y)
Spec Fmod::infer(const Inputs& in) const {
  refuse_bool(in, kConvert);
  return BinaryCard::infer(in);
}
void Fmod::forward(Reference, const Io& io) const {
  refuse_zero_divisor(io);
  reference_loop<2>(io, [](auto x, auto y) { return reference_trunc_rest(x, y); });
}
Tensors Fmod::gradient(const Backward& b) const {
  if (!b.needs(1)) return {b.dy(), Tensor()};
  return {b.dy(), neg(b.dy() * trunc_quotient(b.input(0), b.input(1)))};
}

Tensor floor(const Tensor& input) { return apply(Floor{}, input); }
Tensor ceil(const Tensor& input) { return apply(Ceil{}, input); }
Tensor trunc(const Tensor& input) { return apply(Trunc{}, input); }
Tensor frac(const Tensor& input) {
  return composite<Frac>({input}, [&] {
    if (!is_floating(input.dtype()))
      throw DTypeError(str(input.dtype(), " has no part behind the point; ", kConvert));
    return input - trunc(input);
  });
}
Tensor round(const Tensor& input, std::int64_t decimals) {
  if (decimals == 0) return apply(Round{}, input);
  if (!is_floating(input.dtype()))
    throw DTypeError(
        str("round: decimals is ", decimals, " but the input is ", input.dtype(), "; ", kConvert));
  const double power = std::pow(10.0, std::abs(static_cast<double>(decimals)));
  const bool behind_the_point = decimals > 0;  // mutate: equivalent -- 0 is done above
  return behind_the_point ? apply(Round{}, input * power) / power
                          : apply(Round{}, input / power) * power;
}

Tensor floor_divide(const Tensor& input, const Tensor& other) {
  return apply(FloorDivide{}, input, other);
}
Tensor floor_divide(const Tensor& input, Scalar other) {
  return floor_divide(input, scalar_beside(other, input));
}
Tensor remainder(const Tensor& input, const Tensor& other) {
  return apply(Remainder{}, input, other);
}
Tensor remainder(const Tensor& input, Scalar other) {
  return remainder(input, scalar_beside(other, input));
}
Tensor fmod(const Tensor& input, const Tensor& other) { return apply(Fmod{}, input, other); }
Tensor fmod(const Tensor& input, Scalar other) { return fmod(input, scalar_beside(other, input)); }

Tensor Tensor::floor() const { return limpid::floor(*this); }
Tensor Tensor::ceil() const { return limpid::ceil(*this); }
Tensor Tensor::round() const { return limpid::round(*this); }

Tensor& Tensor::floor_() {
  apply_inplace(Floor{}, "floor_", *this);
  return *this;
}
Tensor& Tensor::ceil_() {
  apply_inplace(Ceil{}, "ceil_", *this);
  return *this;
}
Tensor& Tensor::round_() {
  apply_inplace(Round{}, "round_", *this);
  return *this;
}

}  // namespace limpid
