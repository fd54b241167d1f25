#pragma once
// Python's operators on tensors: a + b, a @ b, a < b, -a, a += b, bool(a), float(a), len(a). Slots
// of the type are plain C functions, the shortest way from the interpreter to an op.

#include <Python.h>

#include <vector>

namespace limpid::python {

void add_number_slots(std::vector<PyType_Slot>& slots);

}  // namespace limpid::python
