#pragma once
// The patches that output pixels see, as rows of a matrix: what patch_rows_cpu.cpp and
// patch_rows_bf16_cpu.cpp multiply.

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "limpid/backends/cpu/convolution.h"
#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/row_loops.h"

namespace limpid::patch_rows {

using Int = std::int64_t;

/// Of the places 0, 1, ..., count - 1, the first and the one behind the last with
/// place * step + shift in [0, size).
struct Inside {
  Int first, last;
  Inside(Int count, Int step, Int shift, Int size)
      : first(std::min(count, shift < 0 ? (-shift + step - 1) / step : 0)),
        last(std::clamp(size <= shift ? 0 : (size - shift - 1) / step + 1, first, count)) {}
};

template <class T>
void add_row(const T* from, T* to, Int count) {
  if constexpr (is_float_type<T>) row_loops().of<T>().add(from, to, count);
  else
    for (Int i = 0; i < count; ++i) to[i] += from[i];
}

/// Of one group and maps that lie channels-last.
template <class T>
struct PatchRows {
  const ConvolutionSizes& s;
  T* x;

  Int columns() const { return s.kernel() * s.in_channels; }

  /// The patches of `count` output pixels from `first` on, counted over all images, in several
  /// threads.
  void write_all(Int first, Int count, std::remove_const_t<T>* to) const {
    parallel_for(0, count, (1 << 14) / columns() + 1, [&](Int begin, Int end) {
      for (Int r = begin; r < end; ++r) write(first + r, to + r * columns());
    });
  }

  /// The patch of an output pixel.
  void write(Int pixel, std::remove_const_t<T>* to) const {
    const Int image = pixel / s.out_image(), oy = pixel % s.out_image() / s.out_width;
    const Int top = oy * s.stride_height - s.top;
    const Int left = pixel % s.out_width * s.stride_width - s.left;
    const Inside taps(s.kernel_width, s.dilation_width, left, s.width);
    for (Int i = 0; i < s.kernel_height; ++i, to += s.kernel_width * s.in_channels) {
      const Int row = top + i * s.dilation_height;
      if (row < 0 || row >= s.height) std::fill_n(to, s.kernel_width * s.in_channels, T(0));
      else write_row(x + ((image * s.height + row) * s.width + left) * s.in_channels, taps, to);
    }
  }

  /// The taps of one row of the kernel; the first sees `from`.
  void write_row(const T* from, Inside inside, std::remove_const_t<T>* to) const {
    const Int c = s.in_channels, step = s.dilation_width * c;
    std::fill(to, to + inside.first * c, T(0));
    std::fill(to + inside.last * c, to + s.kernel_width * c, T(0));
    const Int runs = s.dilation_width == 1 ? 1 : inside.last - inside.first;
    const Int taps = (inside.last - inside.first) / std::max<Int>(runs, 1);
    for (Int j = inside.first; j < inside.last; j += taps)
      std::memcpy(to + j * c, from + j * step, static_cast<std::size_t>(taps * c) * sizeof(T));
  }

  /// Adds to a row of pixels, counted over all images, what the patches of the output pixels
  /// [first, end), counted likewise, hold for it.
  void add_to(Int row, const T* patches, Int first, Int end) const {
    const Int image = row / s.height, c = s.in_channels;
    for (Int i = 0; i < s.kernel_height; ++i) {
      const Int down = row % s.height + s.top - i * s.dilation_height, oy = down / s.stride_height;
      if (down < 0 || down % s.stride_height != 0 || oy >= s.out_height) continue;
      const Int start = (image * s.out_height + oy) * s.out_width;
      const Int last = std::min(end - start, s.out_width);
      for (Int ox = std::max<Int>(first - start, 0); ox < last; ++ox)
        add_taps(x + row * s.width * c, ox * s.stride_width - s.left,
                 patches + (start + ox - first) * columns() + i * s.kernel_width * c);
    }
  }
  /// One row of a patch; the first of its taps saw the pixel `left` of `to`.
  void add_taps(T* to, Int left, const T* from) const {
    const Int c = s.in_channels;
    const Inside taps(s.kernel_width, s.dilation_width, left, s.width);
    const Int at_once = s.dilation_width == 1 ? std::max<Int>(taps.last - taps.first, 1) : 1;
    for (Int j = taps.first; j < taps.last; j += at_once)
      add_row(from + j * c, to + (left + j * s.dilation_width) * c, at_once * c);
  }
};

}  // namespace limpid::patch_rows
