#include "limpid/ops/interpolate/interpolate.h"

#include <algorithm>
#include <cmath>

#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/ops/adaptive_pool/adaptive_pool.h"

namespace limpid {

namespace {

bool is_nearest(const Resampling& op) { return op.mode == "nearest" || op.mode == "nearest-exact"; }

/// Calls f(place in the image, place in the resampled image, weight) for every pair of elements of
/// one plane. Places are offsets from its first element.
template <class F>
void for_each_tap(const Taps& taps, const AnyView& image, const AnyView& resampled, F&& f) {
  const auto step = [](const AnyView& v, int axis) {  // of depth, height and width
    const int i = axis - 3 + v.rank;
    return i >= 2 ? v.strides[i] : 0;
  };
  const AxisTaps &d = taps.axes[0], &h = taps.axes[1], &w = taps.axes[2];
  for (std::int64_t z = 0; z < d.out * d.count; ++z)
    for (std::int64_t y = 0; y < h.out * h.count; ++y)
      for (std::int64_t x = 0; x < w.out * w.count; ++x) {
        const auto i = static_cast<std::size_t>(z), j = static_cast<std::size_t>(y),
                   k = static_cast<std::size_t>(x);
        const std::int64_t from =
            d.place[i] * step(image, 0) + h.place[j] * step(image, 1) + w.place[k] * step(image, 2);
        const std::int64_t to = z / d.count * step(resampled, 0) +
                                y / h.count * step(resampled, 1) + x / w.count * step(resampled, 2);
        f(from, to, d.weight[i] * h.weight[j] * w.weight[k]);
      }
}

/// Calls f(first element of the plane in a, in b) for each image and channel.
template <class F>
void for_each_plane(const AnyView& a, const AnyView& b, F&& f) {
  walk<2>(shape_of(a).first(2), {a.strides, b.strides}, [&](const auto& at) { f(at[0], at[1]); });
}

std::span<const std::int64_t> spatial(const Shape& shape) {
  return std::span<const std::int64_t>(shape).subspan(2);
}

}  // namespace

// ---- interpolate

Spec Interpolate::infer(const Inputs& in) const {
  Shape shape = resampled_shape(*this, in[0].shape);
  if (!is_nearest(*this) && !is_floating(in[0].dtype))
    throw DTypeError(str("mode \"", mode, "\" takes floats, not ", in[0].dtype,
                         "; convert the input with .to(DType::f32), or use \"nearest\""));
  return Spec(std::move(shape), in[0].dtype, in[0].device);
}

void Interpolate::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  if (y.numel == 0) return;
  const Taps taps(*this, shape_of(x).subspan(2));
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    for_each_plane(x, y, [&](std::int64_t image, std::int64_t resampled) {
      const T* from = static_cast<const T*>(x.data) + image;
      T* to = static_cast<T*>(y.data) + resampled;
      if (is_nearest(*this)) {
        for_each_tap(taps, x, y, [&](std::int64_t i, std::int64_t o, double) { to[o] = from[i]; });
        return;
      }
      std::vector<Wide<T>> total(static_cast<std::size_t>(numel(size)), Wide<T>(0));
      for_each_tap(taps, x, y, [&](std::int64_t i, std::int64_t o, double weight) {
        total[static_cast<std::size_t>(o)] += Wide<T>(from[i]) * static_cast<Wide<T>>(weight);
      });
      for (std::size_t o = 0; o < total.size(); ++o) to[o] = convert<T>(total[o]);
    });
  });
}

// dx[place] += w dy, for every element that dx[place] had a part in.
Tensors Interpolate::gradient(const Backward& b) const {
  return {apply(InterpolateBackward{{*this}, b.input_shape()}, b.dy())};
}

// ---- interpolate_backward

Spec InterpolateBackward::infer(const Inputs& in) const {
  checked_numel(shape);
  const Shape resampled = resampled_shape(*this, shape);
  if (!is_floating(in[0].dtype)) throw DTypeError(str("gradients are floats, not ", in[0].dtype));
  if (!(in[0].shape == resampled))
    throw ShapeError(
        str("the gradient has shape ", in[0].shape, ", but the resampled tensor ", resampled));
  return Spec(shape, in[0].dtype, in[0].device);
}

