#pragma once
// A bool for which PyTorch takes 0 and 1 too.

#include "casters.h"

namespace limpid::python {

struct Flag {
  bool on = false;
};

}  // namespace limpid::python

namespace nanobind::detail {

template <>
struct type_caster<limpid::python::Flag> {
  NB_TYPE_CASTER(limpid::python::Flag, const_name("bool"))
  bool from_python(handle source, std::uint8_t, cleanup_list*) noexcept {
    if (!PyLong_Check(source.ptr())) return false;  // bools too
    value.on = PyObject_IsTrue(source.ptr()) == 1;
    return true;
  }
  static handle from_cpp(limpid::python::Flag v, rv_policy, cleanup_list*) noexcept {
    return Py_NewRef(v.on ? Py_True : Py_False);
  }
};

}  // namespace nanobind::detail
