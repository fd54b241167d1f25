// im2col for maps that lie channels-last: the patch that an output pixel sees is a row of a matrix,
//   patches[(n, oy, ox), (i, j, c)] = x[n, oy*stride + i*dilation - top, ox*stride + j*dilation -
//   left, c]
// (zero outside the image), of which the channels of a pixel, and of its neighbours along a row,
// are copied in one piece. The gradient of the weight is then one product over all pixels,
//   dW = dY^T patches        (K x pixels) (pixels x KH KW C),
// whose columns go from (i, j, c) to (c, i, j) at the end. That of the image is the other way
// round:
//   dY W                     (pixels x K) (K x KH KW C)
// is a gradient for each entry of patches, to be added to the pixel that the entry is a copy of.

#include <algorithm>
#include <cstring>

#include "limpid/backends/cpu/gemm.h"
#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/row_loops.h"
#include "limpid/backends/cpu/scratch.h"
#include "limpid/backends/cpu/strided_copy.h"
#include "limpid/ops/conv2d/maps_in_order.h"
#include "limpid/ops/conv2d/patch_rows.h"

namespace limpid {

namespace {

using Int = std::int64_t;

/// Of the places 0, 1, ..., count - 1, the first and the one behind the last with
/// place * step + shift in [0, size).
struct Inside {
  Int first, last;
  Inside(Int count, Int step, Int shift, Int size)
      : first(std::min(count, shift < 0 ? (-shift + step - 1) / step : 0)),
        last(std::clamp(size <= shift ? 0 : (size - shift - 1) / step + 1, first, count)) {}
};

/// Pixels of the output whose patches stay in the caches between copying and multiplying; fewer of
/// long patches, which would take memory without bound.
Int pixels_of_block(Int pixels, Int columns) {
  constexpr Int kPixels = 512, kLeast = 16, kElements = 1 << 22;
  return std::min(std::clamp(kElements / columns, kLeast, kPixels), pixels);
}

template <class T>
void add_row(const T* from, T* to, Int count) {
  if constexpr (is_float_type<T>) row_loops().of<T>().add(from, to, count);
  else
    for (Int i = 0; i < count; ++i) to[i] += from[i];
}

template <class T>
struct PatchRows {
  const ConvolutionSizes& s;
  T* x;

  Int columns() const { return s.kernel() * s.in_channels; }

  /// The patch of an output pixel, counted over all images.
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

template <class T>
void weight_gradient(const Convolution& c) {
  const ConvolutionSizes& s = c.sizes;
  const PatchRows<const T> patches{s, static_cast<const T*>(c.x)};
  const Int pixels = s.batch * s.out_image(), columns = patches.columns();
  const Int block = pixels_of_block(pixels, columns);
  const Scratch<T> rows(block * columns), sums(s.w_numel());
  for (Int p = 0; p < pixels; p += block) {
    const Int count = std::min(block, pixels - p);
    parallel_for(0, count, (1 << 14) / columns + 1, [&](Int first, Int last) {
      for (Int r = first; r < last; ++r) patches.write(p + r, rows.data() + r * columns);
    });
    gemm({.dtype = dtype_of<T>(),
          .m = s.out_channels,
          .n = columns,
          .k = count,
          .a = {static_cast<const T*>(c.y) + p * s.out_channels, 1, s.out_channels},
          .b = {rows.data(), columns, 1},
          .c = sums.data(),
          .c_row_stride = columns,
          .beta = p == 0 ? 0.0 : 1.0});
  }
  const Int shape[] = {s.out_channels, s.in_channels, s.kernel()};
  const Int to[] = {columns, s.kernel(), 1}, from[] = {columns, 1, s.in_channels};
  copy_strided_in_parallel(c.w, to, sums.data(), from, shape, sizeof(T));
}

template <class T>
void input_gradient(const Convolution& c) {
  const ConvolutionSizes& s = c.sizes;
  const PatchRows<T> patches{s, static_cast<T*>(c.x)};
  const Int pixels = s.batch * s.out_image(), columns = patches.columns();
  const Int block = pixels_of_block(pixels, columns);
  const Scratch<T> weight(s.w_numel()), rows(block * columns);
  const Int shape[] = {s.out_channels, s.kernel(), s.in_channels};
  const Int to[] = {columns, s.in_channels, 1}, from[] = {columns, 1, s.kernel()};
  copy_strided_in_parallel(weight.data(), to, c.w, from, shape, sizeof(T));
  std::fill_n(patches.x, s.x_numel(), T(0));
  for (Int p = 0; p < pixels; p += block) {
    const Int end = std::min(p + block, pixels);
    gemm({.dtype = dtype_of<T>(),
          .m = end - p,
          .n = columns,
          .k = s.out_channels,
          .a = {static_cast<const T*>(c.y) + p * s.out_channels, s.out_channels, 1},
          .b = {weight.data(), columns, 1},
          .c = rows.data(),
          .c_row_stride = columns});
    const Int first_image = p / s.out_image(), last_image = (end - 1) / s.out_image();
    parallel_for(first_image * s.height, (last_image + 1) * s.height,
                 (1 << 14) / (s.width * s.in_channels) + 1, [&](Int row, Int last) {
                   for (; row < last; ++row) patches.add_to(row, rows.data(), p, end);
                 });
  }
}

template <class T>
void gradient(const Convolution& c, ConvolutionPass pass) {
  if (pass == ConvolutionPass::input_gradient) input_gradient<T>(c);
  else weight_gradient<T>(c);
}

}  // namespace

void patch_rows_gradient(const ConvProblem& p, const Convolution& c) {
  const MapsInOrder maps(p, c, true);
  if (p.dtype == DType::f32) gradient<float>(maps.operands(), p.pass);
  else if (p.dtype == DType::f64) gradient<double>(maps.operands(), p.pass);
  else gradient<std::int64_t>(maps.operands(), p.pass);
  maps.write();
}

}  // namespace limpid
