#include "limpid/ops/pointwise/select.h"

#include "limpid/core/fits.h"
#include "limpid/core/walk.h"
#include "limpid/op/composite.h"
#include "limpid/op/inplace.h"
#include "limpid/ops/pointwise/arithmetic.h"
#include "limpid/ops/pointwise/bounds.h"
#include "limpid/ops/pointwise/comparison.h"
#include "limpid/ops/pointwise/reference.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// NaN on either side is the result.
template <class T>
T larger(T x, T y) {
  return x != x || x >= y ? x : y;
}
template <class T>
T smaller(T x, T y) {
  return x != x || x <= y ? x : y;
}

/// The gradient of an input of maximum or minimum: all where it was chosen, half at a tie.
Tensor share(const Tensor& dy, const Tensor& equal, const Tensor& lost) {
  return where(lost, 0, where(equal, dy * 0.5, dy));
}

}  // namespace

// z = max(x, y)
void Maximum::forward(Reference, const Io& io) const {
  reference_loop<2>(io, [](auto x, auto y) { return larger(x, y); });
}
Tensors Maximum::gradient(const Backward& b) const {
  const Tensor x = b.input(0), y = b.input(1), equal = eq(x, y);
  return {b.needs(0) ? share(b.dy(), equal, lt(x, y)) : Tensor(),
          b.needs(1) ? share(b.dy(), equal, gt(x, y)) : Tensor()};
}

// z = min(x, y)
void Minimum::forward(Reference, const Io& io) const {
  reference_loop<2>(io, [](auto x, auto y) { return smaller(x, y); });
}
Tensors Minimum::gradient(const Backward& b) const {
  const Tensor x = b.input(0), y = b.input(1), equal = eq(x, y);
  return {b.needs(0) ? share(b.dy(), equal, gt(x, y)) : Tensor(),
          b.needs(1) ? share(b.dy(), equal, lt(x, y)) : Tensor()};
}

// y = min(max(x, low), high);  dx = dy where low <= x <= high, else 0
Spec Clamp::infer(const Inputs& in) const {
  refuse_bool(in, "convert it with .to() first");
  return in[0];
}
void Clamp::forward(Reference, const Io& io) const {
  visit_dtype(io.out[0].dtype, [&](auto tag) {
    using X = typename decltype(tag)::type;
    const auto low = Wide<X>(bound<X>(min)), high = Wide<X>(bound<X>(max));
    reference_loop<1>(io, [&](auto x) {
      using W = decltype(x);
      return smaller(larger(x, static_cast<W>(low)), static_cast<W>(high));
    });
  });
}
Tensors Clamp::gradient(const Backward& b) const {
  const Tensor x = b.input();
  return {where(logical_and(ge(x, min), le(x, max)), b.dy(), 0)};
}

// y = x where c, else z;  dx = dy where c, else 0;  dz the other way round
Spec Where::infer(const Inputs& in) const {
  if (!is_bool(in[0].dtype))
    throw DTypeError(
        str("condition is ", in[0].dtype, " but must be bool; compare it, as in ne(c, 0)"));
  if (in[1].dtype != in[2].dtype)
    throw DTypeError(
        str("input is ", in[1].dtype, " but other is ", in[2].dtype, "; convert one with .to()"));
  if (in[1].shape == in[2].shape && in[0].shape == in[1].shape) return in[1];
  return Spec(broadcast_shapes(in[0].shape, broadcast_shapes(in[1].shape, in[2].shape)),
              in[1].dtype, in[1].device);
}
void Where::forward(Reference, const Io& io) const {
  const AnyView& y = io.out[0];
  Strides from[3];
  for (std::size_t k = 0; k < 3; ++k) from[k] = broadcast_strides(io.in[k], shape_of(y));
  visit_dtype(y.dtype, [&](auto tag) {
    using X = typename decltype(tag)::type;
    walk<4>(shape_of(y), {from[0].data(), from[1].data(), from[2].data(), y.strides},
            [&](const auto& at) {
              const bool condition = static_cast<const bool*>(io.in[0].data)[at[0]];
              static_cast<X*>(y.data)[at[3]] = condition
                                                   ? static_cast<const X*>(io.in[1].data)[at[1]]
                                                   : static_cast<const X*>(io.in[2].data)[at[2]];
            });
  });
}
Tensors Where::gradient(const Backward& b) const {
  const Tensor condition = b.input(0);
  return {Tensor(), b.needs(1) ? where(condition, b.dy(), 0) : Tensor(),
          b.needs(2) ? where(condition, 0, b.dy()) : Tensor()};
}

Tensor maximum(const Tensor& input, const Tensor& other) { return apply(Maximum{}, input, other); }
Tensor minimum(const Tensor& input, const Tensor& other) { return apply(Minimum{}, input, other); }

Tensor clamp(const Tensor& input, std::optional<Scalar> min, std::optional<Scalar> max) {
  if (!min && !max) throw ValueError("clamp: at least one of min and max must be given");
  DType dtype = input.dtype();
  for (const auto& given : {min, max})
    if (given) dtype = given->dtype_beside(dtype);
  for (const auto& given : {min, max})
    if (given) require_fits(*given, dtype);
  const Clamp none;
  return apply(Clamp{min.value_or(none.min), max.value_or(none.max)}, input.to(dtype));
}

namespace {
double largest_finite(DType dtype) {
  double largest = 0;
  visit_dtype(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (std::is_floating_point_v<T>) largest = std::numeric_limits<T>::max();
    else if constexpr (std::is_same_v<T, Half>) largest = 65504;
    else if constexpr (is_float_type<T>) largest = 0x1.fep127;  // bfloat16
  });
  return largest;
}
}  // namespace

Tensor nan_to_num(const Tensor& input, double nan, std::optional<double> posinf,
                  std::optional<double> neginf) {
  return composite<NanToNum>({input}, [&]() -> Tensor {
    if (!is_floating(input.dtype())) return input.clone();
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const double largest = largest_finite(input.dtype());
    const Tensor numbers = where(ne(input, input), nan, input);
    const Tensor below = where(eq(input, kInfinity), posinf.value_or(largest), numbers);
    return where(eq(input, -kInfinity), neginf.value_or(-largest), below);
  });
}

Tensor where(const Tensor& condition, const Tensor& input, const Tensor& other) {
  if (input.dtype() == other.dtype()) return apply(Where{}, condition, input, other);
  TensorImpl* both[] = {input.impl(), other.impl()};
  const DType dtype = result_type(Inputs(both, 2));
  return apply(Where{}, condition, input.to(dtype), other.to(dtype));
}
Tensor where(const Tensor& condition, Scalar input, const Tensor& other) {
  require_fits(input, input.dtype_beside(other.dtype()));
  return where(condition, scalar_beside(input, other), other);
}
Tensor where(const Tensor& condition, const Tensor& input, Scalar other) {
  require_fits(other, other.dtype_beside(input.dtype()));
  return where(condition, input, scalar_beside(other, input));
}

Tensor Tensor::clamp(std::optional<Scalar> min, std::optional<Scalar> max) const {
  return limpid::clamp(*this, min, max);
}

Tensor& Tensor::clamp_(std::optional<Scalar> min, std::optional<Scalar> max) {
  if (!min && !max) throw ValueError("clamp_: at least one of min and max must be given");
  for (const auto& given : {min, max})
    if (given) require_fits(*given, given->dtype_beside(dtype()));
  const Clamp none;
  apply_inplace(Clamp{min.value_or(none.min), max.value_or(none.max)}, "clamp_", *this);
  return *this;
}

}  // namespace limpid
