#include "tensor_index.h"

#include "casters.h"
#include "errors.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "limpid/tensor/index.h"
#include "tensor_construct.h"

namespace limpid::python {

namespace {

std::optional<std::int64_t> bound(PyObject* object) {
  if (object == Py_None) return std::nullopt;
  if (!PyIndex_Check(object))
    throw nanobind::type_error(
        "slice indices must be integers or None or have an __index__ method");
  const Py_ssize_t value = PyNumber_AsSsize_t(object, nullptr);  // far beyond an end is the end
  if (value == -1 && PyErr_Occurred()) throw nanobind::python_error();
  return value;
}

Slice to_slice(PyObject* object) {
  auto* slice = reinterpret_cast<PySliceObject*>(object);
  return {bound(slice->start), bound(slice->stop), bound(slice->step).value_or(1)};
}

/// One entry of an index.
Index to_index(PyObject* entry) {
  std::int64_t i;
  if (entry == Py_None) return Index(None);
  if (entry == Py_Ellipsis) return Index(Ellipsis);
  if (PySlice_Check(entry)) return Index(to_slice(entry));
  if (is_tensor(entry)) return Index(bool_mask(tensor_of(entry)));
  if (to_int(entry, i)) return Index(i);
  if (PyBool_Check(entry) || PyList_Check(entry) || PyTuple_Check(entry) || PyRange_Check(entry) ||
      PyObject_CheckBuffer(entry)) {
    const Tensor t = tensor_from(entry, std::nullopt);
    return Index(t.numel() == 0 && is_floating(t.dtype()) ? t.to(DType::i64)  // x[[]]
                                                          : bool_mask(t));
  }
  if (PyLong_Check(entry)) throw IndexError("an index must fit into 64 bits");
  const std::string text =
      str("an index may be an int, a slice, ..., None, a list, or a tensor or array of "
          "bool or integers, not ",
          Py_TYPE(entry)->tp_name);
  if (PyUnicode_Check(entry)) throw nanobind::type_error(text.c_str());
  throw IndexError(text);
}

std::vector<Index> to_indices(PyObject* key) {
  std::vector<Index> indices;
  if (PyTuple_Check(key)) {
    bool open = false;  // after a first ... there are no axes left for another
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(key); ++i) {
      PyObject* entry = PyTuple_GET_ITEM(key, i);
      if (entry != Py_Ellipsis || !open) indices.push_back(to_index(entry));
      open |= entry == Py_Ellipsis;
    }
  } else {
    indices.push_back(to_index(key));
  }
  return indices;
}

Tensor to_value(PyObject* value, const Tensor& target) {
  Scalar number;
  if (is_tensor(value)) return tensor_of(value);
  if (to_scalar(value, number)) return full({}, number, {.dtype = target.dtype()});
  return tensor_from(value, std::nullopt);
}

}  // namespace

Tensor bool_mask(const Tensor& mask) {
  if (mask.dtype() != DType::u8) return mask;
  if (PyErr_WarnEx(PyExc_UserWarning,
                   "a mask of uint8 is deprecated; use one of bool, as x > 0 is, or .bool()", 1))
    throw nanobind::python_error();
  return mask.to(DType::boolean);
}

PyObject* get_item(PyObject* self, PyObject* key) {
  return guarded([&] {
    const Tensor x = tensor_of(self);
    std::int64_t i;
    if (to_int(key, i) && !is_tensor(key)) return to_object(x[i]);
    const std::vector<Index> indices = to_indices(key);
    return to_object(x.index(indices));
  });
}

int set_item(PyObject* self, PyObject* key, PyObject* value) {
  PyObject* done = guarded([&]() -> PyObject* {
    if (!value) throw nanobind::type_error("a tensor's elements cannot be deleted");
    Tensor x = tensor_of(self);
    const std::vector<Index> indices = to_indices(key);
    x.index_put_(indices, to_value(value, x));
    return Py_NewRef(Py_None);
  });
  Py_XDECREF(done);
  return done ? 0 : -1;
}

PyObject* iterate(PyObject* self) {
  return guarded([&]() -> PyObject* {
    const Tensor x = tensor_of(self);
    if (x.dim() == 0) throw nanobind::type_error("iteration over a 0-d tensor");
    nanobind::object rows = nanobind::cast(x.unbind(0));
    return PyObject_GetIter(rows.ptr());
  });
}

}  // namespace limpid::python
