// Bilinear grid_sample over many places at once, compiled once a SIMD level: plain loops that the
// compiler makes vectors of. The formulas are those of grid_places.h.

#include <algorithm>

#include "limpid/ops/grid_sample/bilinear_loops.h"

namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

/// f(j) for all places.
template <class F>
inline void each(std::int64_t count, const F& f) {
  for (std::int64_t j = 0; j < count; ++j) f(j);
}

/// Borders: a coordinate outside [0, last] is brought to its end, NaN to 0, and has no slope there.
template <class T>
void stay_inside(std::int64_t count, double last, double* __restrict x, T* __restrict slope) {
  each(count, [=](auto j) { slope[j] = x[j] > 0 && x[j] < last ? slope[j] : T(0); });
  each(count, [=](auto j) { x[j] = x[j] > 0 ? x[j] : 0; });
  each(count, [=](auto j) { x[j] = x[j] < last ? x[j] : last; });
}

/// One axis: the element before each place, and how far the place is from it. Coordinates are in
/// float64, since a small weight is the difference of large ones. -1 and `size - 1` have one
/// neighbour inside; what is further out counts as -2 or `size`, and infinities and NaN, which are
/// far from anything, have NaN for a distance. Loops of one step each, since GCC makes no vectors
/// of all at once.
template <class T>
void find_along(const T* grid, std::int64_t count, double size, bool align_corners, bool border,
                std::int32_t* __restrict low, double* __restrict part, T* __restrict slope) {
  const double half = (align_corners ? size - 1 : size) / 2, shift = align_corners ? 0 : 0.5;
  double x[kBilinearPlaces], bounded[kBilinearPlaces], before[kBilinearPlaces];
  T given[kBilinearPlaces];
  each(count, [&](auto j) { given[j] = grid[2 * j]; });
  each(count, [&](auto j) { x[j] = (static_cast<double>(given[j]) + 1) * half - shift; });
  each(count, [&](auto j) { slope[j] = static_cast<T>(half); });
  if (border) stay_inside(count, size - 1, x, slope);
  each(count, [&](auto j) {
    const double most = x[j] < size ? x[j] : size;
    bounded[j] = most > -2 ? most : -2;
  });
  each(count, [&](auto j) {
    const auto whole = static_cast<double>(static_cast<std::int32_t>(bounded[j]));
    before[j] = whole - (whole > bounded[j] ? 1.0 : 0.0);
  });
  each(count, [&](auto j) { low[j] = static_cast<std::int32_t>(before[j]); });
  each(count, [&](auto j) { part[j] = (bounded[j] - before[j]) + (x[j] - x[j]); });
}

/// Offsets of the elements at (row, column), which are `down` and `right` of the top left ones.
template <class T>
std::int32_t set_offsets(const BilinearGrid<T>& g, const std::int32_t* top,
                         const std::int32_t* left, std::int32_t down, std::int32_t right,
                         std::int64_t count, std::int32_t* __restrict offset) {
  const auto height = static_cast<std::uint32_t>(g.height),
             width = static_cast<std::uint32_t>(g.width);
  std::int32_t all = 0;
  each(count, [&](auto j) {
    const std::int32_t row = top[j] + down, column = left[j] + right;
    const std::int32_t out = static_cast<std::int32_t>(
        -static_cast<std::int32_t>(static_cast<std::uint32_t>(row) >= height) |
        -static_cast<std::int32_t>(static_cast<std::uint32_t>(column) >= width));
    offset[j] = out | (row * g.row + column * g.column);  // -1, all bits, where outside
    all |= offset[j];
  });
  return all;
}

