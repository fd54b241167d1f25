// Ladder:
//   1. The reference multiplies the weights of all axes: 4 (bilinear) or 16 (bicubic) products an
//      element. Here one axis is resampled after the other: 2 + 2, or 4 + 4.
//   2. Along depth and height whole rows are added, in vector instructions; only along the width
//      are single elements fetched.
//   3. "nearest" copies elements without arithmetic, of any dtype.
//   4. Planes are shared among threads. The gradient takes the same steps backwards.
//   5. Maps that lie channels-last: interpolate_maps_cpu.cpp.

#include <algorithm>

#include "limpid/backends/cpu/dense_rows.h"
#include "limpid/backends/cpu/strided_copy.h"
#include "limpid/ops/interpolate/interpolate.h"
#include "limpid/ops/interpolate/interpolate_maps.h"
#include "limpid/tensor/layout.h"

namespace limpid {

namespace {

constexpr std::int64_t kGrain = 16384;  // elements worth a thread

std::int64_t stride_or_0(const AnyView& v, int axis) {  // of depth, height and width
  const int i = axis - 3 + v.rank;
  return i >= 2 ? v.strides[i] : 0;
}

/// Calls f(first element of the plane in x, its number) for each image and channel.
template <class F>
void planes_in_parallel(const AnyView& x, std::int64_t plane, const F& f) {
  const std::int64_t channels = x.shape[1];
  parallel_for(0, x.shape[0] * channels, kGrain / plane + 1,
               [&](std::int64_t first, std::int64_t last) {
                 for (std::int64_t p = first; p < last; ++p)
                   f(p / channels * x.strides[0] + p % channels * x.strides[1], p);
               });
}

// ---- nearest

template <class T>
void copy_nearest(const Taps& taps, const AnyView& x, const T* from, T* to) {
  const AxisTaps &d = taps.axes[0], &h = taps.axes[1], &w = taps.axes[2];
  const std::int64_t step = stride_or_0(x, 2);
  for (std::int64_t z : d.place)
    for (std::int64_t y : h.place) {
      const T* row = from + z * stride_or_0(x, 0) + y * stride_or_0(x, 1);
      for (std::int64_t place : w.place) *to++ = row[place * step];
    }
}

// ---- weights

/// One plane in dense memory: (depth, height, width) of type C.
template <class C>
class Plane {
 public:
  explicit Plane(const Taps& taps) : taps_(taps) {}

  /// Scratch that both directions need.
  std::int64_t room() const { return wide_room() + high_room(); }

  /// y = x resampled along the width, then the height, then the depth.
  template <class T>
  void resample(const T* x, const std::int64_t* strides, C* scratch, C* y) const {
    const auto &d = taps_.axes[0], &h = taps_.axes[1], &w = taps_.axes[2];
    C *wide = scratch, *high = scratch + wide_room();
    for (std::int64_t r = 0; r < d.in * h.in; ++r)
      fetch(x + r / h.in * strides[0] + r % h.in * strides[1], strides[2], wide + r * w.out);
    gather_rows(h, wide, d.in, w.out, high);
    gather_rows(d, high, 1, h.out * w.out, y);
  }

  /// dx += the same the other way round. dx must be 0 before.
  template <class T>
  void spread(const T* dy, const std::int64_t* strides, C* scratch, C* row, C* dx) const {
    const auto &d = taps_.axes[0], &h = taps_.axes[1], &w = taps_.axes[2];
    C *wide = scratch, *high = scratch + wide_room();
    std::fill(wide, high + high_room(), C(0));
    for (std::int64_t r = 0; r < d.out * h.out; ++r) {
      const T* from = dy + r / h.out * strides[0] + r % h.out * strides[1];
      for (std::int64_t i = 0; i < w.out; ++i) row[i] = static_cast<C>(from[i * strides[2]]);
      add_to_rows(d, r / h.out, row, w.out, high + r % h.out * w.out, h.out * w.out);
    }
    for (std::int64_t r = 0; r < d.in * h.out; ++r)
      add_to_rows(h, r % h.out, high + r * w.out, w.out, wide + r / h.out * h.in * w.out, w.out);
    for (std::int64_t r = 0; r < d.in * h.in; ++r) scatter(wide + r * w.out, dx + r * w.in);
  }

