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
  if (b.needs(1)) dy = b.dy() * where(eq(x, 0) & ge(y, 0), 0, b.output() * log(x));
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

Tensor pow(const Tensor& input, const Tensor& exponent) { return apply(Pow{}, input, exponent); }
Tensor pow(const Tensor& input, Scalar exponent) {
  if (!is_floating(input.dtype()) && exponent.kind() == Scalar::Kind::integer &&
      exponent.as_int64() < 0)
    throw ValueError(str("pow: integers cannot be raised to the negative integer power ", exponent,
                         "; convert the input to a float dtype, or write the exponent as a float"));
  return pow(input, scalar_beside(exponent, input));
}
Tensor pow(Scalar input, const Tensor& exponent) {
  return pow(scalar_beside(input, exponent), exponent);
}
Tensor sqrt(const Tensor& input) { return apply(Sqrt{}, input); }
Tensor exp(const Tensor& input) { return apply(Exp{}, input); }
Tensor log(const Tensor& input) { return apply(Log{}, input); }

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
