#pragma once
// The classes of limpid/_types.py that C++ makes objects of.

#include <Python.h>

namespace limpid::python {

extern PyObject *dtype_class, *size_class;
void load_python_types();

}  // namespace limpid::python
