// Copies, by a ladder of ways:
//   1. dense to dense without conversion: memcpy, in pieces by several threads when large;
//   2. conversion between float32 and the 16-bit floats: loops of the SIMD level
//   (conversion_simd.cpp);
//   3. maps from row-major to channels-last order or back, and transposed matrices (in some pair of
//      axes), without conversion: in square tiles, so that every cache line that is touched is used
//      up while it is there, those of 32-bit elements in registers;
//   4. everything else: a conversion loop along one axis, under an odometer.

#include <algorithm>
#include <cstring>

#include "limpid/backends/cpu/conversion.h"
#include "limpid/backends/cpu/simd.h"
#include "limpid/backends/cpu/streaming.h"
#include "limpid/backends/cpu/strided_loop.h"
#include "limpid/backends/cpu/transpose.h"
#include "limpid/core/walk.h"
#include "limpid/ops/copy/copy.h"
#include "limpid/tensor/layout.h"

namespace limpid {

namespace {

void copy_dense(const AnyView& x, const AnyView& y) {
  const auto bytes = x.numel * static_cast<std::int64_t>(size_of(x.dtype));
  char* const to = static_cast<char*>(y.data);
  const char* const from = static_cast<const char*>(x.data);
  const bool apart = to + bytes <= from || from + bytes <= to;
  constexpr std::int64_t kLine = 64;
  parallel_for(0, (bytes + kLine - 1) / kLine, kCheapGrain * 8 / kLine,
               [&](std::int64_t first, std::int64_t last) {
                 const std::int64_t begin = first * kLine, end = std::min(last * kLine, bytes);
                 if (apart && bytes >= kStreamBytes) {
                   stream_loops().copy(to + begin, from + begin, end - begin);
                   stream_loops().finish();
                 } else {
                   std::memmove(to + begin, from + begin, static_cast<std::size_t>(end - begin));
                 }
               });
}

// -- transposed matrices

/// rows x columns elements: `to` is dense along columns, `from` along rows.
struct Transposition {
  const char* from;
  char* to;
  std::int64_t rows, columns;
  std::int64_t from_step, to_step;  ///< bytes between columns of `from` and between rows of `to`
};

/// Elements along a side of a tile: 256 bytes, some cache lines of each page that is touched.
template <class T>
inline constexpr std::int64_t kTile = 64 / (sizeof(T) < 8 ? 1 : 2);

/// Through a tile on the stack, so that both sides are read and written along their dense axis.
template <class T>
void transpose_tile(const Transposition& t, std::int64_t row, std::int64_t column) {
  constexpr std::int64_t kSide = kTile<T>;
  alignas(64) T tile[kSide][kSide];
  const std::int64_t rows = std::min(kSide, t.rows - row);
  const std::int64_t columns = std::min(kSide, t.columns - column);
  for (std::int64_t j = 0; j < columns; ++j) {
    const T* x = reinterpret_cast<const T*>(t.from + (column + j) * t.from_step) + row;
    for (std::int64_t i = 0; i < rows; ++i) tile[i][j] = x[i];
  }
  for (std::int64_t i = 0; i < rows; ++i)
    std::memcpy(t.to + (row + i) * t.to_step + column * static_cast<std::int64_t>(sizeof(T)),
                tile[i], static_cast<std::size_t>(columns) * sizeof(T));
}

/// Rows of `to` from kTile<T> band on, as many; elements of 4 bytes change places in registers.
template <class T>
void transpose_band(const Transposition& t, std::int64_t band, bool past_caches) {
  const std::int64_t row = band * kTile<T>;
  if constexpr (sizeof(T) == 4) {
    const auto transpose = past_caches ? transpose_loops().streaming : transpose_loops().plain;
    transpose(t.columns, std::min(kTile<T>, t.rows - row),
              reinterpret_cast<const float*>(t.from) + row, t.from_step / 4,
              reinterpret_cast<float*>(t.to + row * t.to_step), t.to_step / 4);
  } else {
    for (std::int64_t column = 0; column < t.columns; column += kTile<T>)
      transpose_tile<T>(t, row, column);
  }
}

/// Bands of one matrix after the other, which lie side by side.
template <class T>
void transpose_all(const Transposition& first, std::int64_t matrices) {
  const std::int64_t bands = (first.rows + kTile<T> - 1) / kTile<T>;
  const std::int64_t size = first.rows * first.columns * static_cast<std::int64_t>(sizeof(T));
  const std::int64_t grain = std::max<std::int64_t>(1, kCheapGrain / (kTile<T> * first.columns));
  constexpr std::int64_t kLine = 64;
  const bool past_caches = size * matrices >= kStreamBytes && first.to_step % kLine == 0 &&
                           reinterpret_cast<std::uintptr_t>(first.to) % kLine == 0;
  parallel_for(0, matrices * bands, grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t task = begin; task < end; ++task) {
      Transposition t = first;
      t.from += task / bands * size;
      t.to += task / bands * size;
      transpose_band<T>(t, task % bands, past_caches);
    }
    if (past_caches) stream_loops().finish();
  });
}

