#include <algorithm>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/grid_sample/grid_sample.h"
#include "limpid/ops/matmul/matmul.h"
#include "limpid/ops/meshgrid/meshgrid.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/stack/stack.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// -1 ... 1: the centres of n elements.
Tensor centres(std::int64_t n, bool align_corners, const TensorOptions& options) {
  if (n == 1) return zeros({1}, options);
  const double edge = align_corners ? 1 : static_cast<double>(n - 1) / static_cast<double>(n);
  return linspace(-edge, edge, n, options);
}

}  // namespace

Tensor affine_grid(const Tensor& theta, const Shape& size, bool align_corners) {
  return composite<AffineGrid>({theta}, [&] {
    const int axes = size.rank() - 2;
    if (axes != 2 && axes != 3)
      throw ShapeError(str("size must be (N, C, H, W) or (N, C, D, H, W), got ", size));
    if (!(theta.shape() == Shape{size[0], axes, axes + 1}))
      throw ShapeError(str("theta must have shape ", Shape{size[0], axes, axes + 1},
                           " for the size ", size, ", got ", theta.shape()));
    if (!is_floating(theta.dtype()))
      throw DTypeError(str("theta must be floats, got ", theta.dtype()));
    const TensorOptions like{.dtype = theta.dtype(), .device = theta.device()};
    std::vector<Tensor> along;
    for (int i = 0; i < axes; ++i) {
      if (size[2 + i] < 1)
        throw ShapeError(str("size must be positive along every axis, got ", size));
      along.push_back(centres(size[2 + i], align_corners, like));
    }
    std::vector<Tensor> places = meshgrid(along);  // z, y, x
    std::reverse(places.begin(), places.end());
    places.push_back(ones(Shape(std::span(size.begin() + 2, size.end())), like));
    const Tensor base = stack(places, -1).reshape({1, -1, axes + 1});
    Shape out(std::span(size.begin() + 2, size.end()));
    out.insert(0, size[0]);
    out.push_back(axes);
    return matmul(base, theta.transpose(1, 2)).reshape(out);
  });
}

}  // namespace limpid
