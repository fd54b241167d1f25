#pragma once
// x[...] and x[...] = value in all of NumPy's forms, and iteration along the first axis.

#include <Python.h>

#include "limpid/tensor/tensor.h"

namespace limpid::python {

PyObject* get_item(PyObject* self, PyObject* key);
int set_item(PyObject* self, PyObject* key, PyObject* value);
PyObject* iterate(PyObject* self);

/// A mask of uint8 as one of bool, with a warning, as in PyTorch; another tensor as it is.
Tensor bool_mask(const Tensor& mask);

}  // namespace limpid::python
