#pragma once
// The windows of a pooling, along one side of an image.

#include <algorithm>

#include "limpid/core/view.h"
#include "limpid/ops/max_pool2d/max_pool2d.h"

namespace limpid {

/// Window i begins at i step - padding, and looks at `kernel` places that lie `dilation` apart.
struct Side {
  std::int64_t size, kernel, step, padding, dilation;

  std::int64_t begin(std::int64_t i) const { return i * step - padding; }
  /// First and one past the last place of the kernel that lie inside the image.
  std::int64_t first(std::int64_t i) const {
    const std::int64_t at = begin(i);
    return at >= 0 ? 0 : (-at + dilation - 1) / dilation;
  }
  std::int64_t last(std::int64_t i) const {
    return std::min(kernel, (size - begin(i) + dilation - 1) / dilation);
  }
};

/// The planes (images and channels) of input and outputs, as one list.
struct Planes {
  std::int64_t count, channels, height, width;  // height and width of the output
  Side rows, columns;

  Planes(const MaxPool2d& op, const AnyView& x, const AnyView& y)
      : count(x.rank == 4 ? x.shape[0] * x.shape[1] : x.shape[0]), channels(x.shape[x.rank - 3]),
        height(y.shape[y.rank - 2]), width(y.shape[y.rank - 1]),
        rows{x.shape[x.rank - 2], op.kernel_size.height, op.step().height, op.padding.height,
             op.dilation.height},
        columns{x.shape[x.rank - 1], op.kernel_size.width, op.step().width, op.padding.width,
                op.dilation.width} {}

  /// Offset of a plane of a (N, C, H, W) or (C, H, W) view.
  std::int64_t offset(const AnyView& v, std::int64_t plane) const {
    const std::int64_t* s = v.strides + v.rank - 3;
    return v.rank == 3 ? plane * s[0] : plane / channels * v.strides[0] + plane % channels * s[0];
  }
};

}  // namespace limpid
