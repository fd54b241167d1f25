// Where the channels of a pixel lie side by side, a pixel of the output is a sum of whole pixels,
// in vector instructions whatever the sizes are. Rows of the output are shared among threads; of
// the gradient, which several rows add to, images and channels.

#include <algorithm>
#include <cstring>

#include "limpid/backends/cpu/dense_rows.h"
#include "limpid/backends/cpu/strided_copy.h"
#include "limpid/ops/interpolate/interpolate_maps.h"
#include "limpid/ops/interpolate/pixel_loops.h"

namespace limpid {

namespace {

constexpr std::int64_t kGrain = 16384;  // elements worth a thread

/// The sizes of both maps, and which pixels of the input make one of the output.
struct Maps {
  std::int64_t batch, channels;
  Taps taps;

  Maps(const Resampling& op, std::span<const std::int64_t> input)
      : batch(input[0]), channels(input[1]), taps(op, input.subspan(2)) {}
  const AxisTaps& rows() const { return taps.axes[1]; }
  const AxisTaps& columns() const { return taps.axes[2]; }

  /// Calls f(k, pixel of the input, weight) for the pixels that make the output pixel (i, j).
  template <class F>
  void for_each_pixel(std::int64_t i, std::int64_t j, const F& f) const {
    const AxisTaps &h = rows(), &w = columns();
    for (std::int64_t a = i * h.count, k = 0; a < (i + 1) * h.count; ++a)
      for (std::int64_t b = j * w.count; b < (j + 1) * w.count; ++b, ++k) {
        const auto row = static_cast<std::size_t>(a), column = static_cast<std::size_t>(b);
        f(k, h.place[row] * w.in + w.place[column], h.weight[row] * w.weight[column]);
      }
  }
  std::int64_t pixels() const { return rows().count * columns().count; }

