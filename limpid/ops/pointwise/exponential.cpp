#include "limpid/ops/pointwise/exponential.h"

#include <cmath>

#include "limpid/op/inplace.h"
#include "limpid/ops/pointwise/comparison.h"
#include "limpid/ops/pointwise/integer_power.h"
#include "limpid/ops/pointwise/reference.h"
#include "limpid/ops/pointwise/select.h"
#include "limpid/tensor/creation.h"

namespace limpid {

// z = x^y;  dx = dz y x^(y-1), and 0 where y = 0;  dy = dz z ln x, and 0 where x = 0 <= y
Spec Pow::infer(const Inputs& in) const {
  refuse_bool(in, "convert one side with .to(int64)");
  return broadcast_spec(in, in[0].dtype);
}
void Pow::forward(Reference, const Io& io) const {
  reference_loop<2>(io, [](auto x, auto y) {
    if constexpr (std::is_integral_v<decltype(x)>) return integer_power(x, y);
    else return std::pow(x, y);
  });
}
Saves Pow::saves(Needs needs) { return {.inputs = 3, .outputs = needs[1] ? 1u : 0u}; }
Tensors Pow::gradient(const Backward& b) const {
  const Tensor x = b.input(0), y = b.input(1);
  Tensor dx, dy;
  if (b.needs(0)) dx = where(eq(y, 0), 0, b.dy() * y * pow(x, y - 1));
  if (b.needs(1)) dy = b.dy() * where(logical_and(eq(x, 0), ge(y, 0)), 0, b.output() * log(x));
  return {dx, dy};
}

// y = sqrt x;  dx = dy / (2 y)
void Sqrt::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return std::sqrt(x); });
}
Tensors Sqrt::gradient(const Backward& b) const { return {b.dy() / (b.output() * 2)}; }

// y = e^x;  dx = dy y
void Exp::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return std::exp(x); });
}
Tensors Exp::gradient(const Backward& b) const { return {b.dy() * b.output()}; }

// y = ln x;  dx = dy / x
void Log::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return std::log(x); });
}
Tensors Log::gradient(const Backward& b) const { return {b.dy() / b.input()}; }

// y = 2^x;  dx = dy y ln 2
void Exp2::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return std::exp2(x); });
}
Tensors Exp2::gradient(const Backward& b) const { return {b.dy() * (b.output() * std::log(2.0))}; }

// y = e^x - 1;  dx = dy (y + 1)
void Expm1::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return std::expm1(x); });
}
Tensors Expm1::gradient(const Backward& b) const { return {b.dy() * (b.output() + 1)}; }

// y = log2 x;  dx = dy / (x ln 2)
void Log2::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return std::log2(x); });
}
Tensors Log2::gradient(const Backward& b) const { return {b.dy() / (b.input() * std::log(2.0))}; }

// y = log10 x;  dx = dy / (x ln 10)
void Log10::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return std::log10(x); });
}
Tensors Log10::gradient(const Backward& b) const { return {b.dy() / (b.input() * std::log(10.0))}; }

// y = ln(1 + x);  dx = dy / (1 + x)
void Log1p::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return std::log1p(x); });
}
Tensors Log1p::gradient(const Backward& b) const { return {b.dy() / (b.input() + 1)}; }

// y = x^(-1/2);  dx = -dy y^3 / 2
void Rsqrt::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return 1 / std::sqrt(x); });
}
Tensors Rsqrt::gradient(const Backward& b) const {
  const Tensor y = b.output();
  return {b.dy() * -0.5 * (y * y * y)};
}

namespace {
void refuse_negative_power(const Tensor& input, Scalar exponent, const char* name) {
  if (!is_floating(input.dtype()) && exponent.kind() == Scalar::Kind::integer &&
      exponent.as_int64() < 0)
    throw ValueError(str(name, ": integers cannot be raised to the negative integer power ",
                         exponent,
                         "; convert the input to a float dtype, or write the exponent as a float"));
}
}  // namespace

Tensor pow(const Tensor& input, const Tensor& exponent) { return apply(Pow{}, input, exponent); }
Tensor pow(const Tensor& input, Scalar exponent) {
  refuse_negative_power(input, exponent, "pow");
  return pow(input, scalar_beside(exponent, input));
}
Tensor pow(Scalar input, const Tensor& exponent) {
  return pow(scalar_beside(input, exponent), exponent);
}
Tensor sqrt(const Tensor& input) { return apply(Sqrt{}, input); }
Tensor exp(const Tensor& input) { return apply(Exp{}, input); }
Tensor log(const Tensor& input) { return apply(Log{}, input); }
Tensor exp2(const Tensor& input) { return apply(Exp2{}, input); }
Tensor expm1(const Tensor& input) { return apply(Expm1{}, input); }
Tensor log2(const Tensor& input) { return apply(Log2{}, input); }
Tensor log10(const Tensor& input) { return apply(Log10{}, input); }
Tensor log1p(const Tensor& input) { return apply(Log1p{}, input); }
Tensor rsqrt(const Tensor& input) { return apply(Rsqrt{}, input); }

Tensor Tensor::pow(const Tensor& exponent) const { return limpid::pow(*this, exponent); }
Tensor Tensor::pow(Scalar exponent) const { return limpid::pow(*this, exponent); }
Tensor Tensor::sqrt() const { return limpid::sqrt(*this); }
Tensor Tensor::rsqrt() const { return limpid::rsqrt(*this); }
Tensor Tensor::exp() const { return limpid::exp(*this); }
Tensor Tensor::log() const { return limpid::log(*this); }

Tensor& Tensor::pow_(Scalar exponent) {
  refuse_negative_power(*this, exponent, "pow_");
  apply_inplace(Pow{}, "pow_", *this, scalar_beside(exponent, *this));
  return *this;
}
Tensor& Tensor::rsqrt_() {
  apply_inplace(Rsqrt{}, "rsqrt_", *this);
  return *this;
}
Tensor& Tensor::sqrt_() {
  apply_inplace(Sqrt{}, "sqrt_", *this);
  return *this;
}
Tensor& Tensor::exp_() {
  apply_inplace(Exp{}, "exp_", *this);
  return *this;
}
Tensor& Tensor::log_() {
  apply_inplace(Log{}, "log_", *this);
  return *this;
}

}  // namespace limpid
