#include "limpid/ops/pointwise/combine.h"

#include "limpid/op/composite.h"
#include "limpid/op/inplace.h"
#include "limpid/ops/pointwise/arithmetic.h"
#include "limpid/ops/pointwise/reference.h"

namespace limpid {

// z = x + w (y - x);  dx = dz (1 - w), dy = dz w, dw = dz (y - x)
Spec Lerp::infer(const Inputs& in) const {
  if (!is_floating(in[0].dtype))
    throw DTypeError(str(in[0].dtype, " is not supported; convert it with .to() first"));
  const auto check = [&](const char* name, DType dtype) {
    if (dtype != in[0].dtype)
      throw DTypeError(
          str("input is ", in[0].dtype, " but ", name, " is ", dtype, "; convert one with .to()"));
  };
  check("end", in[1].dtype);
  check("weight", in[2].dtype);
  return Spec(broadcast_shapes(in[0].shape, broadcast_shapes(in[1].shape, in[2].shape)),
              in[0].dtype, in[0].device);
}
void Lerp::forward(Reference, const Io& io) const {
  reference_loop<3>(io, [](auto x, auto y, auto w) -> decltype(x) {
    return w < 0.5 && w > -0.5 ? x + w * (y - x) : y - (1 - w) * (y - x);
  });
}
Tensors Lerp::gradient(const Backward& b) const {
  const Tensor w = b.input(2);
  return {b.needs(0) ? b.dy() * (1 - w) : Tensor(), b.needs(1) ? b.dy() * w : Tensor(),
          b.needs(2) ? b.dy() * (b.input(1) - b.input(0)) : Tensor()};
}

namespace {
void refuse_integer_quotient(const Tensor& a, const Tensor& b) {
  if (is_floating(a.dtype()) || is_floating(b.dtype())) return;
  throw DTypeError(str("tensor1 is ", a.dtype(), " and tensor2 is ", b.dtype(),
                       "; integers would give a float: convert one with .to()"));
}
}  // namespace

Tensor lerp(const Tensor& input, const Tensor& end, const Tensor& weight) {
  return apply(Lerp{}, input, end, weight);
}
Tensor lerp(const Tensor& input, const Tensor& end, Scalar weight) {
  return lerp(input, end, scalar_beside(weight, input));
}
Tensor addcmul(const Tensor& input, const Tensor& tensor1, const Tensor& tensor2, Scalar value) {
  return composite<AddCMul>({input, tensor1, tensor2},
                            [&] { return add(input, tensor1 * tensor2, value); });
}
Tensor addcdiv(const Tensor& input, const Tensor& tensor1, const Tensor& tensor2, Scalar value) {
  return composite<AddCDiv>({input, tensor1, tensor2}, [&] {
    refuse_integer_quotient(tensor1, tensor2);
    return add(input, tensor1 / tensor2, value);
  });
}

Tensor& Tensor::lerp_(const Tensor& end, Scalar weight) {
  apply_inplace(Lerp{}, "lerp_", *this, end, scalar_beside(weight, *this));
  return *this;
}
Tensor& Tensor::addcmul_(const Tensor& tensor1, const Tensor& tensor2, Scalar value) {
  apply_inplace(Add{value}, "addcmul_", *this, tensor1 * tensor2);
  return *this;
}
Tensor& Tensor::addcdiv_(const Tensor& tensor1, const Tensor& tensor2, Scalar value) {
  return composite<AddCDiv>({*this, tensor1, tensor2}, [&]() -> Tensor& {
    refuse_integer_quotient(tensor1, tensor2);
    apply_inplace(Add{value}, "addcdiv_", *this, tensor1 / tensor2);
    return *this;
  });
}

}  // namespace limpid
