#include "limpid/ops/pointwise/arithmetic.h"

#include <cmath>
#include <functional>

#include "limpid/op/composite.h"
#include "limpid/op/inplace.h"
#include "limpid/ops/pointwise/comparison.h"
#include "limpid/ops/pointwise/reference.h"
#include "limpid/ops/pointwise/select.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

constexpr const char* kInsteadOfMinus =
    "use logical_not(x) to invert a mask, or ne(x, y) where two differ";

/// alpha as an element would hold it (16-bit floats compute with float).
double float_alpha(Scalar alpha, DType dtype) {
  return dtype == DType::f64 ? alpha.as_double() : static_cast<float>(alpha.as_double());
}

void check_alpha(Scalar alpha, DType dtype) {
  if (alpha.kind() == Scalar::Kind::floating && !is_floating(dtype)) [[unlikely]]
    throw DTypeError(str("alpha is the float ", alpha, " but the tensors are ", dtype,
                         "; give an integer alpha, or convert the tensors with .to()"));
}

/// Bool meets other dtypes before infer() sees it, so subtraction looks at the inputs first.
void refuse_bool_operand(const Tensor& a, const Tensor& b) {
  if (is_bool(a.dtype()) || is_bool(b.dtype())) [[unlikely]]
    throw DTypeError(str("sub: bool is not supported; ", kInsteadOfMinus, " [input ", a.dtype(),
                         " ", a.shape(), ", other ", b.dtype(), " ", b.shape(), "]"));
}

void refuse_bool_operand(const Tensor& a, Scalar b) {
  if (b.kind() == Scalar::Kind::boolean) [[unlikely]]
    throw DTypeError(str("sub: bool is not supported; ", kInsteadOfMinus, " [input ", a.dtype(),
                         " ", a.shape(), ", other bool]"));
}

/// z = x + sign alpha y
void reference_add(const Io& io, Scalar alpha, int sign) {
  const double factor = sign * float_alpha(alpha, io.out[0].dtype);
  const std::int64_t integer = alpha.as_int64();
  reference_loop<2>(io, [&](auto x, auto y) -> decltype(x) {
    if constexpr (std::is_integral_v<decltype(x)>) {
      const auto scaled = wrapping(y, integer, std::multiplies<>());
      return sign > 0 ? wrapping(x, scaled, std::plus<>()) : wrapping(x, scaled, std::minus<>());
    } else {
      return x + static_cast<decltype(x)>(factor) * y;
    }
  });
}

bool is_one(Scalar alpha) { return alpha.as_double() == 1; }

}  // namespace

// z = x + alpha y;  dx = dz, dy = alpha dz
Spec Add::infer(const Inputs& in) const {
  check_alpha(alpha, in[0].dtype);
  return broadcast_spec(in, in[0].dtype);
}
void Add::forward(Reference, const Io& io) const { reference_add(io, alpha, 1); }
Tensors Add::gradient(const Backward& b) const {
  if (!b.needs(1) || is_one(alpha)) return {b.dy(), b.dy()};
  return {b.dy(), b.dy() * alpha};
}

// z = x - alpha y;  dx = dz, dy = -alpha dz
Spec Sub::infer(const Inputs& in) const {
  refuse_bool(in, kInsteadOfMinus);
  check_alpha(alpha, in[0].dtype);
  return broadcast_spec(in, in[0].dtype);
}
void Sub::forward(Reference, const Io& io) const { reference_add(io, alpha, -1); }
Tensors Sub::gradient(const Backward& b) const {
  if (!b.needs(1)) return {b.dy(), Tensor()};
  return {b.dy(), is_one(alpha) ? neg(b.dy()) : neg(b.dy() * alpha)};
}

// z = x y;  dx = dz y, dy = dz x
void Mul::forward(Reference, const Io& io) const {
  reference_loop<2>(io, [](auto x, auto y) { return wrapping(x, y, std::multiplies<>()); });
}
Saves Mul::saves(Needs needs) { return {.inputs = (needs[1] ? 1u : 0u) | (needs[0] ? 2u : 0u)}; }
Tensors Mul::gradient(const Backward& b) const {
  return {b.needs(0) ? b.dy() * b.input(1) : Tensor(), b.needs(1) ? b.dy() * b.input(0) : Tensor()};
}

