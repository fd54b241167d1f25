#pragma once
// C++ errors as Python exceptions. Each is also what PyTorch would raise: ShapeError is a
// RuntimeError and a ValueError, IndexError an IndexError and a RuntimeError, ...

#include <Python.h>

namespace limpid::python {

/// Makes the exception classes and adds them to `module`. False with an exception set.
bool add_errors(PyObject* module);

/// Inside a catch block: sets the Python exception that stands for the C++ one in flight.
void set_python_error() noexcept;

/// Runs `f`; null, with an exception set, when it throws.
template <class F>
PyObject* guarded(F&& f) noexcept {
  try {
    return f();
  } catch (...) {
    set_python_error();
    return nullptr;
  }
}

}  // namespace limpid::python