  /// Calls f(image, i) for all rows of the output.
  template <class F>
  void rows_in_parallel(const F& f) const {
    const std::int64_t length = columns().out * channels;
    parallel_for(0, batch * rows().out, kGrain / length + 1,
                 [&](std::int64_t first, std::int64_t last) {
                   for (std::int64_t r = first; r < last; ++r) f(r / rows().out, r % rows().out);
                 });
  }
};

template <class T>
void copy_nearest(const Maps& m, const T* x, T* y) {
  const std::int64_t image = m.rows().in * m.columns().in * m.channels;
  const auto bytes = static_cast<std::size_t>(m.channels) * sizeof(T);
  m.rows_in_parallel([&](std::int64_t n, std::int64_t i) {
    T* to = y + (n * m.rows().out + i) * m.columns().out * m.channels;
    for (std::int64_t j = 0; j < m.columns().out; ++j, to += m.channels)
      m.for_each_pixel(i, j, [&](std::int64_t, std::int64_t pixel, double) {
        std::memcpy(to, x + n * image + pixel * m.channels, bytes);
      });
  });
}

template <class T>
void add_weighted(const Maps& m, const T* x, T* y) {
  using C = RowType<T>;
  const std::int64_t image = m.rows().in * m.columns().in * m.channels;
  const auto& loops = pixel_loops().of<C>();
  m.rows_in_parallel([&](std::int64_t n, std::int64_t i) {
    const Scratch<C> wide(std::is_same_v<T, C> ? 0 : m.channels);
    T* to = y + (n * m.rows().out + i) * m.columns().out * m.channels;
    for (std::int64_t j = 0; j < m.columns().out; ++j, to += m.channels) {
      const T* from[kMostPixels];
      C weight[kMostPixels];
      m.for_each_pixel(i, j, [&](std::int64_t k, std::int64_t pixel, double w) {
        from[k] = x + n * image + pixel * m.channels;
        weight[k] = static_cast<C>(w);
      });
      if constexpr (std::is_same_v<T, C>) {
        loops.gather(from, weight, m.pixels(), to, m.channels);
      } else {
        std::fill(wide.data(), wide.data() + m.channels, C(0));
        for (std::int64_t k = 0; k < m.pixels(); ++k)
          for (std::int64_t c = 0; c < m.channels; ++c)
            wide.data()[c] += weight[k] * static_cast<C>(from[k][c]);
        for (std::int64_t c = 0; c < m.channels; ++c) to[c] = static_cast<T>(wide.data()[c]);
      }
    }
  });
}

/// Channels [first, first + count) of one image of dx.
template <class T>
void spread_image(const Maps& m, const T* dy, T* dx, std::int64_t first, std::int64_t count) {
  using C = RowType<T>;
  constexpr bool same = std::is_same_v<T, C>;
  const std::int64_t pixels = m.rows().in * m.columns().in, step = same ? m.channels : count;
  const Scratch<C> wide(same ? 0 : pixels * count), row(same ? 0 : count);
  C* sums = wide.data();
  if constexpr (same) sums = dx + first;
  for (std::int64_t p = 0; p < pixels; ++p) std::fill_n(sums + p * step, count, C(0));
  for (std::int64_t i = 0; i < m.rows().out; ++i)
    for (std::int64_t j = 0; j < m.columns().out; ++j) {
      C* to[kMostPixels];
      C weight[kMostPixels];
      m.for_each_pixel(i, j, [&](std::int64_t k, std::int64_t pixel, double w) {
        to[k] = sums + pixel * step;
        weight[k] = static_cast<C>(w);
      });
      const T* from = dy + (i * m.columns().out + j) * m.channels + first;
      if constexpr (same) {
        pixel_loops().of<C>().spread(from, weight, m.pixels(), to, count);
      } else {
        for (std::int64_t c = 0; c < count; ++c) row.data()[c] = static_cast<C>(from[c]);
        pixel_loops().of<C>().spread(row.data(), weight, m.pixels(), to, count);
      }
    }
  if constexpr (!same)
    for (std::int64_t p = 0; p < pixels; ++p)
      for (std::int64_t c = 0; c < count; ++c)
        dx[p * m.channels + first + c] = static_cast<T>(sums[p * step + c]);
}

}  // namespace

void resample_maps(const Resampling& op, const AnyView& x, const AnyView& y) {
  const Maps maps(op, shape_of(x));
  if (op.mode == "nearest" || op.mode == "nearest-exact")
    return visit_element_size(size_of(x.dtype), [&](auto element) {
      using T = decltype(element);
      copy_nearest(maps, static_cast<const T*>(x.data), static_cast<T*>(y.data));
    });
  visit_float(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    add_weighted(maps, static_cast<const T*>(x.data), static_cast<T*>(y.data));
  });
}

void spread_maps(const Resampling& op, const AnyView& dy, const AnyView& dx) {
  const Maps m(op, shape_of(dx));
  const std::int64_t in = m.rows().in * m.columns().in * m.channels,
                     out = m.rows().out * m.columns().out * m.channels;
  // Several threads share an image only where there are fewer images than threads.
  constexpr std::int64_t kLine = 16;
  const std::int64_t sharers = std::max<std::int64_t>(get_num_threads() / m.batch, 1);
  const std::int64_t count = std::max((m.channels / sharers + kLine - 1) / kLine * kLine, kLine);
  const std::int64_t parts = (m.channels + count - 1) / count;
  visit_float(dy.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    parallel_for(0, m.batch * parts, parts * kGrain / std::max(in, out) + 1,
                 [&](std::int64_t begin, std::int64_t end) {
                   for (std::int64_t task = begin; task < end; ++task) {
                     const std::int64_t n = task / parts, first = task % parts * count;
                     spread_image(m, static_cast<const T*>(dy.data) + n * out,
                                  static_cast<T*>(dx.data) + n * in, first,
                                  std::min(count, m.channels - first));
                   }
                 });
  });
}

}  // namespace limpid