// z = x / y;  dx = dz / y, dy = -dz (x / y) / y
void Div::forward(Reference, const Io& io) const {
  float_reference_loop<2>(io, [](auto x, auto y) { return x / y; });
}
Saves Div::saves(Needs needs) { return {.inputs = needs[1] ? 3u : 2u}; }
Tensors Div::gradient(const Backward& b) const {
  const Tensor y = b.input(1);
  return {b.needs(0) ? b.dy() / y : Tensor(),
          b.needs(1) ? neg(b.dy() * ((b.input(0) / y) / y)) : Tensor()};
}

// y = -x;  dx = -dy
Spec Neg::infer(const Inputs& in) const {
  refuse_bool(in, "use logical_not(x) to invert a mask");
  return in[0];
}
void Neg::forward(Reference, const Io& io) const {
  reference_loop<1>(io, [](auto x) -> decltype(x) {
    if constexpr (std::is_integral_v<decltype(x)>)
      return wrapping(decltype(x){0}, x, std::minus<>());
    else return -x;
  });
}
Tensors Neg::gradient(const Backward& b) const { return {neg(b.dy())}; }

// y = |x|;  dx = dy sign(x)
Spec Abs::infer(const Inputs& in) const {
  refuse_bool(in, "it is its own absolute value");
  return in[0];
}
void Abs::forward(Reference, const Io& io) const {
  reference_loop<1>(io, [](auto x) -> decltype(x) {
    if constexpr (std::is_integral_v<decltype(x)>)
      return x < 0 ? wrapping(decltype(x){0}, x, std::minus<>()) : x;
    else return std::fabs(x);
  });
}
Tensors Abs::gradient(const Backward& b) const { return {b.dy() * sign(b.input())}; }

// y = sign(x), flat wherever it has a slope;  dx = 0
void Sign::forward(Reference, const Io& io) const {
  reference_loop<1>(io, [](auto x) { return (x > 0 ? 1 : 0) - (x < 0 ? 1 : 0); });
}
Tensors Sign::gradient(const Backward& b) const { return {zeros_like(b.dy())}; }

// y = 1 / x;  dx = -dy y^2
void Reciprocal::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return 1 / x; });
}
Tensors Reciprocal::gradient(const Backward& b) const {
  const Tensor y = b.output();
  return {neg(b.dy() * (y * y))};
}

// -- functions

Tensor add(const Tensor& input, const Tensor& other, Scalar alpha) {
  return apply(Add{alpha}, input, other);
}
Tensor add(const Tensor& input, Scalar other, Scalar alpha) {
  return apply(Add{alpha}, input, scalar_beside(other, input));
}
Tensor sub(const Tensor& input, const Tensor& other, Scalar alpha) {
  refuse_bool_operand(input, other);
  return apply(Sub{alpha}, input, other);
}
Tensor sub(const Tensor& input, Scalar other, Scalar alpha) {
  refuse_bool_operand(input, other);
  return sub(input, scalar_beside(other, input), alpha);
}
Tensor mul(const Tensor& input, const Tensor& other) { return apply(Mul{}, input, other); }
Tensor mul(const Tensor& input, Scalar other) { return input * scalar_beside(other, input); }
Tensor div(const Tensor& input, const Tensor& other) { return apply(Div{}, input, other); }
/// A number that an integer tensor is divided with: as a float, since the quotient is one, and 300
/// would not fit into an int8.
static Tensor divisor(Scalar number, const Tensor& other) {
  return scalar_beside(is_floating(other.dtype()) ? number : Scalar(number.as_double()), other);
}
Tensor div(const Tensor& input, Scalar other) { return input / divisor(other, input); }
Tensor neg(const Tensor& input) { return apply(Neg{}, input); }
Tensor abs(const Tensor& input) { return apply(Abs{}, input); }
Tensor sign(const Tensor& input) { return apply(Sign{}, input); }
Tensor reciprocal(const Tensor& input) { return apply(Reciprocal{}, input); }
Tensor square(const Tensor& input) {
  return composite<Square>({input}, [&] {
    // As pow(x, 2) in PyTorch: bool gives int64.
    return is_bool(input.dtype()) ? square(input.to(DType::i64)) : input * input;
  });
}

