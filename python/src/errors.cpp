#include "errors.h"

#include <nanobind/nanobind.h>

#include <string>

#include "in_python.h"
#include "limpid/core/error.h"

namespace nb = nanobind;

namespace limpid::python {

namespace {

PyObject *error, *shape_error, *dtype_error, *device_error, *index_error, *value_error, *file_error,
    *graph_error;

/// class limpid.<name>(Error, bases...). `add` counts failures.
PyObject* make(PyObject* module, const char* name, const char* doc,
               std::initializer_list<PyObject*> bases) {
  PyObject* tuple = PyTuple_New(static_cast<Py_ssize_t>(bases.size()));
  if (!tuple) return nullptr;
  Py_ssize_t i = 0;
  for (PyObject* base : bases) PyTuple_SET_ITEM(tuple, i++, Py_NewRef(base));
  const std::string full = std::string("limpid.") + name;
  PyObject* type = PyErr_NewExceptionWithDoc(full.c_str(), doc, tuple, nullptr);
  Py_DECREF(tuple);
  if (type && PyModule_AddObjectRef(module, name, type) < 0) return nullptr;
  return type;
}

PyObject* class_of(const Error& e) {
  if (dynamic_cast<const ShapeError*>(&e)) return shape_error;
  if (dynamic_cast<const DTypeError*>(&e)) return dtype_error;
  if (dynamic_cast<const DeviceError*>(&e)) return device_error;
  if (dynamic_cast<const IndexError*>(&e)) return index_error;
  if (dynamic_cast<const ValueError*>(&e)) return value_error;
  if (dynamic_cast<const FileError*>(&e)) return file_error;
  if (dynamic_cast<const GraphError*>(&e)) return graph_error;
  return error;
}

void set_error(const Error& e) { PyErr_SetString(class_of(e), in_python(e.what()).c_str()); }

void translate(const std::exception_ptr& pointer, void*) {
  try {
    std::rethrow_exception(pointer);
  } catch (const Error& e) {
    set_error(e);
  }
}

}  // namespace

bool add_errors(PyObject* module) {
  error =
      make(module, "Error", "Base of everything limpid raises on purpose.", {PyExc_RuntimeError});
  if (!error) return false;
  shape_error = make(module, "ShapeError", "Shapes that do not fit, or sizes that are impossible.",
                     {error, PyExc_ValueError});
  // What PyTorch raises, too: NotImplementedError for a dtype, AssertionError without CUDA.
  dtype_error = make(module, "DTypeError", "A dtype that the op does not take.",
                     {error, PyExc_NotImplementedError, PyExc_TypeError});
  device_error = make(module, "DeviceError", "A device that is absent, mixed, or has no kernel.",
                      {error, PyExc_AssertionError});
  index_error = make(module, "IndexError", "An index, axis, class or token out of range.",
                     {error, PyExc_IndexError});
  value_error =
      make(module, "ValueError", "Any other argument out of range.", {error, PyExc_ValueError});
  file_error = make(module, "FileError", "A file that is missing, truncated, malformed or hostile.",
                    {error, PyExc_OSError});
  graph_error = make(module, "GraphError", "A misuse of the record: backward twice, ...", {error});
  nb::register_exception_translator(translate);
  return shape_error && dtype_error && device_error && index_error && value_error && file_error &&
         graph_error;
}

void set_python_error() noexcept {
  try {
    throw;
  } catch (const Error& e) {
    set_error(e);
  } catch (nb::python_error& e) {
    e.restore();
  } catch (const nb::builtin_exception& e) {
    PyErr_SetString(e.type() == nb::exception_type::type_error ? PyExc_TypeError : PyExc_ValueError,
                    e.what());
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  } catch (const std::exception& e) {
    PyErr_SetString(PyExc_RuntimeError, e.what());
  } catch (...) {
    PyErr_SetString(PyExc_RuntimeError, "unknown C++ exception");
  }
}

}  // namespace limpid::python