/// The axis along which x is dense, if that is not the last one and both are worth tiling; or -1.
int transposed_axis(const AnyView& x, const AnyView& y) {
  if (!y.contiguous || x.dtype != y.dtype || x.rank != y.rank || x.rank < 2) return -1;
  constexpr std::int64_t kWorth = 8;
  const int last = x.rank - 1;
  if (x.shape[last] < kWorth || x.strides[last] == 1 || x.strides[last] == 0) return -1;
  for (int axis = 0; axis < last; ++axis) {
    if (x.shape[axis] != y.shape[axis]) return -1;  // broadcast
    if (x.strides[axis] == 1 && x.shape[axis] >= kWorth) return axis;
  }
  return -1;
}

/// One transposition for each index of the axes that do not take part.
void copy_transposed(const AnyView& x, const AnyView& y, int axis) {
  const int last = x.rank - 1;
  const auto size = static_cast<std::int64_t>(size_of(x.dtype));
  Shape outer(shape_of(y));
  outer[axis] = outer[last] = 1;
  walk<2>(outer, {x.strides, y.strides}, [&](const auto& at) {
    const Transposition t{.from = static_cast<const char*>(x.data) + at[0] * size,
                          .to = static_cast<char*>(y.data) + at[1] * size,
                          .rows = x.shape[axis],
                          .columns = x.shape[last],
                          .from_step = x.strides[last] * size,
                          .to_step = y.strides[axis] * size};
    if (size == 1) transpose_all<std::uint8_t>(t, 1);
    else if (size == 2) transpose_all<std::uint16_t>(t, 1);
    else if (size == 4) transpose_all<std::uint32_t>(t, 1);
    else transpose_all<std::uint64_t>(t, 1);
  });
}

// -- maps

/// Each image is a matrix of channels by pixels in one order, of pixels by channels in the other.
bool copy_map(const AnyView& x, const AnyView& y) {
  if (x.rank != 4 || y.rank != 4 || x.dtype != y.dtype || x.numel != y.numel) return false;
  const bool to_rows = y.contiguous && is_channels_last(x);
  if (!to_rows && !(x.contiguous && is_channels_last(y))) return false;
  const std::int64_t channels = y.shape[1], pixels = y.shape[2] * y.shape[3];
  const auto size = static_cast<std::int64_t>(size_of(x.dtype));
  Transposition t{static_cast<const char*>(x.data),
                  static_cast<char*>(y.data),
                  channels,
                  pixels,
                  channels * size,
                  pixels * size};
  if (!to_rows) {
    std::swap(t.rows, t.columns);
    std::swap(t.from_step, t.to_step);
  }
  if (size == 1) transpose_all<std::uint8_t>(t, y.shape[0]);
  else if (size == 2) transpose_all<std::uint16_t>(t, y.shape[0]);
  else if (size == 4) transpose_all<std::uint32_t>(t, y.shape[0]);
  else transpose_all<std::uint64_t>(t, y.shape[0]);
  count_layout_copy();
  return true;
}

/// Both dense, and element k in memory of one goes to place k of the other.
bool lie_alike(const AnyView& x, const AnyView& y) {
  if (x.numel != y.numel) return false;
  return (x.contiguous && y.contiguous) || (is_channels_last(x) && is_channels_last(y));
}

}  // namespace

void Copy::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  if (y.numel == 0) return;
  if (x.dtype == y.dtype && lie_alike(x, y)) return copy_dense(x, y);
  if (copy_map(x, y)) return;
  if (const int axis = transposed_axis(x, y); axis >= 0) return copy_transposed(x, y, axis);
  run_loop(conversion(x.dtype, y.dtype), y, io.in);
}

}  // namespace limpid
