// Numbers, dtypes and sizes between Python and C++.

#include "casters.h"
#include "python_types.h"

namespace limpid::python {

PyObject *dtype_class, *size_class;

namespace {
PyObject* dtype_objects[kDTypes];
}

void load_python_types() {
  nanobind::module_ types = nanobind::module_::import_("limpid._types");
  dtype_class = nanobind::object(types.attr("dtype")).release().ptr();
  size_class = nanobind::object(types.attr("Size")).release().ptr();
  for (DType dtype : kAllDTypes)
    dtype_objects[static_cast<int>(dtype)] =
        nanobind::object(types.attr(std::string(name_of(dtype)).c_str())).release().ptr();
}

bool to_scalar(PyObject* object, Scalar& out) {
  if (PyFloat_Check(object)) {
    out = Scalar(PyFloat_AS_DOUBLE(object));
    return true;
  }
  if (PyBool_Check(object)) {
    out = Scalar(object == Py_True);
    return true;
  }
  if (PyLong_Check(object)) {
    int overflow = 0;
    const long long value = PyLong_AsLongLongAndOverflow(object, &overflow);
    if (overflow) return false;
    out = Scalar(std::int64_t{value});
    return true;
  }
  const PyNumberMethods* methods = Py_TYPE(object)->tp_as_number;
  if (!methods || is_tensor(object) || PySequence_Check(object)) return false;
  PyObject* number = methods->nb_index   ? PyNumber_Index(object)
                     : methods->nb_float ? PyNumber_Float(object)
                                         : nullptr;
  const bool ok = number && to_scalar(number, out);
  Py_XDECREF(number);
  if (!ok) PyErr_Clear();
  return ok;
}

PyObject* from_scalar(const Scalar& value) {
  switch (value.kind()) {
    case Scalar::Kind::boolean: return PyBool_FromLong(value.as_int64() != 0);
    case Scalar::Kind::integer: return PyLong_FromLongLong(value.as_int64());
    default: return PyFloat_FromDouble(value.as_double());
  }
}

bool to_int(PyObject* object, std::int64_t& out) {
  if (PyBool_Check(object) || PyFloat_Check(object)) return false;
  if (!PyLong_Check(object) && !PyIndex_Check(object)) return false;
  PyObject* index = PyNumber_Index(object);
  int overflow = 0;
  if (index) out = PyLong_AsLongLongAndOverflow(index, &overflow);
  Py_XDECREF(index);
  if (!index) PyErr_Clear();
  return index && !overflow;
}

bool to_dtype(PyObject* object, DType& out) {
  for (int i = 0; i < kDTypes; ++i)
    if (object == dtype_objects[i]) {
      out = kAllDTypes[i];
      return true;
    }
  if (object == reinterpret_cast<PyObject*>(&PyFloat_Type)) out = DType::f64;
  else if (object == reinterpret_cast<PyObject*>(&PyLong_Type)) out = DType::i64;
  else if (object == reinterpret_cast<PyObject*>(&PyBool_Type)) out = DType::boolean;
  else return false;
  return true;
}

PyObject* dtype_object(DType dtype) { return Py_NewRef(dtype_objects[static_cast<int>(dtype)]); }

PyObject* to_size(const Shape& shape) {
  auto* type = reinterpret_cast<PyTypeObject*>(size_class);
  PyObject* size =
      type->tp_alloc(type, shape.rank());  // a subclass of tuple without parts of its own
  for (int i = 0; size && i < shape.rank(); ++i)
    PyTuple_SET_ITEM(size, i, PyLong_FromLongLong(shape[i]));
  return size;
}

bool to_shape(PyObject* object, Shape& out) {
  std::int64_t size;
  if (to_int(object, size)) {
    out = Shape{size};
    return true;
  }
  if (!PyTuple_Check(object) && !PyList_Check(object)) return false;
  const Py_ssize_t rank = PySequence_Fast_GET_SIZE(object);
  if (rank > Shape::kMaxRank) return false;
  Shape shape(static_cast<int>(rank));
  for (Py_ssize_t i = 0; i < rank; ++i)
    if (!to_int(PySequence_Fast_GET_ITEM(object, i), shape[static_cast<int>(i)])) return false;
  out = std::move(shape);
  return true;
}

Shape sizes_of(nanobind::args args) {
  Shape shape;
  PyObject* all = args.ptr();
  if (PyTuple_GET_SIZE(all) == 0)
    throw nanobind::type_error("{}: sizes are missing: {}(2, 3) or {}((2, 3))");
  const bool one = PyTuple_GET_SIZE(all) == 1;
  if (!to_shape(one ? PyTuple_GET_ITEM(all, 0) : all, shape))
    throw nanobind::type_error("{}: sizes must be ints: {}(2, 3) or {}((2, 3))");
  return shape;
}

TensorList tensors_of(nanobind::args args) {
  PyObject* all = args.ptr();
  if (PyTuple_GET_SIZE(all) == 1 && !is_tensor(PyTuple_GET_ITEM(all, 0)))
    all = PyTuple_GET_ITEM(all, 0);
  if (!PyTuple_Check(all) && !PyList_Check(all))
    throw nanobind::type_error("{}: expected tensors: {}(a, b) or {}([a, b])");
  TensorList tensors;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(all); ++i) {
    PyObject* item = PySequence_Fast_GET_ITEM(all, i);
    if (!is_tensor(item))
      throw nanobind::type_error("{}: expected tensors: {}(a, b) or {}([a, b])");
    tensors.push_back(tensor_of(item));
  }
  return tensors;
}

std::vector<std::int64_t> ints_of(nanobind::args args) {
  const Shape shape = sizes_of(args);
  return {shape.begin(), shape.end()};
}

}  // namespace limpid::python
