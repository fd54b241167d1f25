#include "tensor_memory.h"

#include <cstring>
#include <memory>

#include "casters.h"
#include "errors.h"
#include "gil.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/tensor/layout.h"

namespace limpid::python {

namespace {

/// The dtype of an element by its code in the struct module and its size in bytes.
DType dtype_of_format(const char* format, Py_ssize_t size) {
  const char* code = format ? format : "B";
  if (*code == '@' || *code == '=' || *code == '<' || *code == '|') ++code;
  if (code[0] && !code[1]) {
    if (*code == '?') return DType::boolean;
    if (*code == 'e') return DType::f16;
    if (*code == 'f') return DType::f32;
    if (*code == 'd') return DType::f64;
    if (std::strchr("bhilq", *code))
      return size == 1 ? DType::i8 : size == 2 ? DType::i16 : size == 4 ? DType::i32 : DType::i64;
    if (*code == 'B' || *code == 'c') return DType::u8;
  }
  if (*code == 'Z')
    throw DTypeError(
        "there are no complex tensors; take the array's parts, array.real and array.imag");
  throw DTypeError(str("an array of element type '", format ? format : "",
                       "' has no counterpart; there are bool, uint8, int8 to int64, float16 to "
                       "float64: convert it first, as in array.astype('int64')"));
}

const char* format_of(DType dtype) {
  switch (dtype) {
    case DType::f16: return "e";
    case DType::f32: return "f";
    case DType::f64: return "d";
    case DType::u8: return "B";
    case DType::i8: return "b";
    case DType::i16: return "h";
    case DType::i32: return "i";
    case DType::i64: return "q";
    case DType::boolean: return "?";
    case DType::bf16: return nullptr;
  }
  return nullptr;
}

struct Buffer {
  Py_buffer view{};
  ~Buffer() {
    Lock lock;
    PyBuffer_Release(&view);
  }
};

void release_memory(void* owner) { delete static_cast<Buffer*>(owner); }

/// Bytes from the lowest to behind the highest element.
std::size_t extent(const Py_buffer& view) {
  std::int64_t low = 0, high = view.itemsize;
  for (int i = 0; i < view.ndim; ++i) {
    const std::int64_t reach = (view.shape[i] - 1) * view.strides[i];
    (reach < 0 ? low : high) += reach;
  }
  return static_cast<std::size_t>(high - low);
}

}  // namespace

Tensor tensor_over_buffer(PyObject* object, bool writable) {
  auto buffer = std::make_unique<Buffer>();
  const int flags = PyBUF_STRIDES | PyBUF_FORMAT | (writable ? PyBUF_WRITABLE : 0);
  if (PyObject_GetBuffer(object, &buffer->view, flags) < 0) {
    if (!writable) throw nanobind::python_error();
    PyErr_Clear();
    throw ValueError("the array's memory is read-only; copy it: limpid.tensor(array)");
  }
  const Py_buffer& view = buffer->view;
  const DType dtype = dtype_of_format(view.format, view.itemsize);
  if (static_cast<std::size_t>(view.itemsize) != size_of(dtype) ||
      (view.ndim > 0 && (!view.shape || !view.strides)))
    throw DTypeError("an object whose memory is not numbers of a known type; convert it first");
  Shape shape(view.ndim);
  Strides strides(view.ndim);
  bool empty = false;
  for (int i = 0; i < view.ndim; ++i) {
    shape[i] = view.shape[i];
    empty |= shape[i] == 0;
    if (view.strides[i] % view.itemsize != 0)
      throw ValueError(str("axis ", i, " of the array has a stride of ", view.strides[i],
                           " bytes, which is no whole number of elements; copy it first"));
    strides[i] = view.strides[i] / view.itemsize;
  }
  Buffer* owner = buffer.release();
  return tensor_over_memory(view.buf, shape, strides, dtype, empty ? 0 : extent(view), owner,
                            release_memory);
}

Tensor tensor_over_memory(void* data, const Shape& shape, const Strides& strides, DType dtype,
                          std::size_t bytes, void* owner, void (*release)(void*)) {
  auto* impl = new TensorImpl;
  Tensor out(Ptr<TensorImpl>::adopt(impl));
  impl->spec = Spec(shape, dtype, kCpu);
  impl->strides = strides;
  impl->numel = numel(shape);
  impl->contiguous = is_contiguous(shape, strides);
  impl->data = data;
  impl->storage = Storage::borrow(data, bytes, kCpu, owner, release);
  return out;
}

namespace {
/// What a buffer of ours lives on. The tensor may get other memory meanwhile (x.data = y).
struct Exported {
  std::vector<Py_ssize_t> sizes;  ///< and strides
  Ptr<Storage> storage;
};
}  // namespace

int get_buffer(PyObject* self, Py_buffer* view, int flags) {
  const Tensor x = tensor_of(self);
  lay_row_major(*x.impl());
  const char* format = format_of(x.dtype());
  const char* problem = x.requires_grad() ? "the tensor requires grad; use tensor.detach().numpy()"
                        : !format         ? "NumPy has no bfloat16; use tensor.float().numpy()"
                        : x.device() != kCpu
                            ? "the tensor has no memory on the cpu; use tensor.cpu()"
                        : !x.is_contiguous() && (flags & PyBUF_STRIDES) != PyBUF_STRIDES
                            ? "the tensor is not contiguous; use tensor.contiguous()"
                            : nullptr;
  if (problem) {
    PyErr_SetString(PyExc_BufferError, problem);
    return -1;
  }
  const auto rank = static_cast<std::size_t>(x.dim());
  auto* kept = new Exported{std::vector<Py_ssize_t>(2 * rank + 1), x->storage};
  Py_ssize_t* sizes = kept->sizes.data();
  const auto item = static_cast<Py_ssize_t>(size_of(x.dtype()));
  for (std::size_t i = 0; i < rank; ++i) {
    sizes[i] = x.shape()[static_cast<int>(i)];
    sizes[rank + i] = x.strides()[static_cast<int>(i)] * item;
  }
  x->storage->exposed = true;
  view->obj = Py_NewRef(self);
  view->buf = x->data;
  view->len = x.numel() * item;
  view->itemsize = item;
  view->readonly = 0;
  view->ndim = x.dim();
  view->format = const_cast<char*>(format);
  view->shape = sizes;
  view->strides = sizes + rank;
  view->suboffsets = nullptr;
  view->internal = kept;
  return 0;
}

void release_buffer(PyObject*, Py_buffer* view) {
  delete static_cast<Exported*>(view->internal);
  view->internal = nullptr;
}

}  // namespace limpid::python
