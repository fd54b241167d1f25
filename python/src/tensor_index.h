#pragma once
// x[...] and x[...] = value in all of NumPy's forms, and iteration along the first axis.

#include <Python.h>

namespace limpid::python {

PyObject* get_item(PyObject* self, PyObject* key);
int set_item(PyObject* self, PyObject* key, PyObject* value);
PyObject* iterate(PyObject* self);

}  // namespace limpid::python
