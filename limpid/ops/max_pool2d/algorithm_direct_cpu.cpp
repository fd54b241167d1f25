// The fast max pooling, forward and backward. Steps from the plain loops to here:
//   1. No test of every element for padding: which windows have their element (i, j) in the image
//   is
//      known beforehand, a range [begin, end) of them in each row.
//   2. The loops over windows and over a window's elements change places: one element of a whole
//   row of
//      windows is compared at a time, without branches and in vector instructions (take_larger.h).
//      The best so far of the row stays in the cache.
//   3. Where channels are neighbours in memory (channels last), the row is one of channels instead:
//      element (i, j) of one window, in all channels. Results that lie so as well are kept in
//      registers until the window is done.
//   4. Planes are shared among threads; of channels-last results rows of windows, and images.
//   5. Places of winners take twice as much memory as the values, and are read by backward alone:
//      of large channels-last maps they are written past the caches.
// backward: each window knows its winner, so it is one addition a window.

#include <algorithm>
#include <limits>

#include "limpid/backends/cpu/dense_rows.h"
#include "limpid/backends/cpu/streaming.h"
#include "limpid/ops/max_pool2d/ladder.h"
#include "limpid/ops/max_pool2d/take_larger.h"
#include "limpid/ops/pooling/scatter_planes.h"
#include "limpid/tensor/layout.h"

namespace limpid {

namespace {

const PoolLoops& loops_of_level() {
  static const PoolLoops& loops = at_level(simd_level(), LIMPID_LEVELS(pool_loops));
  return loops;
}

/// One element of n windows; any type and step. See take_larger.h.
template <class T, class C>
void take(const T* x, std::int64_t step, std::int64_t n, std::int32_t first,
          std::int32_t place_step, C* best, std::int32_t* index) {
  if constexpr (std::is_same_v<T, float>) {
    const PoolLoops& loops = loops_of_level();
    if (step == 1) return loops.step1(x, n, first, place_step, best, index);
    if (step == 2) return loops.step2(x, n, first, place_step, best, index);
  }
  for (std::int64_t i = 0; i < n; ++i) {
    const C v = static_cast<C>(x[i * step]);
    if (!(v > best[i] || is_nan(v))) continue;
    best[i] = v;
    index[i] = first + static_cast<std::int32_t>(i) * place_step;
  }
}

/// Windows between the one that is computed and the one whose elements are asked for.
constexpr std::int64_t kAhead = 8;

template <class T>
struct Pooling {
  using C = RowType<T>;
  WindowAxis rows, columns;
  std::int64_t out_rows, out_columns;
  std::int64_t row_step, column_step, channel_step;  // through x
  bool far = false;                                  // see ChannelWindow::far_ahead

  std::int32_t place(std::int64_t iy, std::int64_t ix) const {
    return static_cast<std::int32_t>(iy * columns.size + ix);
  }

  /// The row `oy` of windows of one plane.
  void row(const T* plane, std::int64_t oy, C* best, std::int32_t* index) const {
    const std::int64_t first = rows.first(oy), last = rows.last(oy);
    for (std::int64_t ox = 0; ox < out_columns; ++ox)
      index[ox] = place(rows.place(oy, first), columns.place(ox, columns.first(ox)));
    std::fill(best, best + out_columns, lowest<C>());
    for (std::int64_t i = first; i < last; ++i) {
      const std::int64_t iy = rows.place(oy, i);
      for (std::int64_t j = columns.first(out_columns - 1); j < columns.last(0); ++j) {
        const std::int64_t begin = columns.begin(j), end = columns.end(j, out_columns);
        if (begin >= end) continue;
        const std::int64_t ix = columns.place(begin, j);
        take(plane + iy * row_step + ix * column_step, columns.stride * column_step, end - begin,
             place(iy, ix), static_cast<std::int32_t>(columns.stride), best + begin, index + begin);
      }
    }
  }

