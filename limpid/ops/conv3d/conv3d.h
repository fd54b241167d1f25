#pragma once
// Convolution of volumes, by conv2d.
//
// The sum over taps (h, i, j) of a volume's window is taken in two steps. Slices of the volume that
// a window sees, at depths od*stride + h*dilation - padding for h = 0 ... kd - 1, are laid one
// behind the other as channels of an image:
//   images[n, od, (c, h), y, x] = x[n, c, od*stride + h*dilation - padding, y, x]
// Then conv2d of these N OD images with the weight (K, (C / groups, kd), kh, kw), which is the
// weight as it lies, sums over c, h, i and j at once. Each pixel is copied kd times (im2col of the
// whole window would copy it kd kh kw times), and every algorithm of conv2d serves.

#include "limpid/core/int_triple.h"
#include "limpid/op/operator.h"

namespace limpid {

struct Conv3d {
  static constexpr OpDoc doc{
      .name = "conv3d",
      .title = "Conv3d",
      .summary = "Slides a window of weights over volumes.",
      .formula =
          "y[n,k,od,oy,ox] = b[k] + sum over c, h, i, j of w[k,c,h,i,j] x[n,c,od*stride + "
          "h*dilation - padding, ...]",
      .inputs = "input, weight, bias?",
      .shapes =
          "(N, C, D, H, W) or (C, D, H, W), with weight (K, C / groups, kd, kh, kw) and bias (K,) "
          "-> (N, K, OD, OH, OW), OD = floor((D + 2 padding - dilation (kd - 1) - 1) / stride) + "
          "1"};
  static std::vector<Case> cases();
};

/// A number, {depth, height, width}, "valid" (none) or "same" (as much as keeps the sizes, with
/// stride 1).
struct Conv3dPadding {
  IntTriple sizes = 0;
  bool same = false;
  Conv3dPadding(std::int64_t all) : sizes(all) {}
  Conv3dPadding(int all) : sizes(all) {}
  Conv3dPadding(std::int64_t d, std::int64_t h, std::int64_t w) : sizes(d, h, w) {}
  Conv3dPadding(IntTriple t) : sizes(t) {}
  /// ValueError for another text.
  Conv3dPadding(const char* mode);
};

struct Conv3dOptions {
  IntTriple stride = 1;
  Conv3dPadding padding = 0;
  IntTriple dilation = 1;
  std::int64_t groups = 1;
};

/// Cross-correlation of volumes (N, C, D, H, W) or one volume (C, D, H, W) with weight (K, C /
/// groups, kd, kh, kw), plus bias (K,) unless it is undefined. Dtypes and errors as of conv2d.
Tensor conv3d(const Tensor& input, const Tensor& weight, const Tensor& bias = {},
              Conv3dOptions options = {});

}  // namespace limpid
