#pragma once
// Slices of tensors along one axis, and zeros around them, for what is made of conv2d.

#include "limpid/ops/slice/slice.h"

namespace limpid {

/// Entries start, start + step, ... (`size` of them) along `axis`: a view.
inline Tensor slices(const Tensor& x, int axis, std::int64_t start, std::int64_t size,
                     std::int64_t step) {
  SliceRegion region = SliceRegion::all(x.shape());
  region.begin[axis] = start, region.size[axis] = size, region.step[axis] = step;
  return apply(StridedSlice{region}, x);
}

/// The reverse: x at start, start + step, ... of an axis of `size` zeros.
inline Tensor among_zeros(const Tensor& x, int axis, std::int64_t start, std::int64_t size,
                          std::int64_t step = 1) {
  SliceRegion region = SliceRegion::all(x.shape());
  region.begin[axis] = start, region.step[axis] = step;
  Shape shape = x.shape();
  shape[axis] = size;
  return apply(SliceBackward{region, shape}, x);
}

}  // namespace limpid
