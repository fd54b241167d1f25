// A window of a volume is a window of slices times one of depth, so both ways to pool it work one
// after the other: first in each slice, then across the slices.

#include "limpid/core/str.h"
#include "limpid/op/autocast.h"
#include "limpid/op/composite.h"
#include "limpid/ops/adaptive_pool/adaptive_pool.h"
#include "limpid/ops/gather/gather.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/pooling/pool_axes.h"
#include "limpid/ops/pooling/window.h"

namespace limpid {

namespace {

IntTriple checked_sizes(const Tensor& input, const AdaptiveSize3d& size) {
  const Shape& x = input.shape();
  check_pool_input(x, 3, "D, H, W");
  const int last = x.rank() - 1;
  const IntTriple sizes(size.depth.value_or(x[last - 2]), size.height.value_or(x[last - 1]),
                        size.width.value_or(x[last]));
  check_window_triple(sizes, "output_size", 0);
  return sizes;
}

/// `in` with its last three sizes replaced.
Shape output_shape(const Tensor& input, IntTriple size) {
  Shape out = input.shape();
  const int last = out.rank() - 1;
  out[last - 2] = size.depth, out[last - 1] = size.height, out[last] = size.width;
  return out;
}

/// (..., D, H, W) as (volumes, D, H, W).
Tensor volumes_of(const Tensor& input) { return input.dim() == 5 ? input.flatten(0, 1) : input; }

/// Nothing of the input, in a shape without elements.
Tensor nothing(const Tensor& input, const Shape& shape) {
  return input.reshape({-1}).narrow(0, 0, 0).reshape(shape);
}

}  // namespace

Tensor adaptive_avg_pool3d(const Tensor& input, AdaptiveSize3d output_size) {
  if (autocast_widens(input)) return adaptive_avg_pool3d(input.to(DType::f32), output_size);
  return composite<AdaptiveAvgPool3d>({input}, [&] {
    const IntTriple size = checked_sizes(input, output_size);
    check_pool_float(input.dtype());
    const Shape out = output_shape(input, size);
    if (numel(out) == 0) return nothing(input, out);
    const Tensor slices = adaptive_avg_pool2d(volumes_of(input), IntPair(size.height, size.width));
    const IntPair across(size.depth, size.height * size.width);
    return adaptive_avg_pool2d(slices.flatten(2).unsqueeze(1), across).reshape(out);
  });
}

AdaptiveMaxPoolResult adaptive_max_pool3d_with_indices(const Tensor& input,
                                                       AdaptiveSize3d output_size) {
  if (autocast_widens(input))
    return adaptive_max_pool3d_with_indices(input.to(DType::f32), output_size);
  return composite<AdaptiveMaxPool3d>({input}, [&]() -> AdaptiveMaxPoolResult {
    const IntTriple size = checked_sizes(input, output_size);
    check_pool_order(input.dtype());
    const Shape out = output_shape(input, size);
    if (numel(out) == 0) {
      const Tensor none = nothing(input, out);
      return {none, none.detach().to(DType::i64)};
    }
    const auto [best, places] =
        adaptive_max_pool2d_with_indices(volumes_of(input), IntPair(size.height, size.width));
    const std::int64_t windows = size.height * size.width;  // of a slice
    const auto [values, winners] = adaptive_max_pool2d_with_indices(best.flatten(2).unsqueeze(1),
                                                                    IntPair(size.depth, windows));
    // A winner is slice * windows + window; the first step knows its place in the slice.
    const Tensor flat = winners.flatten(1);
    const Tensor in_slice = gather(places.flatten(1), 1, flat);
    const Shape& x = input.shape();
    const std::int64_t plane = x[x.rank() - 2] * x[x.rank() - 1];
    const Tensor indices = floor_divide(flat, Scalar(windows)) * Scalar(plane) + in_slice;
    return {values.reshape(out), indices.reshape(out)};
  });
}

Tensor adaptive_max_pool3d(const Tensor& input, AdaptiveSize3d output_size) {
  return adaptive_max_pool3d_with_indices(input, output_size).values;
}

}  // namespace limpid
