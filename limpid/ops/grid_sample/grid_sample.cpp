#include "limpid/ops/grid_sample/grid_sample.h"

#include <algorithm>
#include <array>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/gather/gather.h"
#include "limpid/ops/matmul/matmul.h"
#include "limpid/ops/meshgrid/meshgrid.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/stack/stack.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

Tensor operator*(const Tensor& a, double b) { return a * Scalar(b); }
Tensor operator+(const Tensor& a, double b) { return a + Scalar(b); }

/// The only numbers a padding mode may give: 0 ... last. As in PyTorch the borders themselves have
/// no gradient.
Tensor clipped(const Tensor& x, double last) {
  const Tensor inside = logical_and(gt(x, Scalar(0.0)), lt(x, Scalar(last)));
  return where(inside, x, x.detach().clamp(Scalar(0.0), Scalar(last)));
}

/// x thrown back at `low` and at `high` until it lies between them.
Tensor reflected(const Tensor& x, double low, double high) {
  const double span = high - low;
  if (!(span > 0)) return x * 0.0;
  const Tensor from_low = abs(x + (-low));
  const Tensor turns = floor(from_low.detach() * (1 / span));
  const Tensor rest = from_low - turns * span;
  const Tensor there = eq(remainder(turns, Scalar(2.0)), Scalar(0.0));
  return where(there, rest + low, rest * -1.0 + high);
}

/// One axis of the input and how it is read.
struct Axis {
  std::int64_t size;
  const GridSampleOptions& options;

  double last() const { return static_cast<double>(size - 1); }
  /// Coordinates of -1 ... 1 in elements.
  Tensor in_elements(const Tensor& x) const {
    const double half = 0.5 * (options.align_corners ? last() : static_cast<double>(size));
    const Tensor scaled = (x + 1.0) * half;
    return options.align_corners ? scaled : scaled + -0.5;
  }
  /// Coordinates in elements, brought inside by "border" and "reflection".
  Tensor brought_in(const Tensor& x) const {
    if (options.padding_mode == "zeros") return x;
    if (options.padding_mode == "border") return clipped(x, last());
    const Tensor back =
        options.align_corners ? reflected(x, 0, last()) : reflected(x, -0.5, last() + 0.5);
    return clipped(back, last());
  }
};

/// An element along one axis that takes part: its place (a float), and with which weight; without
/// one, 1.
struct Tap {
  Tensor place, weight;
};

/// Keys' cubic with a = -3/4: elements at distances 1 + t, t, 1 - t and 2 - t.
std::array<Tensor, 4> cubic_weights(const Tensor& t) {
  constexpr double a = -0.75;
  const auto near = [&](const Tensor& x) { return (x * (a + 2) + -(a + 3)) * x * x + 1.0; };
  const auto far = [&](const Tensor& x) { return ((x * a + -5 * a) * x + 8 * a) * x + -4 * a; };
  const Tensor u = t * -1.0 + 1.0;
  return {far(t + 1.0), near(t), near(u), far(u + 1.0)};
}

std::vector<Tap> taps_of(const Axis& axis, const Tensor& coordinate) {
  const Tensor x = axis.in_elements(coordinate);
  const std::string& mode = axis.options.mode;
  if (mode == "nearest") return {{round(axis.brought_in(x.detach())), Tensor()}};
  if (mode == "bilinear") {
    const Tensor inside = axis.brought_in(x), low = floor(inside.detach());
    const Tensor part = inside - low;
    return {{low, part * -1.0 + 1.0}, {low + 1.0, part}};
  }
  const Tensor low = floor(x.detach());
  const std::array<Tensor, 4> weights = cubic_weights(x - low);
  std::vector<Tap> taps;
  for (int k = 0; k < 4; ++k)
    taps.push_back({axis.brought_in(low + (k - 1.0)), weights[static_cast<std::size_t>(k)]});
  return taps;
}

