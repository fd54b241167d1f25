// Moving maps of a chosen layout into row-major order (tensor/layout.h).

#include "limpid/op/inplace.h"
#include "limpid/ops/copy/copy.h"
#include "limpid/tensor/layout.h"

namespace limpid {

namespace {

/// The map in row-major order, in memory of its own.
Tensor row_major(const TensorImpl& map) {
  Tensor out{Ptr<TensorImpl>::adopt(new TensorImpl([&]() -> Spec { return map.spec; }))};
  out->storage->version = map.storage->version;
  out->storage->changed_by = map.storage->changed_by;
  const Kernel copy = describe<Copy>.kernels[static_cast<std::size_t>(map.spec.device.type)];
  if (map.spec.device.type == DeviceType::meta) return out;
  const AnyView from = map.as_view(), to = out->as_view();
  const Copy op{map.spec.dtype};
  copy(&op, Io{{&from, 1}, {&to, 1}});
  return out;
}

/// `tensors` are all the same map.
void move_all(std::span<TensorImpl* const> tensors) {
  const Tensor map = row_major(*tensors[0]);
  for (TensorImpl* t : tensors) {
    t->storage = map->storage;
    t->data = map->data;
    t->strides = map->strides;
    t->contiguous = true;
  }
}

}  // namespace

Tensor laid_as(const Tensor& tensor, const TensorImpl& like) {
  const Tensor out = empty_as(tensor.spec(), like);
  const bool there = out.is_contiguous() ? tensor.is_contiguous()  // (N, C, 1, 1) lies both ways
                                         : is_channels_last(*tensor.impl());
  if (there) return tensor;
  write_elements(out, tensor);
  return out;
}

void lay_row_major(TensorImpl& tensor) {
  if (tensor.chosen) with_shared_layout(tensor, &move_all);
}

}  // namespace limpid
