#pragma once
// What the passes of Winograd's convolution share: sizes, the layout of transformed tiles, maps in
// the order that the loops want. algorithm_winograd_cpu.cpp explains the whole.

#include <algorithm>

#include "limpid/backends/cpu/convolution.h"
#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/scratch.h"
#include "limpid/backends/cpu/transpose.h"
#include "limpid/ops/conv2d/winograd.h"

namespace limpid::winograd {

using Int = std::int64_t;
inline constexpr Int kPanel = kWinogradPanel;
/// Floats between planes, and between long rows: strides that are powers of two would fall on the
/// same few sets of the caches.
inline constexpr Int kGap = 16;
/// Terms that one call of a product adds up; longer sums are sums of such sums, which keeps
/// rounding errors small, and the operands in the first cache.
inline constexpr Int kTerms = 128;

inline const WinogradKernels& kernels() {
  static const WinogradKernels& table = at_level(simd_level(), LIMPID_LEVELS(winograd_kernels));
  return table;
}

/// The transforms for a kernel of that size, or null.
inline const WinogradTransforms* transforms_for(const ConvolutionSizes& s) {
  for (const WinogradTransforms& t : kernels().transforms)
    if (t.kernel_height == s.kernel_height && t.kernel_width == s.kernel_width) return &t;
  return nullptr;
}

inline Int divide_up(Int n, Int by) { return (n + by - 1) / by; }
inline Int round_up(Int n, Int to) { return divide_up(n, to) * to; }
inline Int tiles_of(Int outputs, Int step) { return divide_up(outputs, step); }
inline Int panels_of(Int channels) { return divide_up(channels, kPanel); }
/// Channels of a panel, and the columns that products compute for them.
inline Int channels_of(Int panel, Int channels) {
  return std::min(kPanel, channels - panel * kPanel);
}
inline Int columns_of(Int panel, Int channels) {
  return round_up(channels_of(panel, channels), kernels().lanes);
}

/// Planes of transformed tiles with `tiles` rows, all channels of a row side by side.
inline Int row_of(Int channels) {
  const Int row = round_up(channels, kGap);
  return row % 256 == 0 ? row + kGap : row;  // mutate: equivalent -- speed
}
inline Int plane_of(Int tiles, Int channels) { return tiles * row_of(channels) + kGap; }
inline WinogradPlanes rows_of_channels(float* data, Int tiles, Int channels) {
  return {data, plane_of(tiles, channels), row_of(channels), kPanel};
}
inline Int size_of_rows(Int points, Int tiles, Int channels) {
  return points * plane_of(tiles, channels);
}

/// Zero times every result, added up: whether one of them was infinite or no number.
struct Check {
  alignas(64) float sums[16] = {};
  bool tame() const {
    return std::all_of(sums, sums + 16, [](float sum) { return sum == 0; });
  }
};

/// About the floats of a map that tiles [first, last) are cut of, in the order in which they lie:
/// all that they have and earlier ones have not, or a little less. `below`: rows of a tile under
/// its outputs.
inline WinogradSoon floats_of_tiles(const WinogradMap& map, const float* data, Int first, Int last,
                                    Int below = 0) {
  const Int row = map.width * map.pixel;                    // mutate: equivalent -- speed
  const Int tiles = map.tiles_down * map.tiles_across;      // mutate: equivalent -- speed
  const Int tile = map.height * row / tiles;                // mutate: equivalent -- speed
  const Int count = std::max<Int>(last - first, 0) * tile;  // mutate: equivalent -- speed
  return {data + first * tile + below * row, count};        // mutate: equivalent -- speed
}

/// Two pieces of memory, asked for part by part while products are computed: the first one during
/// the first half of the calls.
class Soon {
 public:
  Soon(WinogradSoon first, WinogradSoon second, Int calls)
      : pieces_{first, second}, half_(divide_up(calls, 2)) {}  // mutate: equivalent -- speed
  WinogradSoon next() {
    const WinogradSoon& piece = pieces_[at_ / half_ % 2];  // mutate: equivalent -- speed
    const Int i = at_++ % half_;                           // mutate: equivalent -- speed
    const Int begin = piece.count * i / half_;             // mutate: equivalent -- speed
    const Int end = piece.count * (i + 1) / half_;         // mutate: equivalent -- speed
    return {piece.data + begin, end - begin};              // mutate: equivalent -- speed
  }

 private:
  WinogradSoon pieces_[2];
  Int half_, at_ = 0;
};

/// f(image, first pixel, count) for stretches of pixels, long enough to read and write whole pages,
/// in several threads.
template <class F>
void for_each_stretch(Int batch, Int channels, Int pixels, const F& f) {
  constexpr Int kStretch = 256, kGrain = 1 << 14;
  const Int stretches = divide_up(pixels, kStretch);
  const Int grain = kGrain / (channels * std::min(pixels, kStretch) + 1) + 1;
  parallel_for(0, batch * stretches, grain, [&](Int first, Int last) {
    for (Int s = first; s < last; ++s) {
      const Int begin = s % stretches * kStretch;
      f(s / stretches, begin, std::min(kStretch, pixels - begin));
    }
  });
}

/// A map that is read: channels-last, by a copy where it lies otherwise.
class MapIn {
 public:
  MapIn(const void* map, bool channels_last, Int batch, Int channels, Int pixels)
      : room_(channels_last ? 0 : batch * channels * pixels),
        data_(channels_last ? static_cast<const float*>(map) : room_.data()) {
    if (channels_last) return;
    for_each_stretch(batch, channels, pixels, [&](Int n, Int first, Int count) {
      transpose_loops().plain(channels, count,
                              static_cast<const float*>(map) + n * channels * pixels + first,
                              pixels, room_.data() + (n * pixels + first) * channels, channels);
    });
  }
  const float* data() const { return data_; }

 private:
  Scratch<float> room_;
  const float* data_;
};

/// A map that is written, likewise.
class MapOut {
 public:
  MapOut(void* map, bool channels_last, Int batch, Int channels, Int pixels)
      : map_(static_cast<float*>(map)),
        batch_(batch),
        channels_(channels),
        pixels_(pixels),
        room_(channels_last ? 0 : batch * channels * pixels) {}
  float* data() const { return room_.data() ? room_.data() : map_; }
  /// Brings the copy to its place.
  void write() const {
    if (!room_.data()) return;
    for_each_stretch(batch_, channels_, pixels_, [&](Int n, Int first, Int count) {
      constexpr Int kChannels = 16;  // at a time: each is written along a line
      for (Int c = 0; c < channels_; c += kChannels)
        transpose_loops().plain(count, std::min(kChannels, channels_ - c),
                                room_.data() + (n * pixels_ + first) * channels_ + c, channels_,
                                map_ + (n * channels_ + c) * pixels_ + first, pixels_);
    });
  }

 private:
  float* map_;
  Int batch_, channels_, pixels_;
  Scratch<float> room_;
};

/// The forward pass, or with `gradient` the gradient of the input (winograd_map_cpu.cpp). False,
/// and the result is not valid, where one of its numbers is infinite or no number.
bool map_to_map(const Convolution& operands, bool gradient);
/// The gradient of the weight, likewise (winograd_weight_cpu.cpp).
bool weight_gradient(const Convolution& operands);

}  // namespace limpid::winograd
