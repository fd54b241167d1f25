#pragma once
// Rows along an axis as kernels like them: dense, and of float or double, whatever the layout and
// dtype of the tensors. Rows that lie so in memory are handed on as they are. Others are brought
// through a tile of 16 rows in scratch memory, so that neighbouring columns share their cache
// lines. Dense rows of results so large that they go past the caches are made in a block first.

#include <algorithm>
#include <array>

#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/scratch.h"
#include "limpid/backends/cpu/streaming.h"
#include "limpid/core/rows.h"

namespace limpid {

/// What elements of type T are computed with: 16-bit floats as float.
template <class T>
using RowType = std::conditional_t<is_float_type<T> && !std::is_floating_point_v<T>, float, T>;

namespace detail {

/// Places of the rows of one tensor along an axis.
struct RowPlaces {
  std::int64_t length = 1, step = 1, rows = 1;
  Shape shape;      // of the other axes
  Strides strides;  // along them

  RowPlaces() = default;
  RowPlaces(const AnyView& x, int axis) {
    for (int i = 0; i < x.rank; ++i) {
      if (i == axis) {
        length = x.shape[i];
        step = length == 1 ? 1 : x.strides[i];
        continue;
      }
      shape.push_back(x.shape[i]);
      strides.push_back(x.strides[i]);
      rows *= x.shape[i];
    }
  }
  std::int64_t offset(std::int64_t row) const {
    std::int64_t at = 0;
    for (int i = shape.rank() - 1; i > 0; --i) {
      at += row % shape[i] * strides[i];
      row /= shape[i];
    }
    return shape.rank() ? at + row * strides[0] : 0;
  }
};

/// A few neighbouring rows of one tensor, seen as dense rows.
template <class T>
class RowTile {
 public:
  using C = RowType<T>;
  static constexpr std::int64_t kMost = 16;

  RowTile(const RowPlaces& places, void* data) : places_(places), data_(static_cast<T*>(data)) {}
  /// True when the rows lie in memory as kernels want them.
  static bool is_dense(const RowPlaces& places) { return std::is_same_v<T, C> && places.step == 1; }
  void move_to(std::int64_t row, std::int64_t count, C* buffer) {
    count_ = count;
    buffer_ = is_dense(places_) ? nullptr : buffer;
    for (std::int64_t r = 0; r < count; ++r) offsets_[r] = places_.offset(row + r);
  }
  C* row(std::int64_t r) const {
    return buffer_ ? buffer_ + r * places_.length : reinterpret_cast<C*>(data_ + offsets_[r]);
  }
  void gather() {
    if (!buffer_) return;
    for (std::int64_t i = 0; i < places_.length; ++i)
      for (std::int64_t r = 0; r < count_; ++r)
        row(r)[i] = static_cast<C>(data_[offsets_[r] + i * places_.step]);
  }
  void scatter() const {
    if (!buffer_) return;
    for (std::int64_t i = 0; i < places_.length; ++i)
      for (std::int64_t r = 0; r < count_; ++r)
        data_[offsets_[r] + i * places_.step] = static_cast<T>(row(r)[i]);
  }

 private:
  const RowPlaces& places_;
  T* data_;
  C* buffer_ = nullptr;
  std::int64_t count_ = 0;
  std::int64_t offsets_[kMost];
};

/// Whether rows, so many of so many bytes, are worth going past the caches. Measured: shorter ones
/// have too few whole lines, and a block of longer ones drives the input out of the second cache.
inline bool go_past_caches(std::int64_t rows, std::int64_t bytes) {
  constexpr std::int64_t kShortest = 2048, kLongest = 65536;
  const bool large = rows * bytes >= kStreamBytes;          // mutate: equivalent -- speed
  return large && bytes >= kShortest && bytes <= kLongest;  // mutate: equivalent -- speed
}

}  // namespace detail

/// Calls `f(number of the row, the row of each input, the row of the output)` for every row along
/// `axis`, from several threads when there is much to do. Rows count in row-major order of the
/// other axes. All tensors have the same shape and elements of type T; `out` may be null.
template <class T, std::size_t In, class F>
void for_each_row(const std::array<AnyView, In>& in, const AnyView* out, int axis, const F& f) {
  using Tile = detail::RowTile<T>;
  using C = typename Tile::C;
  constexpr std::int64_t kGrain = 16384;  // elements worth a thread
  std::array<detail::RowPlaces, In + 1> places;
  bool all_dense = true;
  for (std::size_t k = 0; k <= In; ++k) {
    if (k == In && !out) continue;
    places[k] = detail::RowPlaces(k < In ? in[k] : *out, axis);
    all_dense &= Tile::is_dense(places[k]);
  }
  const std::int64_t n = places[0].length, longest = std::max<std::int64_t>(n, 1);
  const std::int64_t tile =
      all_dense ? Tile::kMost : std::clamp<std::int64_t>(65536 / longest, 1, Tile::kMost);
  const std::int64_t bytes = n * std::int64_t{sizeof(C)};
  const bool large = detail::go_past_caches(places[0].rows, bytes);  // mutate: equivalent -- speed
  const bool far = out && all_dense && large;                        // mutate: equivalent -- speed

  const auto work = [&](std::int64_t first, std::int64_t last) {
    const Scratch<C> scratch(all_dense ? 0 : static_cast<std::int64_t>(In + 1) * tile * n);
    const auto buffer = [&](std::size_t k) -> C* {
      return all_dense ? nullptr : scratch.data() + static_cast<std::int64_t>(k) * tile * n;
    };
    auto inputs = [&]<std::size_t... K>(std::index_sequence<K...>) {
      return std::array<Tile, In>{Tile(places[K], in[K].data)...};
    }
    (std::make_index_sequence<In>());
    const Scratch<C> block(far ? n : 0);
    Tile output(places[In], out ? out->data : nullptr);
    for (std::int64_t row = first; row < last; row += tile) {
      const std::int64_t count = std::min(tile, last - row);
      for (std::size_t k = 0; k < In; ++k) {
        inputs[k].move_to(row, count, buffer(k));
        inputs[k].gather();
      }
      if (out) output.move_to(row, count, buffer(In));
      for (std::int64_t r = 0; r < count; ++r) {
        std::array<const C*, In> x;
        for (std::size_t k = 0; k < In; ++k) x[k] = inputs[k].row(r);
        C* const to = out ? output.row(r) : nullptr;
        f(row + r, x, far ? block.data() : to);
        if (far) stream(to, block.data(), bytes);
      }
      if (out) output.scatter();
    }
    if (far) stream_loops().finish();
  };
  parallel_for(0, places[0].rows, std::max<std::int64_t>(kGrain / longest, 1), work);
}

}  // namespace limpid
