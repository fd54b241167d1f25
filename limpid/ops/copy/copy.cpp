#include "limpid/ops/copy/copy.h"

#include "limpid/core/error.h"
#include "limpid/core/walk.h"
#include "limpid/op/inplace.h"
#include "limpid/tensor/creation.h"
#include "limpid/tensor/layout.h"

namespace limpid {

bool Copy::channels_last(const Inputs& in) const {
  return keeps_layout && is_channels_last(*in.impl(0));
}

void Copy::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const Strides from = broadcast_strides(x, shape_of(y));
  visit_dtype(x.dtype, [&](auto x_tag) {
    visit_dtype(y.dtype, [&](auto y_tag) {
      using X = typename decltype(x_tag)::type;
      using Y = typename decltype(y_tag)::type;
      walk<2>(shape_of(y), {from.data(), y.strides}, [&](const auto& at) {
        static_cast<Y*>(y.data)[at[1]] = convert<Y>(static_cast<const X*>(x.data)[at[0]]);
      });
    });
  });
}

// dx = dy, converted back.
Tensors Copy::gradient(const Backward& b) const { return {b.dy().to(b.input_spec().dtype)}; }

Tensor Tensor::clone() const { return apply(Copy{dtype(), /*keeps_layout=*/true}, *this); }

Tensor Tensor::contiguous() const {
  // Where the engine chose the order, the tensor itself becomes contiguous: no copy of it.
  if (!is_contiguous()) lay_row_major(*impl());
  return is_contiguous() ? *this : apply(Copy{dtype()}, *this);
}

Tensor Tensor::to(DType dtype) const {
  return dtype == this->dtype() ? *this : apply(Copy{dtype, /*keeps_layout=*/true}, *this);
}

Tensor Tensor::to(Device device) const {
  require_available(device);
  if (device == this->device()) return *this;
  if (device.type == DeviceType::meta) {
    Tensor out{
        Ptr<TensorImpl>::adopt(new TensorImpl([&] { return Spec(shape(), dtype(), device); }))};
    return out;
  }
  throw DeviceError("to: a meta tensor has no elements that could be copied to another device");
}

void write_elements(const Tensor& target, const Tensor& source) {
  const Device device = target.device();
  if (device.type == DeviceType::meta) return;
  const AnyView from = source->as_view(), to = target->as_view();
  const Copy op{target.dtype()};
  describe<Copy>.kernels[static_cast<std::size_t>(device.type)](&op, Io{{&from, 1}, {&to, 1}});
}

Tensor& Tensor::copy_(const Tensor& source) {
  assign(*this, source, "copy_");
  return *this;
}

Tensor& Tensor::fill_(Scalar value) {
  if (value.kind() == Scalar::Kind::floating && !is_floating(dtype()))
    return copy_(scalar_beside(value, *this));  // refused, with the reason
  const Tensor number = full({}, value, {.dtype = dtype(), .device = device()});
  assign(*this, number, "fill_");
  return *this;
}

}  // namespace limpid
