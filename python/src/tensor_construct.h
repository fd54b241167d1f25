#pragma once
// Tensors out of Python's data: lists, numbers, NumPy arrays, other tensors.

#include <Python.h>

#include "limpid/tensor/tensor.h"

namespace limpid::python {

/// limpid.Tensor(...): of sizes, or of data as float32 (PyTorch's old constructor).
PyObject* new_tensor(PyTypeObject* type, PyObject* args, PyObject* kwargs);
/// limpid.nn.Parameter(data, requires_grad=True).
PyObject* new_parameter(PyTypeObject* type, PyObject* args, PyObject* kwargs);

/// A copy of nested lists and tuples of numbers, of a number, of an object with the buffer protocol
/// or __array_interface__, or of tensors. Without a dtype: bool, int64 or float32 by its numbers,
/// or the array's own. ShapeError names the place of a row that is too short or too long.
Tensor tensor_from(PyObject* data, std::optional<DType> dtype);

}  // namespace limpid::python
