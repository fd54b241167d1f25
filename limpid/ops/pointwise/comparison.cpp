#include "limpid/ops/pointwise/comparison.h"

#include <limits>

#include "limpid/op/composite.h"
#include "limpid/ops/pointwise/arithmetic.h"
#include "limpid/ops/pointwise/reference.h"
#include "limpid/ops/sum/sum.h"
#include "limpid/tensor/creation.h"

namespace limpid {

void Eq::forward(Reference, const Io& io) const {
  reference_loop<2>(io, [](auto x, auto y) { return x == y; });
}
void Ne::forward(Reference, const Io& io) const {
  reference_loop<2>(io, [](auto x, auto y) { return x != y; });
}
void Lt::forward(Reference, const Io& io) const {
  reference_loop<2>(io, [](auto x, auto y) { return x < y; });
}
void Le::forward(Reference, const Io& io) const {
  reference_loop<2>(io, [](auto x, auto y) { return x <= y; });
}
void Gt::forward(Reference, const Io& io) const {
  reference_loop<2>(io, [](auto x, auto y) { return x > y; });
}
void Ge::forward(Reference, const Io& io) const {
  reference_loop<2>(io, [](auto x, auto y) { return x >= y; });
}
void LogicalAnd::forward(Reference, const Io& io) const {
  reference_loop<2>(io, [](auto x, auto y) { return x != 0 && y != 0; });
}
void LogicalOr::forward(Reference, const Io& io) const {
  reference_loop<2>(io, [](auto x, auto y) { return x != 0 || y != 0; });
}
void LogicalNot::forward(Reference, const Io& io) const {
  reference_loop<1>(io, [](auto x) { return x == 0; });
}

Tensor eq(const Tensor& input, const Tensor& other) { return apply(Eq{}, input, other); }
Tensor eq(const Tensor& input, Scalar other) { return eq(input, scalar_beside(other, input)); }
Tensor ne(const Tensor& input, const Tensor& other) { return apply(Ne{}, input, other); }
Tensor ne(const Tensor& input, Scalar other) { return ne(input, scalar_beside(other, input)); }
Tensor lt(const Tensor& input, const Tensor& other) { return apply(Lt{}, input, other); }
Tensor lt(const Tensor& input, Scalar other) { return lt(input, scalar_beside(other, input)); }
Tensor le(const Tensor& input, const Tensor& other) { return apply(Le{}, input, other); }
Tensor le(const Tensor& input, Scalar other) { return le(input, scalar_beside(other, input)); }
Tensor gt(const Tensor& input, const Tensor& other) { return apply(Gt{}, input, other); }
Tensor gt(const Tensor& input, Scalar other) { return gt(input, scalar_beside(other, input)); }
Tensor ge(const Tensor& input, const Tensor& other) { return apply(Ge{}, input, other); }
Tensor ge(const Tensor& input, Scalar other) { return ge(input, scalar_beside(other, input)); }
Tensor logical_and(const Tensor& input, const Tensor& other) {
  return apply(LogicalAnd{}, input, other);
}
Tensor logical_or(const Tensor& input, const Tensor& other) {
  return apply(LogicalOr{}, input, other);
}
Tensor logical_not(const Tensor& input) { return apply(LogicalNot{}, input); }

Tensor logical_xor(const Tensor& input, const Tensor& other) {
  return composite<LogicalXor>({input, other}, [&] { return ne(ne(input, 0), ne(other, 0)); });
}

namespace {
/// That of floats: |x - y| <= atol + rtol |y|, computed without history.
Tensor float_isclose(const Tensor& x, const Tensor& y, double rtol, double atol, bool equal_nan) {
  Tensor close = eq(x, y);
  if (equal_nan) close = logical_or(close, logical_and(isnan(x), isnan(y)));
  const Tensor distance = abs(x - y);
  const Tensor near = logical_and(isfinite(distance), le(distance, abs(y * rtol) + atol));
  return logical_or(close, near);
}
bool holds_everywhere(const Tensor& mask) {
  return sum(logical_not(mask)).item<std::int64_t>() == 0;
}
}  // namespace

Tensor isclose(const Tensor& input, const Tensor& other, double rtol, double atol, bool equal_nan) {
  return composite<IsClose>({input, other}, [&] {
    if (input.dtype() != other.dtype())
      throw DTypeError(str("input is ", input.dtype(), " but other is ", other.dtype(),
                           "; convert one with .to()"));
    if (!(rtol >= 0 && atol >= 0))
      throw ValueError(str("rtol is ", rtol, " and atol is ", atol, "; tolerances are at least 0"));
    const DType dtype = is_floating(input.dtype()) ? input.dtype() : DType::f64;
    return float_isclose(input.detach().to(dtype), other.detach().to(dtype), rtol, atol, equal_nan);
  });
}
bool allclose(const Tensor& input, const Tensor& other, double rtol, double atol, bool equal_nan) {
  return holds_everywhere(isclose(input, other, rtol, atol, equal_nan));
}
bool equal(const Tensor& input, const Tensor& other) {
  return input.shape() == other.shape() && holds_everywhere(eq(input, other));
}

Tensor isnan(const Tensor& input) {
  return composite<IsNan>({input}, [&] { return ne(input, input); });
}
Tensor isfinite(const Tensor& input) {
  return composite<IsFinite>({input}, [&]() -> Tensor {
    if (!is_floating(input.dtype())) return eq(input, input);
    return lt(abs(input), std::numeric_limits<double>::infinity());
  });
}
Tensor isinf(const Tensor& input) {
  return composite<IsInf>({input}, [&]() -> Tensor {
    if (!is_floating(input.dtype())) return ne(input, input);
    return eq(abs(input), std::numeric_limits<double>::infinity());
  });
}

Tensor operator==(const Tensor& a, const Tensor& b) { return eq(a, b); }
Tensor operator!=(const Tensor& a, const Tensor& b) { return ne(a, b); }
Tensor operator<(const Tensor& a, const Tensor& b) { return lt(a, b); }
Tensor operator<=(const Tensor& a, const Tensor& b) { return le(a, b); }
Tensor operator>(const Tensor& a, const Tensor& b) { return gt(a, b); }
Tensor operator>=(const Tensor& a, const Tensor& b) { return ge(a, b); }
Tensor operator==(const Tensor& a, Scalar b) { return eq(a, b); }
Tensor operator!=(const Tensor& a, Scalar b) { return ne(a, b); }
Tensor operator<(const Tensor& a, Scalar b) { return lt(a, b); }
Tensor operator<=(const Tensor& a, Scalar b) { return le(a, b); }
Tensor operator>(const Tensor& a, Scalar b) { return gt(a, b); }
Tensor operator>=(const Tensor& a, Scalar b) { return ge(a, b); }

Tensor operator!(const Tensor& a) { return logical_not(a); }

}  // namespace limpid
