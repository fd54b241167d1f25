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

#include "limpid/backends/cpu/gemm.h"
#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/scratch.h"
#include "limpid/backends/cpu/strided_copy.h"
#include "limpid/ops/conv2d/maps_in_order.h"
#include "limpid/ops/conv2d/patch_rows.h"
#include "limpid/ops/conv2d/patch_rows_parts.h"

namespace limpid {

namespace {

using patch_rows::Int, patch_rows::PatchRows;

/// Pixels of the output whose patches stay in the caches between copying and multiplying; fewer of
/// long patches, which would take memory without bound.
Int pixels_of_block(Int pixels, Int columns) {
  constexpr Int kPixels = 512, kLeast = 16, kElements = 1 << 22;
  return std::min(std::clamp(kElements / columns, kLeast, kPixels), pixels);
}

template <class T>
void weight_gradient(const Convolution& c) {
  const ConvolutionSizes& s = c.sizes;
  const PatchRows<const T> patches{s, static_cast<const T*>(c.x)};
  const Int pixels = s.batch * s.out_image(), columns = patches.columns();
  const Int block = pixels_of_block(pixels, columns);
  const Scratch<T> rows(block * columns), sums(s.w_numel());
  for (Int p = 0; p < pixels; p += block) {
    const Int count = std::min(block, pixels - p);
    patches.write_all(p, count, rows.data());
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
