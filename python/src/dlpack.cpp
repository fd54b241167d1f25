#include "dlpack.h"

#include <memory>

#include "casters.h"
#include "gil.h"
#include "interchange.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/tensor/layout.h"
#include "tensor_memory.h"

namespace limpid::python {

namespace nb = nanobind;

namespace {

constexpr const char* kName = "dltensor";
constexpr const char* kVersionedName = "dltensor_versioned";
constexpr const char* kUsed = "used_dltensor";
constexpr const char* kVersionedUsed = "used_dltensor_versioned";

dlpack::DataType type_of(DType dtype) {
  const dlpack::TypeCode code = is_bool(dtype)         ? dlpack::kBool
                                : dtype == DType::bf16 ? dlpack::kBfloat
                                : is_floating(dtype)   ? dlpack::kFloat
                                : dtype == DType::u8   ? dlpack::kUnsigned
                                                       : dlpack::kInt;
  return {code, static_cast<std::uint8_t>(8 * size_of(dtype)), 1};
}

DType dtype_of(const dlpack::DataType& type) {
  for (DType dtype : kAllDTypes) {
    const dlpack::DataType own = type_of(dtype);
    if (own.code == type.code && own.bits == type.bits && type.lanes == 1) return dtype;
  }
  throw DTypeError(str("from_dlpack: elements of code ", int{type.code}, " with ", int{type.bits},
                       " bits and ", type.lanes,
                       " lanes have no counterpart; convert the array first"));
}

/// What a capsule of ours holds: the structure, and the tensor that it describes.
template <class M>
struct Export {
  M managed{};
  Tensor tensor;

  /// Of a tensor that nobody else can give another shape or memory.
  explicit Export(const Tensor& own) : tensor(own) {
    own->storage->exposed = true;
    managed.context = this;
    managed.deleter = [](M* m) { delete static_cast<Export*>(m->context); };
    managed.array = {own->data,
                     {dlpack::kCpuCode, 0},
                     own.dim(),
                     type_of(own.dtype()),
                     const_cast<std::int64_t*>(own.shape().data()),
                     const_cast<std::int64_t*>(own.strides().data()),
                     0};
  }
};

template <class M>
void drop_capsule(PyObject* capsule) {
  const char* name = std::is_same_v<M, dlpack::Managed> ? kName : kVersionedName;
  if (!PyCapsule_IsValid(capsule, name)) return;  // somebody took the memory over
  auto* managed = static_cast<M*>(PyCapsule_GetPointer(capsule, name));
  if (managed->deleter) managed->deleter(managed);
}

template <class M>
nb::object capsule_of(const Tensor& x) {
  const Tensor exported = alias(x);
  lay_row_major(*exported.impl());
  auto owned = std::make_unique<Export<M>>(exported);
  if constexpr (std::is_same_v<M, dlpack::ManagedVersioned>) owned->managed.major = 1;
  const char* name = std::is_same_v<M, dlpack::Managed> ? kName : kVersionedName;
  PyObject* capsule = PyCapsule_New(&owned->managed, name, drop_capsule<M>);
  if (!capsule) throw nb::python_error();
  owned.release();
  return nb::steal(capsule);
}

template <class M>
void release_managed(void* owner) {
  auto* managed = static_cast<M*>(owner);
  if (!managed->deleter) return;
  Lock lock;  // the other side may need it
  managed->deleter(managed);
}

/// Bytes from the lowest to behind the highest element.
std::size_t extent(const Shape& shape, const Strides& strides, std::size_t item) {
  std::int64_t low = 0, high = 1;
  for (int i = 0; i < shape.rank(); ++i) {
    if (shape[i] == 0) return 0;
    const std::int64_t reach = (shape[i] - 1) * strides[i];
    (reach < 0 ? low : high) += reach;
  }
  return static_cast<std::size_t>(high - low) * item;
}

template <class M>
Tensor take(PyObject* capsule, const char* name, const char* used) {
  auto* managed = static_cast<M*>(PyCapsule_GetPointer(capsule, name));
  if (!managed) throw nb::python_error();
  const dlpack::Array& array = managed->array;
  if (array.device.type != dlpack::kCpuCode && array.device.type != dlpack::kCudaHostCode)
    throw DeviceError("from_dlpack: the array does not live on the cpu; copy it there first");
  const DType dtype = dtype_of(array.dtype);
  if (array.ndim < 0 || array.ndim > Shape::kMaxRank)
    throw ShapeError(str("from_dlpack: the array has ", array.ndim, " axes; at most ",
                         Shape::kMaxRank, " are possible"));
  const Shape shape(
      std::span<const std::int64_t>(array.shape, static_cast<std::size_t>(array.ndim)));
  const Strides strides = array.strides ? Strides(std::span<const std::int64_t>(
                                              array.strides, static_cast<std::size_t>(array.ndim)))
                                        : contiguous_strides(shape);
  const Tensor out =
      tensor_over_memory(static_cast<char*>(array.data) + array.byte_offset, shape, strides, dtype,
                         extent(shape, strides, size_of(dtype)), managed, release_managed<M>);
  PyCapsule_SetName(capsule, used);  // the tensor owns it now
  if constexpr (std::is_same_v<M, dlpack::ManagedVersioned>)
    if (managed->flags & dlpack::kReadOnly)
      return out.clone();  // nobody could keep us from writing
  return out;
}

}  // namespace

nb::object to_dlpack(const Tensor& x, bool versioned) {
  if (x.requires_grad())
    throw nb::buffer_error("a tensor that requires grad cannot be exported; use tensor.detach()");
  if (x.device() != kCpu)
    throw nb::buffer_error("only memory on the cpu can be exported; use tensor.cpu()");
  return versioned ? capsule_of<dlpack::ManagedVersioned>(x) : capsule_of<dlpack::Managed>(x);
}

Tensor from_dlpack_capsule(nb::handle capsule) {
  if (PyCapsule_IsValid(capsule.ptr(), kVersionedName)) {
    const auto* managed =
        static_cast<dlpack::ManagedVersioned*>(PyCapsule_GetPointer(capsule.ptr(), kVersionedName));
    if (managed->major != 1)
      throw ValueError(str("from_dlpack: version ", managed->major,
                           " of DLPack is not known; only 0 and 1 are"));
    return take<dlpack::ManagedVersioned>(capsule.ptr(), kVersionedName, kVersionedUsed);
  }
  if (PyCapsule_IsValid(capsule.ptr(), kName))
    return take<dlpack::Managed>(capsule.ptr(), kName, kUsed);
  throw ValueError("from_dlpack: this capsule holds no array, or one that was taken already");
}

}  // namespace limpid::python
