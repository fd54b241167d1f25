#pragma once
// Operands as kernels want them: contiguous, and of a dtype that can be computed with.

#include <span>

#include "limpid/backends/cpu/scratch.h"
#include "limpid/core/shape.h"
#include "limpid/core/view.h"

namespace limpid {

/// What elements of a dtype are computed as: 16-bit floats as float32, integers as int64.
inline DType compute_dtype(DType dtype) {
  return dtype == DType::f64 ? DType::f64 : is_floating(dtype) ? DType::f32 : DType::i64;
}

/// Copies the elements of one layout and dtype over another's of the same shape.
void convert_elements(const AnyView& from, const AnyView& to);

/// A contiguous operand of the computing dtype: the tensor itself, or a copy of it.
class Operand {
 public:
  Operand(const AnyView& view, DType dtype);
  /// Brings the elements into the copy.
  Operand& read() {
    if (!as_is_) convert(view_, copy_);
    return *this;
  }
  /// Brings them back.
  void write() const {
    if (!as_is_) convert(copy_, view_);
  }
  void* data() const { return copy_.data; }
  template <class T>
  T* as() const {
    return static_cast<T*>(copy_.data);
  }

 private:
  void convert(const AnyView& from, const AnyView& to) const;

  AnyView view_, copy_;
  bool as_is_;
  Strides strides_;
  Scratch<char> room_;
};

}  // namespace limpid
