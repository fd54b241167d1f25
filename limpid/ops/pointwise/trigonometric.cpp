#include "limpid/ops/pointwise/trigonometric.h"

#include <cmath>

#include "limpid/op/inplace.h"
#include "limpid/ops/pointwise/arithmetic.h"
#include "limpid/ops/pointwise/comparison.h"
#include "limpid/ops/pointwise/exponential.h"
#include "limpid/ops/pointwise/reference.h"
#include "limpid/ops/pointwise/select.h"

namespace limpid {

// y = sin x;  dx = dy cos x
void Sin::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return std::sin(x); });
}
Tensors Sin::gradient(const Backward& b) const { return {b.dy() * cos(b.input())}; }

// y = cos x;  dx = -dy sin x
void Cos::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return std::cos(x); });
}
Tensors Cos::gradient(const Backward& b) const { return {neg(b.dy() * sin(b.input()))}; }

// y = tan x;  dx = dy (1 + y^2)
void Tan::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return std::tan(x); });
}
Tensors Tan::gradient(const Backward& b) const {
  const Tensor y = b.output();
  return {b.dy() * (1 + y * y)};
}

// y = arcsin x;  dx = dy / sqrt(1 - x^2)
void Asin::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return std::asin(x); });
}
Tensors Asin::gradient(const Backward& b) const {
  return {b.dy() * rsqrt(1 - b.input() * b.input())};
}

// y = arccos x;  dx = -dy / sqrt(1 - x^2)
void Acos::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return std::acos(x); });
}
Tensors Acos::gradient(const Backward& b) const {
  return {neg(b.dy() * rsqrt(1 - b.input() * b.input()))};
}

// y = arctan x;  dx = dy / (1 + x^2)
void Atan::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return std::atan(x); });
}
Tensors Atan::gradient(const Backward& b) const { return {b.dy() / (b.input() * b.input() + 1)}; }

// y = sinh x;  dx = dy cosh x
void Sinh::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return std::sinh(x); });
}
Tensors Sinh::gradient(const Backward& b) const { return {b.dy() * cosh(b.input())}; }

// y = cosh x;  dx = dy sinh x
void Cosh::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return std::cosh(x); });
}
Tensors Cosh::gradient(const Backward& b) const { return {b.dy() * sinh(b.input())}; }

// y = arsinh x;  dx = dy / sqrt(x^2 + 1)
void Asinh::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return std::asinh(x); });
}
Tensors Asinh::gradient(const Backward& b) const {
  return {b.dy() * rsqrt(b.input() * b.input() + 1)};
}

// y = arcosh x;  dx = dy / sqrt(x^2 - 1)
void Acosh::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return std::acosh(x); });
}
Tensors Acosh::gradient(const Backward& b) const {
  return {b.dy() * rsqrt(b.input() * b.input() - 1)};
}

// y = artanh x;  dx = dy / (1 - x^2)
void Atanh::forward(Reference, const Io& io) const {
  float_reference_loop<1>(io, [](auto x) { return std::atanh(x); });
}
Tensors Atanh::gradient(const Backward& b) const { return {b.dy() / (1 - b.input() * b.input())}; }

// z = the angle of (x, y), input = y;  dy = dz x / (x^2 + y^2), dx = -dz y / (x^2 + y^2), and both
// are 0 at the origin, as in PyTorch
void Atan2::forward(Reference, const Io& io) const {
  float_reference_loop<2>(io, [](auto y, auto x) { return std::atan2(y, x); });
}
Tensors Atan2::gradient(const Backward& b) const {
  const Tensor y = b.input(0), x = b.input(1), square = x * x + y * y, origin = eq(square, 0);
  const Tensor share = where(origin, 0, b.dy() / where(origin, 1, square));
  return {b.needs(0) ? share * x : Tensor(), b.needs(1) ? neg(share * y) : Tensor()};
}

Tensor sin(const Tensor& input) { return apply(Sin{}, input); }
Tensor cos(const Tensor& input) { return apply(Cos{}, input); }
Tensor tan(const Tensor& input) { return apply(Tan{}, input); }
Tensor asin(const Tensor& input) { return apply(Asin{}, input); }
Tensor acos(const Tensor& input) { return apply(Acos{}, input); }
Tensor atan(const Tensor& input) { return apply(Atan{}, input); }
Tensor sinh(const Tensor& input) { return apply(Sinh{}, input); }
Tensor cosh(const Tensor& input) { return apply(Cosh{}, input); }
Tensor asinh(const Tensor& input) { return apply(Asinh{}, input); }
Tensor acosh(const Tensor& input) { return apply(Acosh{}, input); }
Tensor atanh(const Tensor& input) { return apply(Atanh{}, input); }
Tensor atan2(const Tensor& input, const Tensor& other) { return apply(Atan2{}, input, other); }

Tensor Tensor::sin() const { return limpid::sin(*this); }
Tensor Tensor::cos() const { return limpid::cos(*this); }
Tensor& Tensor::sin_() {
  apply_inplace(Sin{}, "sin_", *this);
  return *this;
}
Tensor& Tensor::cos_() {
  apply_inplace(Cos{}, "cos_", *this);
  return *this;
}

}  // namespace limpid
