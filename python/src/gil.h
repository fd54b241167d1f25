#pragma once
// When Python's global lock is let go: around work that is worth it. Releasing it costs some 30 ns,
// so small ops keep it.

#include <Python.h>

#include "limpid/tensor/tensor.h"

namespace limpid::python {

inline constexpr std::int64_t kUnlockFrom = 16384;  ///< elements

/// Gives the lock up while it lives.
class Unlock {
 public:
  explicit Unlock(bool on = true) : state_(on ? PyEval_SaveThread() : nullptr) {}
  ~Unlock() {
    if (state_) PyEval_RestoreThread(state_);
  }
  Unlock(const Unlock&) = delete;
  Unlock& operator=(const Unlock&) = delete;

 private:
  PyThreadState* state_;
};

/// Takes it while it lives, whether or not this thread has it: around calls of Python from C++.
class Lock {
 public:
  Lock() : state_(PyGILState_Ensure()) {}
  ~Lock() { PyGILState_Release(state_); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  PyGILState_STATE state_;
};

template <class T>
std::int64_t elements_of(const T&) {
  return 0;
}
inline std::int64_t elements_of(const Tensor& tensor) {
  return tensor.defined() ? tensor.numel() : 0;
}
inline std::int64_t elements_of(const std::vector<Tensor>& tensors) {
  std::int64_t n = 0;
  for (const Tensor& tensor : tensors) n += elements_of(tensor);
  return n;
}
template <class T>
std::int64_t elements_of(const std::optional<T>& value) {
  return value ? elements_of(*value) : 0;
}

/// f(), without the lock when the tensors among `arguments` are large.
template <class F, class... A>
decltype(auto) unlocked(F&& f, const A&... arguments) {
  const Unlock unlock((elements_of(arguments) + ... + 0) >= kUnlockFrom);
  return f();
}

}  // namespace limpid::python
