#include <algorithm>

#include "limpid/backends/cpu/operand.h"
#include "limpid/backends/cpu/parallel.h"
#include "limpid/core/rows.h"
#include "limpid/ops/pooling/mean_loops.h"
#include "limpid/ops/pooling/mean_windows.h"
#include "limpid/tensor/layout.h"

namespace limpid {

namespace {

template <class T>
const MeanLoops<T>& loops();
template <>
const MeanLoops<float>& loops() {
  static const MeanLoops<float>& table = at_level(simd_level(), LIMPID_LEVELS(mean_loops_f32));
  return table;
}
template <>
const MeanLoops<double>& loops() {
  static const MeanLoops<double>& table = at_level(simd_level(), LIMPID_LEVELS(mean_loops_f64));
  return table;
}

/// The longest run [begin, end) of windows of one size, a constant stride apart: what vectors
/// serve. Windows at the borders are often smaller.
struct Regular {
  std::int64_t begin = 0, end = 0, stride = 1, kernel = 1;

  explicit Regular(const MeanAxis& axis) {
    constexpr std::int64_t kLeast = 4;  // fewer windows are not worth the detour
    const auto size = [&](std::int64_t o) {
      return axis.last[at(o)] - axis.first[at(o)];  // mutate: equivalent -- speed only
    };
    const auto step = [&](std::int64_t o) { return axis.first[at(o)] - axis.first[at(o - 1)]; };
    for (std::int64_t from = 0, to = 1; from < axis.count(); from = to, to = from + 1) {
      while (to < axis.count() && size(to) == size(from) && step(to) > 0 &&
             (to == from + 1 || step(to) == step(to - 1)))
        ++to;
      if (to - from < kLeast || to - from <= end - begin) continue;
      begin = from, end = to, stride = step(from + 1), kernel = size(from);
    }
  }
  static std::size_t at(std::int64_t o) { return static_cast<std::size_t>(o); }
};

template <class T>
class Means {
 public:
  Means(const MeanAxis& rows, const MeanAxis& columns)
      : rows_(rows), columns_(columns), regular_(columns) {
    for (double d : columns.divisor) divisors_.push_back(static_cast<T>(d));
  }

  /// One plane of averages; `sums` has room for a row of the image.
  void forward(const T* x, T* y, T* sums) const {
    for (std::int64_t oy = 0; oy < rows_.count(); ++oy, y += columns_.count()) {
      const std::int64_t first = first_row(oy);
      loop_.sum_rows(x + first * columns_.size, columns_.size, last_row(oy) - first, columns_.size,
                     sums);
      sum_columns(sums, y);
      loop_.divide(y, divisors_.data(), row_divisor(oy), columns_.count(), y);
    }
  }

  /// One plane of gradients; `row` has room for a row of the image, `shares` for one of windows.
  void backward(const T* dy, T* dx, T* row, T* shares) const {
    std::int64_t written = 0;  // rows of dx before this one have a value
    for (std::int64_t oy = 0; oy < rows_.count(); ++oy, dy += columns_.count()) {
      loop_.divide(dy, divisors_.data(), row_divisor(oy), columns_.count(), shares);
      std::fill_n(row, columns_.size, T(0));
      spread_columns(shares, row);
      for (; written < first_row(oy); ++written)
        std::fill_n(dx + written * columns_.size, columns_.size, T(0));
      for (std::int64_t y = first_row(oy); y < last_row(oy); ++y) {
        if (y < written) loop_.add(row, columns_.size, dx + y * columns_.size);
        else std::copy_n(row, columns_.size, dx + y * columns_.size), ++written;
      }
    }
    std::fill(dx + written * columns_.size, dx + rows_.size * columns_.size, T(0));
  }

 private:
  static std::size_t at(std::int64_t o) { return static_cast<std::size_t>(o); }
  std::int64_t first_row(std::int64_t oy) const { return rows_.first[at(oy)]; }
  std::int64_t last_row(std::int64_t oy) const { return rows_.last[at(oy)]; }
  T row_divisor(std::int64_t oy) const { return static_cast<T>(rows_.divisor[at(oy)]); }