void InterpolateBackward::forward(Reference, const Io& io) const {
  const AnyView &dy = io.in[0], &dx = io.out[0];
  if (dx.numel == 0) return;
  const Taps taps(*this, spatial(shape));
  visit_float(dy.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    for_each_plane(dx, dy, [&](std::int64_t image, std::int64_t resampled) {
      const T* from = static_cast<const T*>(dy.data) + resampled;
      T* to = static_cast<T*>(dx.data) + image;
      std::vector<Wide<T>> total(static_cast<std::size_t>(numel(Shape(spatial(shape)))),
                                 Wide<T>(0));
      for_each_tap(taps, dx, dy, [&](std::int64_t i, std::int64_t o, double weight) {
        total[static_cast<std::size_t>(i)] += Wide<T>(from[o]) * static_cast<Wide<T>>(weight);
      });
      for (std::size_t i = 0; i < total.size(); ++i) to[i] = convert<T>(total[i]);
    });
  });
}

// d dy = what arrives, resampled.
Tensors InterpolateBackward::gradient(const Backward& b) const {
  return {apply(Interpolate{{*this}}, b.dy())};
}

// ---- the public form

namespace {

std::int64_t scaled_size(std::int64_t size, double factor) {
  if (!(factor > 0) || std::isinf(factor))
    throw ValueError(str("interpolate: scale_factor ", factor, " must be a positive number"));
  const double scaled = std::floor(static_cast<double>(size) * factor);
  constexpr double kMost = 9e15;
  if (scaled > kMost)
    throw ShapeError(str("interpolate: scale_factor ", factor, " makes size ", size,
                         " larger than can be addressed"));
  return static_cast<std::int64_t>(scaled);
}

/// Entry k of a list with one for each axis or one for all.
template <class List>
auto entry(const char* name, const List& list, std::size_t count, int k, int axes) {
  if (count != 1 && count != static_cast<std::size_t>(axes))
    throw ValueError(str("interpolate: ", name, " has ", count, " numbers, but the input has ",
                         axes, " spatial dimensions; one for each, or one for all"));
  return *(list.begin() + (count == 1 ? 0 : k));
}

}  // namespace

namespace {

/// Each element the mean of the area it covers.
Tensor averages(const Tensor& input, const Shape& size) {
  if (size.rank() == 1) return adaptive_avg_pool1d(input, size[0]);
  if (size.rank() == 2) return adaptive_avg_pool2d(input, {size[0], size[1]});
  if (size.rank() == 3) return adaptive_avg_pool3d(input, {size[0], size[1], size[2]});
  throw ShapeError(
      str("interpolate: mode \"area\" takes (N, C, W), (N, C, H, W) or (N, C, D, H, W)", ", got ",
          input.shape()));
}

}  // namespace

Tensor interpolate(const Tensor& input, const InterpolateOptions& options) {
  const std::size_t sizes = static_cast<std::size_t>(options.size.rank());
  const std::size_t factors = options.scale_factor.size();
  if ((sizes == 0) == (factors == 0))
    throw ValueError("interpolate: needs either size or scale_factor");
  Interpolate op;
  op.mode = options.mode;
  op.align_corners = options.align_corners;
  double* const scales[3] = {&op.depth_scale, &op.height_scale, &op.width_scale};
  const int axes = input.dim() - 2;
  for (int k = 0; k < axes; ++k) {
    if (sizes) {
      op.size.push_back(entry("size", options.size, sizes, k, axes));
      continue;
    }
    const double factor = entry("scale_factor", options.scale_factor, factors, k, axes);
    op.size.push_back(scaled_size(input.shape()[k + 2], factor));
    if (axes <= 3 && !options.recompute_scale_factor) *scales[3 - axes + k] = factor;
  }
  if (op.mode != "area") return apply(op, input);
  if (op.align_corners) throw ValueError("interpolate: mode \"area\" takes no align_corners");
  return averages(input, op.size);
}

}  // namespace limpid