 private:
  /// Elements of the plane when only the width is that of the output.
  std::int64_t wide_room() const { return taps_.axes[0].in * taps_.axes[1].in * taps_.axes[2].out; }
  /// And when the height is, too.
  std::int64_t high_room() const {
    return taps_.axes[0].in * taps_.axes[1].out * taps_.axes[2].out;
  }
  template <class T>
  void fetch(const T* x, std::int64_t step, C* y) const {
    const AxisTaps& w = taps_.axes[2];
    std::size_t tap = 0;
    for (std::int64_t i = 0; i < w.out; ++i) {
      C sum = 0;
      for (std::int64_t k = 0; k < w.count; ++k, ++tap)
        sum += static_cast<C>(w.weight[tap]) * static_cast<C>(x[w.place[tap] * step]);
      y[i] = sum;
    }
  }
  void scatter(const C* dy, C* dx) const {
    const AxisTaps& w = taps_.axes[2];
    std::size_t tap = 0;
    for (std::int64_t i = 0; i < w.out; ++i)
      for (std::int64_t k = 0; k < w.count; ++k, ++tap)
        dx[w.place[tap]] += static_cast<C>(w.weight[tap]) * dy[i];
  }
  /// `outer` times (axis.in, n) -> (axis.out, n).
  static void gather_rows(const AxisTaps& axis, const C* x, std::int64_t outer, std::int64_t n,
                          C* y) {
    for (std::int64_t r = 0; r < outer * axis.out; ++r, y += n) {
      std::fill(y, y + n, C(0));
      for (std::int64_t k = 0; k < axis.count; ++k) {
        const auto tap = static_cast<std::size_t>(r % axis.out * axis.count + k);
        const C weight = static_cast<C>(axis.weight[tap]);
        const C* from = x + (r / axis.out * axis.in + axis.place[tap]) * n;
        for (std::int64_t i = 0; i < n; ++i) y[i] += weight * from[i];
      }
    }
  }
  /// Adds output row `i` of an axis to the input rows that made it, `step` apart.
  static void add_to_rows(const AxisTaps& axis, std::int64_t i, const C* row, std::int64_t n,
                          C* rows, std::int64_t step) {
    for (std::int64_t k = 0; k < axis.count; ++k) {
      const auto tap = static_cast<std::size_t>(i * axis.count + k);
      const C weight = static_cast<C>(axis.weight[tap]);
      C* to = rows + axis.place[tap] * step;
      for (std::int64_t j = 0; j < n; ++j) to[j] += weight * row[j];
    }
  }

  const Taps& taps_;
};

std::int64_t in_plane(const Taps& taps) {
  return taps.axes[0].in * taps.axes[1].in * taps.axes[2].in;
}
std::int64_t out_plane(const Taps& taps) {
  return taps.axes[0].out * taps.axes[1].out * taps.axes[2].out;
}

}  // namespace

void Interpolate::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  if (y.numel == 0) return;
  if (is_channels_last(x) && is_channels_last(y)) return resample_maps(*this, x, y);
  const Taps taps(*this, shape_of(x).subspan(2));
  const std::int64_t plane = out_plane(taps);
  if (mode == "nearest" || mode == "nearest-exact") {
    visit_element_size(size_of(x.dtype), [&](auto element) {
      using T = decltype(element);
      planes_in_parallel(x, plane, [&](std::int64_t first, std::int64_t p) {
        copy_nearest(taps, x, static_cast<const T*>(x.data) + first,
                     static_cast<T*>(y.data) + p * plane);
      });
    });
    return;
  }
  const std::int64_t strides[3] = {stride_or_0(x, 0), stride_or_0(x, 1), stride_or_0(x, 2)};
  visit_float(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using C = RowType<T>;
    const Plane<C> one(taps);
    planes_in_parallel(x, plane, [&](std::int64_t first, std::int64_t p) {
      const Scratch<C> scratch(one.room() + (std::is_same_v<T, C> ? 0 : plane));
      T* to = static_cast<T*>(y.data) + p * plane;
      const T* from = static_cast<const T*>(x.data) + first;
      if constexpr (std::is_same_v<T, C>) {
        one.resample(from, strides, scratch.data(), to);
      } else {
        C* result = scratch.data() + one.room();
        one.resample(from, strides, scratch.data(), result);
        for (std::int64_t i = 0; i < plane; ++i) to[i] = static_cast<T>(result[i]);
      }
    });
  });
}

void InterpolateBackward::forward(Cpu, const Io& io) const {
  const AnyView &dy = io.in[0], &dx = io.out[0];
  if (dx.numel == 0) return;
  if (is_channels_last(dy) && is_channels_last(dx)) return spread_maps(*this, dy, dx);
  const Taps taps(*this, std::span<const std::int64_t>(shape).subspan(2));
  const std::int64_t plane = in_plane(taps), width = taps.axes[2].out;
  const std::int64_t strides[3] = {stride_or_0(dy, 0), stride_or_0(dy, 1), stride_or_0(dy, 2)};
  visit_float(dy.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using C = RowType<T>;
    const Plane<C> one(taps);
    planes_in_parallel(dy, out_plane(taps), [&](std::int64_t first, std::int64_t p) {
      const Scratch<C> scratch(one.room() + width + (std::is_same_v<T, C> ? 0 : plane));
      C* const row = scratch.data() + one.room();
      T* to = static_cast<T*>(dx.data) + p * plane;
      C* sums = row + width;
      if constexpr (std::is_same_v<T, C>) sums = to;
      std::fill(sums, sums + plane, C(0));
      one.spread(static_cast<const T*>(dy.data) + first, strides, scratch.data(), row, sums);
      if constexpr (!std::is_same_v<T, C>)
        for (std::int64_t i = 0; i < plane; ++i) to[i] = static_cast<T>(sums[i]);
    });
  });
}

}  // namespace limpid
