#pragma once
// What a kernel sees of a tensor: a pointer, sizes and strides; no ownership, no record.

#include <cstdint>
#include <initializer_list>
#include <span>

#include "limpid/core/dtype.h"

namespace limpid {

/// A tensor of elements of type T. Strides count elements and may be 0 or negative.
template <class T>
struct TensorView {
  T* data = nullptr;
  const std::int64_t* shape = nullptr;
  const std::int64_t* strides = nullptr;
  std::int64_t numel = 0;
  int rank = 0;
  bool contiguous = true;

  /// Element at an index, one number an axis.
  T& at(std::initializer_list<std::int64_t> index) const {
    std::int64_t offset = 0;
    int axis = 0;
    for (std::int64_t i : index) offset += i * strides[axis++];
    return data[offset];
  }
};

struct Storage;

/// The same without the element type. An optional input that was not given has data == nullptr and
/// rank == -1.
struct AnyView {
  void* data = nullptr;
  const std::int64_t* shape = nullptr;
  const std::int64_t* strides = nullptr;
  std::int64_t numel = 0;
  std::int8_t rank = -1;
  DType dtype = DType::f32;
  bool contiguous = true;
  Storage* storage = nullptr;  ///< of a tensor: what kernels pack of its elements stays there

  bool defined() const { return rank >= 0; }
  template <class T>
  TensorView<T> as() const {
    return {static_cast<T*>(data), shape, strides, numel, rank, contiguous};
  }
};

/// Inputs and outputs of one kernel call.
struct Io {
  std::span<const AnyView> in;
  std::span<const AnyView> out;
};

}  // namespace limpid