template <class T>
void find(const BilinearGrid<T>& g, BilinearPlaces<T>& out) {
  std::int32_t left[kBilinearPlaces], top[kBilinearPlaces];
  double right[kBilinearPlaces], down[kBilinearPlaces];
  const std::int64_t n = out.count;
  const auto w = static_cast<double>(g.width), h = static_cast<double>(g.height);
  find_along(g.grid, n, w, g.align_corners, g.border, left, right, out.right_slope);
  find_along(g.grid + 1, n, h, g.align_corners, g.border, top, down, out.down_slope);
  std::int32_t all = 0;
  for (int k = 0; k < 4; ++k) all |= set_offsets(g, top, left, k % 2, k / 2, n, out.offset[k]);
  out.inside = all >= 0;
  T* const weight[] = {out.weight[0], out.weight[1], out.weight[2], out.weight[3]};
  each(n, [&](auto j) {
    const double x = right[j], y = down[j];
    weight[0][j] = static_cast<T>((1 - y) * (1 - x));
    weight[1][j] = static_cast<T>(y * (1 - x));
    weight[2][j] = static_cast<T>((1 - y) * x);
    weight[3][j] = static_cast<T>(y * x);
    out.right[j] = static_cast<T>(x), out.down[j] = static_cast<T>(y);
  });
}

/// The element at an offset, or 0 outside; the plane has at least one element.
template <bool all_inside, class T>
inline T element(const T* plane, std::int32_t offset) {
  if constexpr (all_inside) return plane[offset];
  const T value = plane[std::max(offset, 0)];
  return offset < 0 ? T(0) : value;
}

template <bool all_inside, class T>
void read_places(const BilinearPlaces<T>& p, const T* plane, T* __restrict to) {
  const std::int64_t n = p.count;
  for (std::int64_t j = 0; j < n; ++j)
    to[j] = p.weight[0][j] * element<all_inside>(plane, p.offset[0][j]) +
            p.weight[1][j] * element<all_inside>(plane, p.offset[1][j]) +
            p.weight[2][j] * element<all_inside>(plane, p.offset[2][j]) +
            p.weight[3][j] * element<all_inside>(plane, p.offset[3][j]);
}
template <class T>
void read(const BilinearPlaces<T>& p, const T* plane, T* to) {
  p.inside ? read_places<true>(p, plane, to) : read_places<false>(p, plane, to);
}

template <class T>
void spread(const BilinearPlaces<T>& p, const T* dy, T* __restrict plane) {
  const std::int64_t n = p.count;
  if (p.inside) {
    for (std::int64_t j = 0; j < n; ++j)
      for (int k = 0; k < 4; ++k) plane[p.offset[k][j]] += dy[j] * p.weight[k][j];
    return;
  }
  for (std::int64_t j = 0; j < n; ++j)
    for (int k = 0; k < 4; ++k)
      if (p.offset[k][j] >= 0) plane[p.offset[k][j]] += dy[j] * p.weight[k][j];
}

template <bool all_inside, class T>
void slopes_of_places(const BilinearPlaces<T>& p, const T* plane, const T* dy, T* __restrict right,
                      T* __restrict down) {
  const std::int64_t n = p.count;
  for (std::int64_t j = 0; j < n; ++j) {
    const T top_left = element<all_inside>(plane, p.offset[0][j]),
            bottom_left = element<all_inside>(plane, p.offset[1][j]),
            top_right = element<all_inside>(plane, p.offset[2][j]),
            bottom_right = element<all_inside>(plane, p.offset[3][j]);
    right[j] += dy[j] * ((top_right - top_left) * (1 - p.down[j]) +
                         (bottom_right - bottom_left) * p.down[j]);
    down[j] += dy[j] * ((bottom_left - top_left) * (1 - p.right[j]) +
                        (bottom_right - top_right) * p.right[j]);
  }
}
template <class T>
void slopes(const BilinearPlaces<T>& p, const T* plane, const T* dy, T* right, T* down) {
  p.inside ? slopes_of_places<true>(p, plane, dy, right, down)
           : slopes_of_places<false>(p, plane, dy, right, down);
}

template <class T>
constexpr BilinearLoops<T> loops() {
  return {find<T>, read<T>, spread<T>, slopes<T>};
}

}  // namespace

extern constinit const BilinearTables bilinear_tables{loops<float>(), loops<double>()};

}  // namespace limpid::LIMPID_SIMD_LEVEL
