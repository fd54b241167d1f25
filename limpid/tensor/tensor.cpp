#include "limpid/tensor/tensor.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/tensor/creation.h"
#include "limpid/tensor/layout.h"

namespace limpid {

constinit ReleaseBinding release_binding = nullptr;

void TensorImpl::throw_impossible_shape(const Shape& shape) {
  checked_numel(shape);
  throw ShapeError(str("shape ", shape, " has more elements than can be addressed"));
}

Tensor::Tensor(Scalar value) : Tensor(full({}, value)) {}

void Tensor::throw_no_axes(std::int64_t axis) {
  throw IndexError(str("axis ", axis, " of a 0-d tensor: it has no axes"));
}

void Tensor::throw_undefined() {
  throw ValueError("this tensor is undefined: it was never given a value");
}

void Tensor::check_access(DType wanted) const {
  const Spec& own = spec();
  if (own.device.type != DeviceType::cpu)
    throw DeviceError(str("elements of a tensor on ", own.device, " cannot be read here",
                          own.device.type == DeviceType::meta ? ": meta tensors have none" : ""));
  if (own.dtype != wanted)
    throw DTypeError(
        str("elements are ", own.dtype, ", asked for as ", wanted, "; convert with .to() first"));
  lay_row_major(*impl_);
}

std::int64_t Tensor::storage_offset() const {
  return (static_cast<char*>(checked()->data) - static_cast<char*>(impl_->storage->data)) /
         static_cast<std::int64_t>(size_of(dtype()));
}

Scalar Tensor::item_scalar() const {
  if (numel() != 1)
    throw ValueError(str("item: a tensor of shape ", shape(), " has ", numel(),
                         " elements; item() needs exactly one"));
  return visit_dtype(dtype(), [&](auto tag) -> Scalar {
    using T = typename decltype(tag)::type;
    const T value = *data<T>();
    if constexpr (is_float_type<T>) return Scalar(static_cast<double>(value));
    else return Scalar(value);
  });
}

namespace {
Tensor copy_handle(const Tensor& tensor) {
  auto* copy = new TensorImpl;
  Tensor out{Ptr<TensorImpl>::adopt(copy)};
  const TensorImpl* from = tensor.impl();
  copy->spec = from->spec;
  copy->strides = from->strides;
  copy->numel = from->numel;
  copy->data = from->data;
  copy->contiguous = from->contiguous;
  copy->storage = from->storage;
  return out;
}
}  // namespace

Tensor alias(const Tensor& tensor) {
  Tensor out = copy_handle(tensor);
  if (tensor->chosen) [[unlikely]]
    share_layout(*tensor.impl(), *out.impl());
  return out;
}

Tensor alias_to_keep(const Tensor& tensor) {
  Tensor out = copy_handle(tensor);
  out->chosen = tensor->chosen;  // and not listed: it moves alone
  return out;
}

Tensor Tensor::detach() const {
  checked();
  return alias(*this);
}

// Not full(): in arithmetic numbers wrap, so that int8 + 300 is int8, as in PyTorch.
Tensor scalar_beside(Scalar value, const Tensor& other) {
  Tensor out = empty({}, {.dtype = value.dtype_beside(other.dtype()), .device = other.device()});
  if (out.device().type == DeviceType::meta) return out;
  visit_dtype(out.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    *static_cast<T*>(out->data) = value.to<T>();
  });
  return out;
}

void ViewStep::destroy(ViewStep* step) {
  while (step) {
    ViewStep* parent = step->parent.release();
    delete step;
    step = parent && parent->references.decrement() ? parent : nullptr;
  }
}

Tensor replay(const Ptr<ViewStep>& last, const Tensor& base) {
  std::vector<const ViewStep*> steps;
  for (const ViewStep* s = last.get(); s; s = s->parent.get()) steps.push_back(s);
  Tensor out = base;
  for (auto s = steps.rbegin(); s != steps.rend(); ++s) out = (*s)->replay(out);
  return out;
}

}  // namespace limpid
