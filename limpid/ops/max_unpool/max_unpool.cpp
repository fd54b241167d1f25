#include "limpid/ops/max_unpool/max_unpool.h"

#include <algorithm>
#include <span>

#include "limpid/core/place.h"
#include "limpid/core/str.h"
#include "limpid/op/autocast.h"
#include "limpid/op/composite.h"
#include "limpid/ops/pooling/pool_axes.h"
#include "limpid/ops/pooling/window.h"
#include "limpid/ops/scatter/scatter.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// Size along one axis.
std::int64_t unpooled(const char* axis, std::int64_t size, std::int64_t kernel, std::int64_t stride,
                      std::int64_t padding, std::optional<std::int64_t> wanted) {
  if (size > std::int64_t{1} << 30) throw ShapeError(str("the ", axis, " is impossibly large"));
  const std::int64_t usual = (size - 1) * stride - 2 * padding + kernel;
  if (wanted && (*wanted <= usual - stride || *wanted >= usual + stride))
    throw ValueError(str("output_size ", *wanted, " along the ", axis, " must lie between ",
                         usual - stride + 1, " and ", usual + stride - 1));
  const std::int64_t out = wanted.value_or(usual);
  if (out < 1)
    throw ShapeError(
        str("the output would have ", out, " elements along the ", axis, "; use less padding"));
  return out;
}

void check_indices(const Tensor& input, const Tensor& indices, std::int64_t plane) {
  if (indices.dtype() != DType::i64)
    throw DTypeError(str("indices must be int64, got ", indices.dtype()));
  if (!(indices.shape() == input.shape()))
    throw ShapeError(str("indices must have the shape of the input, ", input.shape(), ", got ",
                         indices.shape()));
  const Tensor dense = indices.contiguous();
  const std::span values(dense.data<std::int64_t>(), static_cast<std::size_t>(dense.numel()));
  const auto outside = std::find_if(values.begin(), values.end(), [plane](std::int64_t index) {
    return index < 0 || index >= plane;
  });
  if (outside != values.end())
    throw IndexError(str("index ", *outside, " at ",
                         place_of(outside - values.begin(), indices.shape()),
                         " is outside the output, whose planes have ", plane, " elements"));
}

/// (planes, windows) put into (planes, places); `out` is the whole shape.
Tensor put(const Tensor& input, const Tensor& indices, const Shape& out, std::int64_t places) {
  const std::int64_t planes = numel(out) / places;
  const std::int64_t windows = planes ? input.numel() / planes : 0;
  const Tensor nothing =
      zeros({planes, places}, {.dtype = input.dtype(), .device = input.device()});
  return scatter(nothing, 1, indices.reshape({planes, windows}), input.reshape({planes, windows}))
      .reshape(out);
}

}  // namespace

Tensor max_unpool2d(const Tensor& input, const Tensor& indices, IntPair kernel,
                    MaxUnpool2dOptions o) {
  if (autocast_widens(input)) return max_unpool2d(input.to(DType::f32), indices, kernel, o);
  return composite<MaxUnpool2d>({input, indices}, [&]() -> Tensor {
    const IntPair stride = o.stride.value_or(kernel);
    check_pool_input(input.shape(), 2, "H, W");
    check_window_pair(kernel, "kernel_size", 1);
    check_window_pair(stride, "stride", 1);
    check_window_pair(o.padding, "padding", 0);
    const auto wanted = [&](std::int64_t IntPair::*of) {
      return o.output_size ? std::optional((*o.output_size).*of) : std::nullopt;
    };
    Shape out = input.shape();
    const int last = out.rank() - 1;
    out[last - 1] = unpooled("height", out[last - 1], kernel.height, stride.height,
                             o.padding.height, wanted(&IntPair::height));
    out[last] = unpooled("width", out[last], kernel.width, stride.width, o.padding.width,
                         wanted(&IntPair::width));
    checked_numel(out);
    check_indices(input, indices, out[last - 1] * out[last]);
    return put(input, indices, out, out[out.rank() - 2] * out.back());
  });
}

Tensor max_unpool1d(const Tensor& input, const Tensor& indices, std::int64_t kernel,
                    MaxUnpool1dOptions o) {
  if (autocast_widens(input)) return max_unpool1d(input.to(DType::f32), indices, kernel, o);
  return composite<MaxUnpool1d>({input, indices}, [&] {
    const std::int64_t stride = o.stride.value_or(kernel);
    check_pool_input(input.shape(), 1, "L");
    check_window_number(kernel, "kernel_size", 1);
    check_window_number(stride, "stride", 1);
    check_window_number(o.padding, "padding", 0);
    Shape out = input.shape();
    std::int64_t& length = out[out.rank() - 1];
    length = unpooled("length", length, kernel, stride, o.padding, o.output_size);
    check_indices(input, indices, length);
    return put(input, indices, out, out.back());
  });
}

Tensor max_unpool3d(const Tensor& input, const Tensor& indices, IntTriple kernel,
                    MaxUnpool3dOptions o) {
  if (autocast_widens(input)) return max_unpool3d(input.to(DType::f32), indices, kernel, o);
  return composite<MaxUnpool3d>({input, indices}, [&]() -> Tensor {
    const IntTriple stride = o.stride.value_or(kernel);
    check_pool_input(input.shape(), 3, "D, H, W");
    check_window_triple(kernel, "kernel_size", 1);
    check_window_triple(stride, "stride", 1);
    check_window_triple(o.padding, "padding", 0);
    Shape out = input.shape();
    const auto grow = [&](int axis, const char* name, std::int64_t IntTriple::*of) {
      std::int64_t& size = out[out.rank() - 3 + axis];
      size = unpooled(name, size, kernel.*of, stride.*of, o.padding.*of,
                      o.output_size ? std::optional((*o.output_size).*of) : std::nullopt);
      return size;
    };
    const std::int64_t depth = grow(0, "depth", &IntTriple::depth);
    const std::int64_t height = grow(1, "height", &IntTriple::height);
    const std::int64_t width = grow(2, "width", &IntTriple::width);
    checked_numel(out);
    check_indices(input, indices, depth * height * width);
    return put(input, indices, out, depth * height * width);
  });
}

}  // namespace limpid
