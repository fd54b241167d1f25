// What limpid/_tensor.py, _interchange.py and the file readers are made from: memory shared with
// others.

#include "interchange.h"

#include "casters.h"
#include "limpid/core/str.h"
#include "limpid/tensor/layout.h"
#include "op_binding.h"
#include "tables.h"
#include "tensor_construct.h"
#include "tensor_memory.h"

namespace limpid::python {

namespace {

/// `count` elements of `dtype` over the memory of an object with the buffer protocol, from byte
/// `offset`.
Tensor from_buffer(nb::handle object, DType dtype, std::int64_t count, std::int64_t offset) {
  const Tensor bytes = tensor_over_buffer(object.ptr(), false);
  if (!bytes.is_contiguous()) throw ValueError("frombuffer: the buffer must be contiguous");
  const auto item = static_cast<std::int64_t>(size_of(dtype));
  const std::int64_t size = bytes.numel() * static_cast<std::int64_t>(size_of(bytes.dtype()));
  if (offset < 0 || offset > size)
    throw ValueError(
        str("frombuffer: offset ", offset, " is not within the buffer of ", size, " bytes"));
  const std::int64_t room = (size - offset) / item;
  if (count < 0 && (size - offset) % item != 0)
    throw ValueError(
        str("frombuffer: ", size - offset, " bytes are no whole number of elements of ", item));
  if (count > room)
    throw ValueError(str("frombuffer: the buffer has ", size, " bytes; ", count, " elements of ",
                         item, " bytes from byte ", offset, " on do not fit"));
  const Shape shape{count < 0 ? room : count};
  auto* owner = new Tensor(bytes);
  return tensor_over_memory(static_cast<char*>(bytes->data) + offset, shape,
                            contiguous_strides(shape), dtype,
                            static_cast<std::size_t>(size - offset), owner,
                            [](void* p) { delete static_cast<Tensor*>(p); });
}

/// Another layout over the storage of `x`, without history. ValueError when it reaches beyond.
Tensor as_strided(const Tensor& x, const Shape& size, const Shape& stride, std::int64_t offset) {
  if (size.rank() != stride.rank())
    throw ValueError(str("as_strided: ", size.rank(), " sizes but ", stride.rank(), " strides"));
  const auto room = static_cast<std::int64_t>(x->storage->bytes / size_of(x.dtype()));
  bool bad = offset < 0, overflow = false;
  std::int64_t last = offset;
  for (int i = 0; i < size.rank(); ++i) {
    std::int64_t reach = 0;
    bad |= stride[i] < 0;
    overflow |= __builtin_mul_overflow(size[i] > 0 ? size[i] - 1 : 0, stride[i], &reach);
    overflow |= __builtin_add_overflow(last, reach, &last);
  }
  const std::int64_t count = checked_numel(size);
  lay_row_major(*x.impl());
  if (bad || overflow || (count > 0 && last >= room))
    throw ValueError(str("as_strided: sizes ", size, " with strides ", stride, " from element ",
                         offset, " reach beyond the storage of ", room, " elements"));
  Tensor out = alias(x.detach());
  out->spec.shape = size;
  out->strides = Strides(std::span<const std::int64_t>(stride.begin(), stride.end()));
  out->numel = count;
  out->contiguous = is_contiguous(size, out->strides);
  out->data =
      static_cast<char*>(x->storage->data) + offset * static_cast<std::int64_t>(size_of(x.dtype()));
  return out;
}

/// The elements in row-major order, as they lie in memory.
nb::bytes bytes_of(const Tensor& x) {
  const Tensor dense = x.detach().contiguous();
  if (x.device() != kCpu) throw DeviceError("a tensor without memory on the cpu cannot be pickled");
  return nb::bytes(dense->data, static_cast<std::size_t>(dense.numel()) * size_of(dense.dtype()));
}

}  // namespace

void add_interchange(nb::module_& m) {
  m.def("_frombuffer", from_buffer, "buffer"_a, "dtype"_a, "count"_a, "offset"_a);
  m.def("_as_strided", as_strided, "input"_a, "size"_a, "stride"_a, "storage_offset"_a);
  m.def("_tensor_bytes", bytes_of, "tensor"_a);
  m.def("_to_dlpack", to_dlpack, "tensor"_a, "versioned"_a);
  m.def("_from_dlpack", from_dlpack_capsule, "capsule"_a);
  m.def(
      "_has_buffer", [](nb::handle object) { return PyObject_CheckBuffer(object.ptr()) != 0; },
      "obj"_a);
  m.def(
      "_over_buffer",
      [](nb::handle object, bool writable) { return tensor_over_buffer(object.ptr(), writable); },
      "obj"_a, "writable"_a);
}

}  // namespace limpid::python
