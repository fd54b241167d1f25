#pragma once
// A tensor in row-major order: its own memory where it lies so, else a copy in scratch memory.

#include "limpid/backends/cpu/scratch.h"
#include "limpid/backends/cpu/strided_copy.h"
#include "limpid/core/walk.h"

namespace limpid {

class DenseCopy {
 public:
  explicit DenseCopy(const AnyView& x)
      : view_(x),
        strides_(contiguous_strides(Shape(shape_of(x)))),
        copy_(x.contiguous ? 0 : x.numel * static_cast<std::int64_t>(size_of(x.dtype))) {
    if (x.contiguous) return;
    copy_strided(copy_.data(), strides_.data(), x.data, x.strides, shape_of(x), size_of(x.dtype));
    view_.data = copy_.data();
    view_.strides = strides_.data();
    view_.contiguous = true;
  }
  DenseCopy(const DenseCopy&) = delete;
  const AnyView& view() const { return view_; }

 private:
  AnyView view_;
  Strides strides_;
  Scratch<char> copy_;
};

}  // namespace limpid
