#pragma once
// Memory shared with NumPy and others: the buffer protocol both ways.

#include <Python.h>

#include "limpid/tensor/tensor.h"

namespace limpid::python {

/// A tensor over the memory of an object with the buffer protocol (a NumPy array, bytes), which is
/// kept alive. DTypeError for element types that limpid has not; ValueError for strides that are no
/// whole number of elements, and for read-only memory when `writable` is asked for.
Tensor tensor_over_buffer(PyObject* object, bool writable);

/// A tensor over `bytes` bytes of somebody else's memory, given back by `release(owner)`.
Tensor tensor_over_memory(void* data, const Shape& shape, const Strides& strides, DType dtype,
                          std::size_t bytes, void* owner, void (*release)(void*));

/// The buffer of a tensor: slots of the type. BufferError for bfloat16, for tensors that require
/// grad, and for meta.
int get_buffer(PyObject* self, Py_buffer* view, int flags);
void release_buffer(PyObject* self, Py_buffer* view);

}  // namespace limpid::python
