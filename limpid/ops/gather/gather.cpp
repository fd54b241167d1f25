#include "limpid/ops/gather/gather.h"

#include "limpid/ops/gather/axis_index.h"
#include "limpid/ops/scatter_add/scatter_add.h"
#include "limpid/tensor/creation.h"

namespace limpid {

Spec Gather::infer(const Inputs& in) const {
  check_axis_index(in[0], in[1], dim);
  return Spec(in[1].shape, in[0].dtype, in[0].device);
}

void Gather::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    AxisIndex(x, io.in[1], y, dim).walk_all([&](std::int64_t from, std::int64_t to) {
      static_cast<T*>(y.data)[to] = static_cast<const T*>(x.data)[from];
    });
  });
}

// What was picked gets the gradient; an element picked several times, their sum.
Tensors Gather::gradient(const Backward& b) const {
  const Spec& x = b.input_spec();
  const Tensor nothing = zeros(x.shape, {.dtype = x.dtype, .device = x.device});
  return {scatter_add(nothing, dim, b.input(1), b.dy()), Tensor()};
}

Tensor gather(const Tensor& input, std::int64_t dim, const Tensor& index) {
  return apply(Gather{dim}, input, index);
}

Tensor Tensor::gather(std::int64_t dim, const Tensor& index) const {
  return limpid::gather(*this, dim, index);
}

}  // namespace limpid
