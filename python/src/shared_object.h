#pragma once
// Python objects that C++ keeps.

#include <nanobind/nanobind.h>

#include <memory>

#include "gil.h"

namespace limpid::python {

/// `object` in a handle that may be copied and dropped on any thread, with or without the lock.
inline std::shared_ptr<nanobind::object> shared_object(nanobind::object object) {
  return {new nanobind::object(std::move(object)), [](nanobind::object* p) {
            if (!Py_IsInitialized()) return;  // Python is gone, and the object with it
            Lock lock;
            delete p;
          }};
}

}  // namespace limpid::python
