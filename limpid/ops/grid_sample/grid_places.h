#pragma once
// Which elements along one axis take part where a grid names a place, and with which weight.

#include <cmath>
#include <cstdint>

#include "limpid/ops/grid_sample/grid_sample.h"

namespace limpid {

/// How a grid is read, without the strings.
struct GridReading {
  enum Mode { nearest, bilinear, bicubic } mode;
  enum Padding { zeros, border, reflection } padding;
  bool align_corners;
  bool volume;

  explicit GridReading(const GridSample& op, bool of_volumes)
      : mode(op.mode == "nearest"    ? nearest
             : op.mode == "bilinear" ? bilinear
                                     : bicubic),
        padding(op.padding_mode == "zeros"    ? zeros
                : op.padding_mode == "border" ? border
                                              : reflection),
        align_corners(op.align_corners),
        volume(of_volumes) {}
  int taps() const { return mode == nearest ? 1 : mode == bilinear ? 2 : 4; }
};

/// Elements place[k] with weight[k]; -1: outside, where there are zeros. slope[k] is the derivative
/// of weight[k] by the coordinate of the grid. C: float or double.
template <class C>
struct GridTaps {
  std::int64_t place[4];
  C weight[4], slope[4];
};

/// A coordinate in elements, and its derivative by that of the grid.
template <class C>
struct GridCoordinate {
  C x, slope;
};

/// Brought to the nearest of 0 ... last; NaN to 0. Borders have no slope themselves.
template <class C>
GridCoordinate<C> clipped(GridCoordinate<C> at, C last) {
  if (!(at.x > 0)) return {C(0), C(0)};
  if (!(at.x < last)) return {last, C(0)};
  return at;
}

/// Thrown back at `low` and at `high` until it lies between them.
template <class C>
GridCoordinate<C> reflected(GridCoordinate<C> at, C low, C high) {
  const C span = high - low;
  if (!(span > 0)) return {C(0), C(0)};
  const C from_low = std::abs(at.x - low), turns = std::floor(from_low / span);
  const C rest = from_low - turns * span, slope = at.x < low ? -at.slope : at.slope;
  if (std::fmod(turns, C(2)) == 0) return {rest + low, slope};
  return {high - rest, -slope};
}

/// What a padding mode makes of a coordinate.
template <class C>
GridCoordinate<C> padded(const GridReading& how, std::int64_t size, GridCoordinate<C> at) {
  const C last = static_cast<C>(size - 1);
  if (how.padding == GridReading::zeros) return at;
  if (how.padding == GridReading::reflection)
    at = how.align_corners ? reflected(at, C(0), last) : reflected(at, C(-0.5), last + C(0.5));
  return clipped(at, last);
}

/// Keys' cubic with a = -3/4 at distance t, and its slope.
template <class C>
void cubic(C t, C& weight, C& slope) {
  constexpr C a = C(-0.75);
  const C d = std::abs(t), sign = t < 0 ? C(-1) : C(1);
  if (d <= 1) {
    weight = ((a + 2) * d - (a + 3)) * d * d + 1;
    slope = sign * (3 * (a + 2) * d - 2 * (a + 3)) * d;
  } else {
    weight = ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;  // NaN comes here, and stays
    slope = sign * ((3 * a * d - 10 * a) * d + 8 * a);
  }
}

/// -1 for what is outside; images keep the weight there, so that a place that is no number gives
/// none, as in PyTorch.
template <class C>
void set_place(const GridReading& how, std::int64_t size, C x, int k, GridTaps<C>& out) {
  const bool inside = x >= 0 && x <= static_cast<C>(size - 1);
  out.place[k] = inside ? static_cast<std::int64_t>(x) : -1;
  if (!inside && how.volume) out.weight[k] = out.slope[k] = 0;
}

/// The taps of coordinate `g` (-1 ... 1 is inside) along an axis of `size` elements.
template <class C>
void read_grid(const GridReading& how, std::int64_t size, C g, GridTaps<C>& out) {
  const C half = static_cast<C>(how.align_corners ? size - 1 : size) / 2;
  const GridCoordinate<C> in_elements{(g + 1) * half - (how.align_corners ? C(0) : C(0.5)), half};
  if (how.mode == GridReading::bicubic) {
    const C low = std::floor(in_elements.x), t = in_elements.x - low;
    for (int k = 0; k < 4; ++k) {
      const C step = static_cast<C>(k - 1);
      cubic(t - step, out.weight[k], out.slope[k]);
      out.slope[k] *= half;
      set_place(how, size, padded<C>(how, size, {low + step, C(0)}).x, k, out);
    }
    return;
  }
  const GridCoordinate<C> at = padded(how, size, in_elements);
  if (how.mode == GridReading::nearest) {
    out.weight[0] = 1, out.slope[0] = 0;
    set_place(how, size, std::nearbyint(at.x), 0, out);
    return;
  }
  const C low = std::floor(at.x), part = at.x - low;
  out.weight[0] = 1 - part, out.slope[0] = -at.slope;
  out.weight[1] = part, out.slope[1] = at.slope;
  for (int k = 0; k < 2; ++k) set_place(how, size, low + static_cast<C>(k), k, out);
}

}  // namespace limpid
