// grid_sample written in public ops: what its gradient differentiates, as often as one likes.

#include <algorithm>
#include <array>

#include "limpid/ops/gather/gather.h"
#include "limpid/ops/grid_sample/grid_sample.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

Tensor operator*(const Tensor& a, double b) { return a * Scalar(b); }
Tensor operator+(const Tensor& a, double b) { return a + Scalar(b); }

/// The only numbers a padding mode may give: 0 ... last; NaN becomes 0. As in PyTorch the borders
/// themselves have no gradient.
Tensor clipped(const Tensor& x, double last) {
  const Tensor inside = logical_and(gt(x, Scalar(0.0)), lt(x, Scalar(last)));
  const Tensor border = x.detach().clamp(Scalar(0.0), Scalar(last));
  return where(inside, x, where(eq(border, border), border, zeros_like(border)));
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
  const GridSample& options;

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
    const Tensor beyond =
        logical_not(logical_and(ge(place, Scalar(0.0)), le(place, Scalar(axes[i].last()))));
    const Tensor safe = where(beyond, zeros_like(place), place).to(DType::i64);
    index = i ? index * Scalar(axes[i].size) + safe : safe;
    outside = i ? logical_or(outside, beyond) : beyond;
    if (taps[i]->weight.defined())
      weight = weight.defined() ? weight * taps[i]->weight : taps[i]->weight;
  }
  const std::int64_t n = flat.size(0), c = flat.size(1),
                     p = index.numel() / std::max(n, std::int64_t{1});
  const auto for_channels = [&](const Tensor& t) { return t.reshape({n, 1, p}); };
  const Tensor values = gather(flat, 2, for_channels(index).expand({n, c, p}));
  // In images 0 times the weight, so that a place that is no number gives none, as in PyTorch.
  const Tensor known = values.masked_fill(for_channels(outside), 0.0);
  if (!weight.defined()) return known;
  if (axes.size() == 3) weight = weight.masked_fill(outside, 0.0);
  return known * for_channels(weight);
}

}  // namespace

Tensor recorded_grid_sample(const Tensor& input, const Tensor& grid, const GridSample& options) {
  const int count = input.dim() - 2;
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
}

}  // namespace limpid
