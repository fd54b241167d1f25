#pragma once
// Memory for the time of one kernel call, from the caching allocator: warm after the first call.

#include <cstddef>
#include <cstdint>

#include "limpid/tensor/allocator.h"

namespace limpid {

/// `count` elements of plain type T, aligned to 64 bytes, not initialised.
template <class T>
class Scratch {
 public:
  explicit Scratch(std::int64_t count)
      : bytes_(static_cast<std::size_t>(count) * sizeof(T)),
        data_(bytes_ ? static_cast<T*>(allocate(bytes_)) : nullptr) {}
  ~Scratch() {
    if (data_) deallocate(data_, bytes_);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  T* data() const { return data_; }

 private:
  std::size_t bytes_;
  T* data_;
};

}  // namespace limpid
