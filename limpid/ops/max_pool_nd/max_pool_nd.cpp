#include "limpid/ops/max_pool_nd/max_pool_nd.h"

#include "limpid/op/autocast.h"
#include "limpid/op/composite.h"
#include "limpid/ops/gather/gather.h"
#include "limpid/ops/max_pool2d/windows.h"
#include "limpid/ops/pooling/pool_axes.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

void check(const MaxPool2d& slices, const MaxPool2d& deep, const Tensor& input, IntTriple kernel,
           IntTriple stride, const MaxPool3dOptions& o) {
  check_pool_order(input.dtype());
  check_pool_input(input.shape(), 3, "D, H, W");
  check_window_triple(kernel, "kernel_size", 1);
  check_window_triple(stride, "stride", 1);
  check_window_triple(o.padding, "padding", 0);
  check_window_triple(o.dilation, "dilation", 1);
  check_windows(window_axes(deep, Shape{input.size(-3), 1})[0], "depth", o.ceil_mode);
  const auto [rows, columns] = window_axes(slices, input.shape());
  check_windows(rows, "height", o.ceil_mode);
  check_windows(columns, "width", o.ceil_mode);
}

}  // namespace

MaxPoolResult max_pool1d_with_indices(const Tensor& input, std::int64_t kernel,
                                      MaxPool1dOptions o) {
  const MaxPool2d flat{
      {1, kernel}, {1, o.stride.value_or(kernel)}, {0, o.padding}, {1, o.dilation}, o.ceil_mode};
  return composite<MaxPool1d>({input}, [&]() -> MaxPoolResult {
    check_pool_order(input.dtype());
    check_pool_input(input.shape(), 1, "L");
    check_window_number(kernel, "kernel_size", 1);
    check_window_number(flat.stride.width, "stride", 1);
    check_window_number(o.padding, "padding", 0);
    check_window_number(o.dilation, "dilation", 1);
    check_windows(window_axes(flat, Shape{1, input.shape().back()})[1], "length", o.ceil_mode);
    const Tensors out = apply_many(flat, input.unsqueeze(-2));
    return {out[0].squeeze(-2), out[1].squeeze(-2)};
  });
}

MaxPoolResult max_pool3d_with_indices(const Tensor& input, IntTriple kernel, MaxPool3dOptions o) {
  if (autocast_widens(input)) return max_pool3d_with_indices(input.to(DType::f32), kernel, o);
  const IntTriple stride = o.stride.value_or(kernel);
  const MaxPool2d slices{{kernel.height, kernel.width},
                         {stride.height, stride.width},
                         {o.padding.height, o.padding.width},
                         {o.dilation.height, o.dilation.width},
                         o.ceil_mode};
  const MaxPool2d deep{{kernel.depth, 1},
                       {stride.depth, 1},
                       {o.padding.depth, 0},
                       {o.dilation.depth, 1},
                       o.ceil_mode};
  return composite<MaxPool3d>({input}, [&]() -> MaxPoolResult {
    check(slices, deep, input, kernel, stride, o);
    const Shape& x = input.shape();
    const int d = x.rank() - 3;
    const std::int64_t depth = x[d], slice = x[d + 1] * x[d + 2],
                       outer = numel(x) / (depth * slice);
    const Tensors flat = apply_many(slices, input.reshape({outer, depth, x[d + 1], x[d + 2]}));
    const std::int64_t windows = flat[0].size(2) * flat[0].size(3);
    const Tensors best = apply_many(deep, flat[0].reshape({outer, 1, depth, windows}));
    // The place within its slice, counted on through the slices before it.
    const Tensor before = arange(depth, {.dtype = DType::i64}) * Scalar(slice);
    const Tensor places = flat[1].reshape({outer, depth, windows}) + before.reshape({depth, 1});
    const std::int64_t out_depth = best[0].size(2);
    const Tensor winners = gather(places.reshape({outer, depth * windows}), 1,
                                  best[1].reshape({outer, out_depth * windows}));
    Shape out = x;
    out[d] = out_depth, out[d + 1] = flat[0].size(2), out[d + 2] = flat[0].size(3);
    return {best[0].reshape(out), winners.reshape(out)};
  });
}

Tensor max_pool1d(const Tensor& input, std::int64_t kernel_size, MaxPool1dOptions options) {
  return max_pool1d_with_indices(input, kernel_size, options).values;
}
Tensor max_pool3d(const Tensor& input, IntTriple kernel_size, MaxPool3dOptions options) {
  return max_pool3d_with_indices(input, kernel_size, options).values;
}

}  // namespace limpid