  void plane(const T* x, T* values, std::int64_t* indices, C* best, std::int32_t* index) const {
    for (std::int64_t oy = 0; oy < out_rows; ++oy) {
      row(x, oy, best, index);
      for (std::int64_t ox = 0; ox < out_columns; ++ox) {
        *values++ = static_cast<T>(best[ox]);
        *indices++ = index[ox];
      }
    }
  }

  /// One window in n neighbouring channels.
  void window(const T* x, std::int64_t n, std::int64_t oy, std::int64_t ox, C* best,
              std::int32_t* index) const {
    const std::int64_t top = rows.first(oy), left = columns.first(ox);
    std::fill(best, best + n, lowest<C>());
    std::fill(index, index + n, place(rows.place(oy, top), columns.place(ox, left)));
    for (std::int64_t i = top; i < rows.last(oy); ++i)
      for (std::int64_t j = left; j < columns.last(ox); ++j) {
        const std::int64_t iy = rows.place(oy, i), ix = columns.place(ox, j);
        take(x + iy * row_step + ix * column_step, 1, n, place(iy, ix), 0, best, index);
      }
  }

  /// The same, where results go to channels-last maps.
  void window(const T* x, std::int64_t n, std::int64_t oy, std::int64_t ox, T* values,
              std::int64_t* indices, C* best, std::int32_t* index) const {
    if constexpr (std::is_same_v<T, float>) {
      const std::int64_t top = rows.first(oy), left = columns.first(ox);
      const std::int64_t iy = rows.place(oy, top), ix = columns.place(ox, left);
      const ChannelWindow w{.x = x + iy * row_step + ix * column_step,
                            .rows = rows.last(oy) - top,
                            .columns = columns.last(ox) - left,
                            .row_step = rows.dilation * row_step,
                            .column_step = columns.dilation * column_step,
                            .first = place(iy, ix),
                            .place_row = place(rows.dilation, 0),
                            .place_column = static_cast<std::int32_t>(columns.dilation),
                            .far_ahead = far ? kAhead * columns.stride * column_step : 0};
      loops_of_level().window(w, n, values, indices);
    } else {
      window(x, n, oy, ox, best, index);
      for (std::int64_t c = 0; c < n; ++c) values[c] = static_cast<T>(best[c]);
      std::copy_n(index, n, indices);
    }
  }