/// Elements of (N, C, S) at the places that one tap of each axis names, weighted; 0 outside.
Tensor contribution(const Tensor& flat, std::span<const Axis> axes,
                    std::span<const Tap* const> taps) {
  Tensor index, weight, outside;
  for (std::size_t i = 0; i < axes.size(); ++i) {  // from the outermost axis in
    const Tensor& place = taps[i]->place;
    const Scalar last(axes[i].last());
    const Tensor beyond = logical_not(logical_and(ge(place, Scalar(0.0)), le(place, last)));
    const Tensor safe = place.clamp(Scalar(0.0), last).to(DType::i64);
    index = i ? index * Scalar(axes[i].size) + safe : safe;
    outside = i ? logical_or(outside, beyond) : beyond;
    if (taps[i]->weight.defined())
      weight = weight.defined() ? weight * taps[i]->weight : taps[i]->weight;
  }
  const std::int64_t n = flat.size(0), c = flat.size(1),
                     p = index.numel() / std::max(n, std::int64_t{1});
  const auto for_channels = [&](const Tensor& t) { return t.reshape({n, 1, p}); };
  const Tensor values = gather(flat, 2, for_channels(index).expand({n, c, p}));
  const Tensor weighted = weight.defined() ? values * for_channels(weight) : values;
  return weighted.masked_fill(for_channels(outside), 0.0);
}

void check_options(const GridSampleOptions& o, int axes) {
  if (o.mode != "bilinear" && o.mode != "nearest" && o.mode != "bicubic")
    throw ValueError(
        str("mode must be \"bilinear\", \"nearest\" or \"bicubic\", not \"", o.mode, "\""));
  if (o.mode == "bicubic" && axes == 3)
    throw ValueError("mode \"bicubic\" takes images (N, C, H, W), not volumes");
  if (o.padding_mode != "zeros" && o.padding_mode != "border" && o.padding_mode != "reflection")
    throw ValueError(str("padding_mode must be \"zeros\", \"border\" or \"reflection\", not \"",
                         o.padding_mode, "\""));
}

void check_inputs(const Tensor& input, const Tensor& grid) {
  const int axes = input.dim() - 2;
  if (axes != 2 && axes != 3)
    throw ShapeError(str("input must be (N, C, H, W) or (N, C, D, H, W), got ", input.shape()));
  if (grid.dim() != input.dim() || grid.size(-1) != axes || grid.size(0) != input.size(0))
    throw ShapeError(str("grid must have shape (", input.size(0),
                         axes == 2 ? ", OH, OW, 2" : ", OD, OH, OW, 3", ") beside an input of ",
                         input.shape(), ", got ", grid.shape()));
  for (int axis = 2; axis < input.dim(); ++axis)
    if (input.size(axis) == 0)
      throw ShapeError(str("dimension ", axis, " of the input is empty: there is nothing to read"));
  if (!is_floating(input.dtype()) || grid.dtype() != input.dtype())
    throw DTypeError(str("input and grid must be floats of one dtype, got ", input.dtype(), " and ",
                         grid.dtype()));
}

/// -1 ... 1: the centres of n elements.
Tensor centres(std::int64_t n, bool align_corners, const TensorOptions& options) {
  if (n == 1) return zeros({1}, options);
  const double edge = align_corners ? 1 : static_cast<double>(n - 1) / static_cast<double>(n);
  return linspace(-edge, edge, n, options);
}

}  // namespace

Tensor grid_sample(const Tensor& input, const Tensor& grid, const GridSampleOptions& options) {
  return composite<GridSample>({input, grid}, [&] {
    check_inputs(input, grid);
    const int count = input.dim() - 2;
    check_options(options, count);
    std::vector<Axis> axes;
    std::vector<std::vector<Tap>> taps;
    for (int i = 0; i < count; ++i) {  // depth, height, width; the grid has them in reverse
      axes.push_back({input.size(2 + i), options});
      taps.push_back(taps_of(axes.back(), grid.select(-1, count - 1 - i)));
    }
    const Tensor flat = input.flatten(2);
    const std::size_t each = taps[0].size();
    std::size_t combinations = 1;
    for (int i = 0; i < count; ++i) combinations *= each;
    Tensor sum;
    for (std::size_t number = 0; number < combinations; ++number) {
      std::vector<const Tap*> chosen;
      std::size_t rest = number;
      for (const std::vector<Tap>& of_axis : taps)
        chosen.push_back(&of_axis[rest % each]), rest /= each;
      const Tensor part = contribution(flat, axes, chosen);
      sum = sum.defined() ? sum + part : part;
    }
    Shape out{input.size(0), input.size(1)};
    for (int i = 1; i <= count; ++i) out.push_back(grid.size(i));
    return sum.reshape(out);
  });
}

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
