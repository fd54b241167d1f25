#include "limpid/tensor/resize.h"

#include <cstring>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/tensor/layout.h"

namespace limpid {

namespace {

/// Where the first element stands, in bytes.
std::size_t offset_of(const TensorImpl& t) {
  return static_cast<std::size_t>(static_cast<const char*>(t.data) -
                                  static_cast<const char*>(t.storage->data));
}

/// Memory with the same bytes, and room for `bytes`.
Ptr<Storage> grown(const TensorImpl& t, std::size_t bytes, const Shape& shape) {
  const Storage& old = *t.storage;
  const bool lent = old.exposed || old.release;
  if (lent || old.references.value() > 1)
    throw ValueError(
        str("resize_: shape ", shape, " needs ", bytes, " bytes but the tensor has ", old.bytes,
            ", which it shares with ", lent ? "what else knows their address" : "other tensors",
            " and cannot leave; make a new tensor in place of it, or resize a .clone()"));
  Ptr<Storage> fresh = Storage::make(bytes, old.device);
  if (old.bytes) std::memcpy(fresh->data, old.data, old.bytes);
  return fresh;
}

}  // namespace

void resize_(const Tensor& tensor, const Shape& shape) {
  TensorImpl& t = *tensor.impl();
  if (tensor.requires_grad())
    throw GraphError(
        "resize_: this tensor requires grad, and elements that come or go have no gradient; resize "
        "its .detach()");
  const std::int64_t count = checked_numel(shape);
  if (shape == tensor.shape()) return;
  lay_row_major(t);

  const std::size_t offset = offset_of(t);
  const std::size_t bytes = offset + static_cast<std::size_t>(count) * size_of(tensor.dtype());
  if (tensor.device().type != DeviceType::meta && bytes > t.storage->bytes) {
    t.storage = grown(t, bytes, shape);
    t.data = static_cast<char*>(t.storage->data) + offset;
  }
  t.spec.shape = shape;
  t.strides = contiguous_strides(shape);
  t.numel = count;
  t.contiguous = true;
  t.view = nullptr;  // it shares memory still, but is no longer that part of its base
  t.view_base = nullptr;
}

}  // namespace limpid
