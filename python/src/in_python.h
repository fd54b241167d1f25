#pragma once
// Messages of the library give advice in C++; here they are said in Python.

#include <string>

namespace limpid::python {

/// `.to(DType::f32)` and `.to(float32)` become `.to(limpid.float32)`; `training = false` and
/// `{.dim = 1}` become `training=False` and `dim=1`; `ne(c, 0)` becomes `c != 0`; what is undefined
/// is None.
std::string in_python(std::string text);

}  // namespace limpid::python