  /// Calls f(ox) for the windows outside the regular run.
  template <class F>
  void for_each_other(F&& f) const {
    for (std::int64_t ox = 0; ox < regular_.begin; ++ox) f(ox);
    for (std::int64_t ox = regular_.end; ox < columns_.count(); ++ox) f(ox);
  }

  void sum_columns(const T* sums, T* y) const {
    loop_.sum_windows(sums + columns_.first[at(regular_.begin)], regular_.stride, regular_.kernel,
                      regular_.end - regular_.begin, y + regular_.begin);
    for_each_other([&](std::int64_t ox) {
      T parts[4] = {};  // sums of sums lose less than one long sum
      for (std::int64_t x = columns_.first[at(ox)]; x < columns_.last[at(ox)]; ++x)
        parts[x % 4] += sums[x];
      y[ox] = (parts[0] + parts[1]) + (parts[2] + parts[3]);
    });
  }

  void spread_columns(const T* shares, T* row) const {
    loop_.spread(shares + regular_.begin, regular_.stride, regular_.kernel,
                 regular_.end - regular_.begin, row + columns_.first[at(regular_.begin)]);
    for_each_other([&](std::int64_t ox) {
      for (std::int64_t x = columns_.first[at(ox)]; x < columns_.last[at(ox)]; ++x)
        row[x] += shares[ox];
    });
  }

  const MeanAxis &rows_, &columns_;
  Regular regular_;
  std::vector<T> divisors_;
  const MeanLoops<T>& loop_ = loops<T>();
};

/// Averages of channels-last maps: an element is a run of `channels` numbers.
template <class T>
class MapMeans {
 public:
  MapMeans(const MeanAxis& rows, const MeanAxis& columns, std::int64_t channels)
      : rows_(rows), columns_(columns), channels_(channels), row_(columns.size * channels) {}

  /// Room for a row of the image.
  std::int64_t row() const { return row_; }

  /// The row `oy` of windows of one image.
  void forward(const T* x, std::int64_t oy, T* y, T* sums) const {
    const std::int64_t top = rows_.first[at(oy)];
    loop_.sum_rows(x + top * row_, row_, rows_.last[at(oy)] - top, row_, sums);
    for (std::int64_t ox = 0; ox < columns_.count(); ++ox, y += channels_) {
      const std::int64_t left = columns_.first[at(ox)];
      loop_.sum_rows(sums + left * channels_, channels_, columns_.last[at(ox)] - left, channels_,
                     y);
      divide(y, oy, ox, y);
    }
  }

  /// One image of gradients; `shares` has room for one row, `share` for one window.
  void backward(const T* dy, T* dx, T* shares, T* share) const {
    std::int64_t written = 0;  // rows of dx before this one have a value
    for (std::int64_t oy = 0; oy < rows_.count(); ++oy) {
      std::fill_n(shares, row_, T(0));
      for (std::int64_t ox = 0; ox < columns_.count(); ++ox, dy += channels_) {
        divide(dy, oy, ox, share);
        for (std::int64_t i = columns_.first[at(ox)]; i < columns_.last[at(ox)]; ++i)
          loop_.add(share, channels_, shares + i * channels_);
      }
      const std::int64_t top = rows_.first[at(oy)], bottom = rows_.last[at(oy)];
      for (; written < top; ++written) std::fill_n(dx + written * row_, row_, T(0));
      for (std::int64_t i = top; i < bottom; ++i) {
        if (i < written) loop_.add(shares, row_, dx + i * row_);
        else std::copy_n(shares, row_, dx + i * row_), ++written;
      }
    }
    std::fill(dx + written * row_, dx + rows_.size * row_, T(0));
  }

 private:
  static std::size_t at(std::int64_t o) { return static_cast<std::size_t>(o); }
  void divide(const T* from, std::int64_t oy, std::int64_t ox, T* to) const {
    const T divisor = static_cast<T>(rows_.divisor[at(oy)] * columns_.divisor[at(ox)]);
    for (std::int64_t c = 0; c < channels_; ++c) to[c] = from[c] / divisor;
  }

