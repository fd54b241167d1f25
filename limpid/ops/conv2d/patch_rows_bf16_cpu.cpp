// Convolutions of bfloat16 as products over the patches of all pixels (patch_rows_cpu.cpp). A
// product adds up in float32 and rounds once, so nothing is added to one that was rounded: all
// patches are written first, and the gradient of the image, whose sums would be rounded for each
// tap, is a convolution of dY with the kernel turned by 180 degrees and its channels exchanged.

#include <algorithm>
#include <atomic>
#include <utility>

#include "limpid/backends/cpu/gemm.h"
#include "limpid/backends/cpu/parallel.h"
#include "limpid/backends/cpu/scratch.h"
#include "limpid/backends/cpu/strided_copy.h"
#include "limpid/config.h"
#include "limpid/ops/conv2d/maps_in_order.h"
#include "limpid/ops/conv2d/patch_rows.h"
#include "limpid/ops/conv2d/patch_rows_parts.h"
#if LIMPID_HAS_ONEDNN
#include "limpid/backends/cpu/onednn.h"
#endif

namespace limpid {

namespace {

using patch_rows::Int, patch_rows::PatchRows;

const BFloat16* elements(const void* data) { return static_cast<const BFloat16*>(data); }

/// y = patches W^T + bias; w lies as (K, KH KW, C).
void multiply(const Convolution& c, const BFloat16* w) {
  const ConvolutionSizes& s = c.sizes;
  const PatchRows<const BFloat16> patches{s, elements(c.x)};
  const Int pixels = s.batch * s.out_image(), columns = patches.columns();
  const Scratch<BFloat16> rows(pixels * columns);
  patches.write_all(0, pixels, rows.data());
  gemm({.dtype = DType::bf16,
        .m = pixels,
        .n = s.out_channels,
        .k = columns,
        .a = {rows.data(), columns, 1},
        .b = {w, 1, columns},
        .c = c.y,
        .c_row_stride = s.out_channels,
        .bias = c.bias,
        .finish = c.finish});
}

void forward(const Convolution& c) {
  const Int in = c.sizes.in_channels, out = c.sizes.out_channels, taps = c.sizes.kernel();
  const Scratch<BFloat16> weight(c.sizes.w_numel());
  const Int shape[] = {out, taps, in}, to[] = {taps * in, in, 1}, from[] = {taps * in, 1, taps};
  copy_strided_in_parallel(weight.data(), to, c.w, from, shape, sizeof(BFloat16));
  multiply(c, weight.data());
}

/// With strides of 1.
void input_gradient(const Convolution& c) {
  const Int in = c.sizes.in_channels, out = c.sizes.out_channels, taps = c.sizes.kernel();
  const Scratch<BFloat16> weight(c.sizes.w_numel());
  const Int shape[] = {in, taps, out}, to[] = {taps * out, out, 1}, from[] = {taps, -1, taps * in};
  copy_strided_in_parallel(weight.data(), to, elements(c.w) + taps - 1, from, shape,
                           sizeof(BFloat16));
  Convolution turned = c;
  ConvolutionSizes& s = turned.sizes;
  std::swap(turned.x, turned.y);
  std::swap(s.in_channels, s.out_channels);
  std::swap(s.height, s.out_height);
  std::swap(s.width, s.out_width);
  s.top = (s.kernel_height - 1) * s.dilation_height - s.top;
  s.left = (s.kernel_width - 1) * s.dilation_width - s.left;
  multiply(turned, weight.data());
}

/// dW = dY^T patches.
void weight_gradient(const Convolution& c) {
  const ConvolutionSizes& s = c.sizes;
  const PatchRows<const BFloat16> patches{s, elements(c.x)};
  const Int pixels = s.batch * s.out_image(), columns = patches.columns();
  const Scratch<BFloat16> rows(pixels * columns), sums(s.w_numel());
  patches.write_all(0, pixels, rows.data());
  gemm({.dtype = DType::bf16,
        .m = s.out_channels,
        .n = columns,
        .k = pixels,
        .a = {c.y, 1, s.out_channels},
        .b = {rows.data(), columns, 1},
        .c = sums.data(),
        .c_row_stride = columns});
  const Int shape[] = {s.out_channels, s.in_channels, s.kernel()};
  const Int to[] = {columns, s.kernel(), 1}, from[] = {columns, 1, s.in_channels};
  copy_strided_in_parallel(c.w, to, sums.data(), from, shape, sizeof(BFloat16));
}

bool has_infinity_or_nan(const void* data, Int count) {
  constexpr std::uint16_t kExponent = 0x7F80;
  std::atomic<bool> found = false;
  parallel_for(0, count, 1 << 16, [&](Int first, Int last) {
    if (std::any_of(elements(data) + first, elements(data) + last,
                    [](BFloat16 v) { return (v.bits & kExponent) == kExponent; }))
      found = true;
  });
  return found;
}

}  // namespace

bool bf16_patch_rows_suit(const ConvolutionSizes& s, ConvolutionPass pass) {
  constexpr Int kMost = 1 << 25;  // elements of all patches: 64 MiB
  if (s.groups != 1 || s.is_product()) return false;
  const bool strides = s.stride_height > 1 || s.stride_width > 1;
  const bool to_x = pass == ConvolutionPass::input_gradient;
  const Int image = to_x ? s.image() : s.out_image(), pixels = s.batch * image;
  const Int columns = s.kernel() * (to_x ? s.out_channels : s.in_channels);
  if (pixels * columns > kMost) return false;
  if (pass == ConvolutionPass::weight_gradient)
    return pixels >= 128 && (strides || s.w_numel() >= 1 << 18);
  const Int channels = to_x ? s.in_channels : s.out_channels;
  return pixels >= 256 && 16 * image <= channels && !(to_x && strides);
}

bool bf16_patch_rows_are_fast([[maybe_unused]] const ConvolutionSizes& s,
                              [[maybe_unused]] ConvolutionPass pass) {
#if LIMPID_HAS_ONEDNN
  return onednn_has_amx() && bf16_patch_rows_suit(s, pass);
#else
  return false;
#endif
}

bool patch_rows_bf16(const ConvProblem& p, const Convolution& c) {
  const bool of_weight = p.pass == ConvolutionPass::weight_gradient;
  if (has_infinity_or_nan(of_weight ? c.y : c.w, of_weight ? p.sizes.y_numel() : p.sizes.w_numel()))
    return false;
  const MapsInOrder maps(p, c, true);
  if (p.pass == ConvolutionPass::forward) forward(maps.operands());
  else if (of_weight) weight_gradient(maps.operands());
  else input_gradient(maps.operands());
  maps.write();
  return true;
}

}  // namespace limpid
