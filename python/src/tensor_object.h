#pragma once
// limpid.Tensor: the Python object of a tensor.
//
// One tensor has one object as long as anybody can tell: `p is q` holds, hash() and weak references
// go by it, and attributes that a user sets stay, also while only C++ (a layer, the record) holds
// the tensor. There are two states:
//   Python holds the tensor:  the object owns a reference to the TensorImpl, which knows the
//   object. C++ alone holds it:       the last Python reference went, but the TensorImpl lives on.
//   Then it
//                             takes the object over (only if it has attributes, weak references or
//                             a class of its own: else a fresh object is as good), and gives it
//                             back when the tensor comes to Python again.

#include <Python.h>

#include "limpid/tensor/tensor.h"

namespace limpid::python {

struct TensorObject {
  PyObject_HEAD TensorImpl* impl;
  bool owns_tensor;  ///< the first state
  PyObject* attributes;
  PyObject* weak_references;
};

extern PyTypeObject* tensor_type;
extern PyTypeObject* parameter_type;

inline bool is_tensor(PyObject* object) { return PyObject_TypeCheck(object, tensor_type); }
/// Of an object known to be a tensor.
inline TensorImpl* impl_of(PyObject* object) {
  return reinterpret_cast<TensorObject*>(object)->impl;
}
inline Tensor tensor_of(PyObject* object) {
  return Tensor(Ptr<TensorImpl>::share(impl_of(object)));
}

/// The object of a tensor (a new reference); None for an undefined one; null with an exception set
/// when there is no memory.
PyObject* to_object(const Tensor& tensor, PyTypeObject* type = nullptr);

/// Makes the types Tensor and Parameter and adds them to `module`. False with an exception set.
bool add_tensor_types(PyObject* module);

}  // namespace limpid::python