  /// All windows of n neighbouring channels, whose planes of results lie one after the other.
  void channels(const T* x, std::int64_t n, T* values, std::int64_t* indices, C* best,
                std::int32_t* index) const {
    const std::int64_t windows = out_rows * out_columns;
    for (std::int64_t oy = 0; oy < out_rows; ++oy)
      for (std::int64_t ox = 0; ox < out_columns; ++ox) {
        window(x, n, oy, ox, best, index);
        const std::int64_t o = oy * out_columns + ox;
        for (std::int64_t c = 0; c < n; ++c) {
          values[c * windows + o] = static_cast<T>(best[c]);
          indices[c * windows + o] = index[c];
        }
      }
  }
};

template <class T>
void pool(const Pooling<T>& p, const AnyView& x, const AnyView& values, const AnyView& indices) {
  using C = typename Pooling<T>::C;
  constexpr std::int64_t kChannels = 64;  // taken together, channels last
  const std::int64_t channels = x.shape[x.rank - 3];
  const std::int64_t image_step = x.rank == 4 ? x.strides[0] : 0;
  const bool last = p.channel_step == 1 && p.column_step != 1 && channels > 1;
  const std::int64_t group = last ? std::min(kChannels, channels) : 1;
  const std::int64_t groups = (channels + group - 1) / group, windows = p.out_rows * p.out_columns;
  const std::int64_t images = x.rank == 4 ? x.shape[0] : 1;
  const double work = static_cast<double>(group * windows) * static_cast<double>(p.rows.kernel) *
                      static_cast<double>(p.columns.kernel);
  parallel_for(0, images * groups, pool_grain(work), [&](std::int64_t first, std::int64_t end) {
    const std::int64_t room = last ? group : p.out_columns;
    const Scratch<C> best(room);
    const Scratch<std::int32_t> index(room);
    for (std::int64_t task = first; task < end; ++task) {
      const std::int64_t image = task / groups, channel = task % groups * group;
      const T* from = static_cast<const T*>(x.data) + image * image_step + channel * p.channel_step;
      const std::int64_t to = (image * channels + channel) * windows;
      T* value = static_cast<T*>(values.data) + to;
      std::int64_t* place = static_cast<std::int64_t*>(indices.data) + to;
      if (last)
        p.channels(from, std::min(group, channels - channel), value, place, best.data(),
                   index.data());
      else p.plane(from, value, place, best.data(), index.data());
    }
  });
}

/// Channels-last maps to channels-last maps.
template <class T>
void pool_map(Pooling<T> p, const AnyView& x, const AnyView& values, const AnyView& indices) {
  using C = typename Pooling<T>::C;
  const std::int64_t channels = x.shape[1], tasks = x.shape[0] * p.out_rows;
  constexpr std::int64_t kFarPlaces = 1 << 19;  // 4 MiB of them
  p.far = tasks * p.out_columns * channels >= kFarPlaces;
  const double work = static_cast<double>(channels * p.out_columns) *
                      static_cast<double>(p.rows.kernel) * static_cast<double>(p.columns.kernel);
  parallel_for(0, tasks, pool_grain(work), [&](std::int64_t first, std::int64_t end) {
    const std::int64_t room = std::is_same_v<T, float> ? 0 : channels;
    const Scratch<C> best(room);
    const Scratch<std::int32_t> index(room);
    for (std::int64_t task = first; task < end; ++task) {
      const std::int64_t image = task / p.out_rows, oy = task % p.out_rows;
      const T* from = static_cast<const T*>(x.data) + image * x.strides[0];
      for (std::int64_t ox = 0; ox < p.out_columns; ++ox) {
        const std::int64_t to = (task * p.out_columns + ox) * channels;
        p.window(from, channels, oy, ox, static_cast<T*>(values.data) + to,
                 static_cast<std::int64_t*>(indices.data) + to, best.data(), index.data());
      }
    }
    if (p.far) stream_loops().finish();
  });
}

/// Whether the results lie as pixels of channels, which one pixel of many channels does too.
bool gives_maps(const AnyView& x, const AnyView& y) {
  return is_channels_last(x) &&
         (is_channels_last(y) || (y.contiguous && y.shape[2] * y.shape[3] == 1));
}

void forward(const PoolProblem& problem, const Io& io) {
  const AnyView &x = io.in[0], &y = io.out[0];
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (!std::is_same_v<T, bool>) {  // infer() has refused it
      const Pooling<T> p{problem.rows,         problem.columns,       problem.out_rows,
                         problem.out_columns,  x.strides[x.rank - 2], x.strides[x.rank - 1],
                         x.strides[x.rank - 3]};
      if (gives_maps(x, y)) pool_map(p, x, y, io.out[1]);
      else pool(p, x, y, io.out[1]);
    }
  });
}

void backward(const PoolProblem& p, const Io& io) {
  if (is_channels_last(io.out[0]))
    scatter_maps(io.in[0], io.in[1], io.out[0], p.windows(), p.plane());
  else scatter_planes(io.in[0], io.in[1], io.out[0], p.planes, p.windows(), p.plane());
}

void run(const PoolProblem& p, const Io& io) { p.backward ? backward(p, io) : forward(p, io); }

std::string cannot(const PoolProblem& p) {
  if (p.plane() > std::numeric_limits<std::int32_t>::max())
    return "places in a plane of more than 2^31 pixels do not fit into 32 bits";
  return "";
}

}  // namespace

extern const PoolRung kMaxPoolDirect{
    "direct", "rows of windows, or of channels, in vectors; nothing is copied", &run, &cannot};

}  // namespace limpid