  const MeanAxis &rows_, &columns_;
  std::int64_t channels_, row_;
  const MeanLoops<T>& loop_ = loops<T>();
};

template <class T>
void run_maps(const MeanAxis& rows, const MeanAxis& columns, const AnyView& from_view,
              const AnyView& to_view, bool backward) {
  constexpr std::int64_t kGrain = 16384;
  const std::int64_t images = to_view.shape[0], channels = to_view.shape[1];
  const MapMeans<T> means(rows, columns, channels);
  const T* from = static_cast<const T*>(from_view.data);
  T* to = static_cast<T*>(to_view.data);
  const std::int64_t image = rows.size * means.row(), row = columns.count() * channels;
  const std::int64_t windows = rows.count() * row;
  if (backward)
    return parallel_for(0, images, kGrain / (image + 1) + 1, [&](auto first, auto last) {
      const Scratch<T> shares(means.row()), share(channels);
      for (std::int64_t n = first; n < last; ++n)
        means.backward(from + n * windows, to + n * image, shares.data(), share.data());
    });
  const std::int64_t work = image / std::max<std::int64_t>(rows.count(), 1);
  parallel_for(0, images * rows.count(), kGrain / (work + 1) + 1, [&](auto first, auto last) {
    const Scratch<T> sums(means.row());
    for (std::int64_t task = first; task < last; ++task)
      means.forward(from + task / rows.count() * image, task % rows.count(), to + task * row,
                    sums.data());
  });
}

/// Whether both are channels-last; a map of one pixel lies both ways.
bool are_maps(const AnyView& a, const AnyView& b) {
  const auto fits = [](const AnyView& x) {
    return is_channels_last(x) || (x.contiguous && x.shape[2] * x.shape[3] == 1);
  };
  return a.rank == 4 && b.rank == 4 && (is_channels_last(a) || is_channels_last(b)) && fits(a) &&
         fits(b);
}

template <class T>
void run(const MeanAxis& rows, const MeanAxis& columns, const AnyView& from_view,
         const AnyView& to_view, bool backward) {
  if (from_view.dtype == dtype_of<T>() && are_maps(from_view, to_view))
    return run_maps<T>(rows, columns, from_view, to_view, backward);
  constexpr std::int64_t kGrain = 16384;  // elements worth a thread
  Operand in(from_view, dtype_of<T>()), out(to_view, dtype_of<T>());
  const T* from = in.read().template as<T>();
  T* to = out.template as<T>();
  const Means<T> means(rows, columns);
  const std::int64_t plane = rows.size * columns.size, windows = rows.count() * columns.count();
  const std::int64_t from_step = backward ? windows : plane, to_step = backward ? plane : windows;
  parallel_for(0, to_view.numel / to_step, kGrain / (plane + 1) + 1,
               [&](std::int64_t first, std::int64_t last) {
                 const Scratch<T> row(columns.size), shares(columns.count());
                 for (std::int64_t p = first; p < last; ++p)
                   if (backward)
                     means.backward(from + p * from_step, to + p * to_step, row.data(),
                                    shares.data());
                   else means.forward(from + p * from_step, to + p * to_step, row.data());
               });
  out.write();
}

void run_either(const MeanAxis& rows, const MeanAxis& columns, const AnyView& from,
                const AnyView& to, bool backward) {
  if (to.dtype == DType::f64) run<double>(rows, columns, from, to, backward);
  else run<float>(rows, columns, from, to, backward);
}

}  // namespace

void mean_windows(const MeanAxis& rows, const MeanAxis& columns, const AnyView& x,
                  const AnyView& y) {
  run_either(rows, columns, x, y, false);
}

void spread_means(const MeanAxis& rows, const MeanAxis& columns, const AnyView& dy,
                  const AnyView& dx) {
  run_either(rows, columns, dy, dx, true);
}

}  // namespace limpid
