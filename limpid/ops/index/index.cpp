#include "limpid/ops/index/index.h"

#include "limpid/ops/index/index_arrays.h"
#include "limpid/ops/index_put/index_put.h"
#include "limpid/tensor/creation.h"

namespace limpid {

Spec AdvancedIndex::infer(const Inputs& in) const {
  const Shape positions = common_index_shape(axes, in[0].shape, in, 1);
  return Spec(gathered_shape(axes, in[0].shape, positions), in[0].dtype, in[0].device);
}

void AdvancedIndex::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  Shape positions;
  for (const AnyView& array : io.in.subspan(1))
    positions = broadcast_shapes(positions, Shape(shape_of(array)));
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    for_each_indexed(x, axes, io.in.subspan(1), positions, Shape(shape_of(y)),
                     Strides(std::span(y.strides, shape_of(y).size())),
                     [&](std::int64_t from, std::int64_t to) {
                       static_cast<T*>(y.data)[to] = static_cast<const T*>(x.data)[from];
                     });
  });
}

// dx[indices] += dy: an element that was read several times gathers all its gradients.
Tensors AdvancedIndex::gradient(const Backward& b) const {
  const Spec& x = b.input_spec();
  std::vector<Tensor> in{zeros(x.shape, {.dtype = x.dtype, .device = x.device}), b.dy()};
  for (int k = 1; k < b.inputs(); ++k) in.push_back(b.input(k));
  Tensors out(static_cast<std::size_t>(b.inputs()));
  out[0] = limpid::apply(IndexPut{axes, /*accumulate=*/true}, in);
  return out;
}

}  // namespace limpid