Tensor signbit(const Tensor& input) {
  return composite<SignBit>({input}, [&]() -> Tensor {
    if (!is_floating(input.dtype())) return lt(input, 0);
    const Tensor x = input.detach();
    return logical_or(lt(x, 0), logical_and(eq(x, 0), lt(reciprocal(x), 0)));
  });
}
Tensor copysign(const Tensor& input, const Tensor& other) {
  return composite<CopySign>({input, other}, [&] {
    TensorImpl* both[] = {input.impl(), other.impl()};
    DType dtype = result_type(Inputs(both, 2));
    if (!is_floating(dtype)) dtype = kDefaultDType;
    const Tensor size = abs(input.to(dtype));
    if (!other.requires_grad()) return where(signbit(other), neg(size), size);
    const Tensor sides = where(signbit(other), -1, ones_like(other));
    return size * where(ne(sign(other), 0), sign(other), sides);  // dother = 0, that of sign
  });
}
Tensor copysign(const Tensor& input, Scalar other) {
  return composite<CopySign>({input}, [&] { return copysign(input, scalar_beside(other, input)); });
}

Tensor Tensor::abs() const { return limpid::abs(*this); }
Tensor Tensor::neg() const { return limpid::neg(*this); }
Tensor Tensor::reciprocal() const { return limpid::reciprocal(*this); }
Tensor Tensor::square() const { return limpid::square(*this); }

// -- operators

Tensor operator+(const Tensor& a, const Tensor& b) { return apply(Add{}, a, b); }
Tensor operator-(const Tensor& a, const Tensor& b) { return sub(a, b); }
Tensor operator*(const Tensor& a, const Tensor& b) { return apply(Mul{}, a, b); }
Tensor operator/(const Tensor& a, const Tensor& b) { return apply(Div{}, a, b); }
Tensor operator-(const Tensor& a) { return neg(a); }
Tensor operator+(const Tensor& a, Scalar b) { return add(a, b); }
Tensor operator-(const Tensor& a, Scalar b) { return sub(a, b); }
Tensor operator*(const Tensor& a, Scalar b) { return mul(a, b); }
Tensor operator/(const Tensor& a, Scalar b) { return div(a, b); }
Tensor operator+(Scalar a, const Tensor& b) { return scalar_beside(a, b) + b; }
Tensor operator-(Scalar a, const Tensor& b) {
  refuse_bool_operand(b, a);
  return scalar_beside(a, b) - b;
}
Tensor operator*(Scalar a, const Tensor& b) { return scalar_beside(a, b) * b; }
Tensor operator/(Scalar a, const Tensor& b) { return divisor(a, b) / b; }

// -- in place

Tensor& Tensor::add_(const Tensor& other, Scalar alpha) {
  apply_inplace(Add{alpha}, "add_", *this, other);
  return *this;
}
Tensor& Tensor::sub_(const Tensor& other, Scalar alpha) {
  refuse_bool_operand(*this, other);
  apply_inplace(Sub{alpha}, "sub_", *this, other);
  return *this;
}
Tensor& Tensor::mul_(const Tensor& other) {
  apply_inplace(Mul{}, "mul_", *this, other);
  return *this;
}
Tensor& Tensor::div_(const Tensor& other) {
  apply_inplace(Div{}, "div_", *this, other);
  return *this;
}
Tensor& Tensor::square_() { return mul_(*this); }
Tensor& Tensor::add_(Scalar other) { return add_(scalar_beside(other, *this)); }
Tensor& Tensor::sub_(Scalar other) {
  refuse_bool_operand(*this, other);
  return sub_(scalar_beside(other, *this));
}
Tensor& Tensor::mul_(Scalar other) { return mul_(scalar_beside(other, *this)); }
Tensor& Tensor::div_(Scalar other) { return div_(scalar_beside(other, *this)); }
Tensor& Tensor::neg_() {
  apply_inplace(Neg{}, "neg_", *this);
  return *this;
}
Tensor& Tensor::abs_() {
  apply_inplace(Abs{}, "abs_", *this);
  return *this;
}
Tensor& Tensor::reciprocal_() {
  apply_inplace(Reciprocal{}, "reciprocal_", *this);
  return *this;
}

}  // namespace limpid
