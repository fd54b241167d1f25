#pragma once
// Transposed convolutions: what backward of a convolution sends to its input, used forward. Every
// number of the input spreads over a window of the output, so that strides make images larger.

#include "limpid/core/int_pair.h"
#include "limpid/core/int_triple.h"
#include "limpid/op/operator.h"

namespace limpid {

struct ConvTranspose1d {
  static constexpr OpDoc doc{
      .name = "conv_transpose1d",
      .title = "ConvTranspose1d",
      .summary = "Spreads every entry of sequences over a window, by weights.",
      .formula =
          "y[n,k,p] = b[k] + sum of w[c,k,j] x[n,c,o] over o, j with o*stride + j*dilation - "
          "padding "
          "= p",
      .inputs = "input, weight, bias?",
      .shapes =
          "(N, C, L) or (C, L), with weight (C, K / groups, kernel) and bias (K,) -> (N, K, OL), "
          "OL "
          "= (L - 1) stride - 2 padding + dilation (kernel - 1) + output_padding + 1"};
  static std::vector<Case> cases();
};

struct ConvTranspose2d {
  static constexpr OpDoc doc{
      .name = "conv_transpose2d",
      .title = "ConvTranspose2d",
      .summary = "Spreads every pixel of images over a window, by weights.",
      .formula =
          "y[n,k,p,q] = b[k] + sum of w[c,k,i,j] x[n,c,oy,ox] over oy, i with oy*stride + "
          "i*dilation "
          "- padding = p, and ox, j likewise",
      .inputs = "input, weight, bias?",
      .shapes =
          "(N, C, H, W) or (C, H, W), with weight (C, K / groups, kh, kw) and bias (K,) -> (N, K, "
          "OH, OW), OH = (H - 1) stride - 2 padding + dilation (kh - 1) + output_padding + 1",
      .source = "Dumoulin and Visin, A guide to convolution arithmetic for deep learning (2016)"};
  static std::vector<Case> cases();
};

struct ConvTranspose3d {
  static constexpr OpDoc doc{
      .name = "conv_transpose3d",
      .title = "ConvTranspose3d",
      .summary = "Spreads every element of volumes over a window, by weights.",
      .formula = "as conv_transpose2d, with one more axis in front",
      .inputs = "input, weight, bias?",
      .shapes =
          "(N, C, D, H, W) or (C, D, H, W), with weight (C, K / groups, kd, kh, kw) and bias (K,) "
          "-> (N, K, OD, OH, OW), sizes as of conv_transpose2d"};
  static std::vector<Case> cases();
};

struct ConvTranspose1dOptions {
  std::int64_t stride = 1;
  std::int64_t padding = 0;         ///< cut off the output on each side
  std::int64_t output_padding = 0;  ///< added to its end: several sizes have the same input size
  std::int64_t groups = 1;
  std::int64_t dilation = 1;
};
struct ConvTranspose2dOptions {
  IntPair stride = 1;
  IntPair padding = 0;
  IntPair output_padding = 0;
  std::int64_t groups = 1;
  IntPair dilation = 1;
};
struct ConvTranspose3dOptions {
  IntTriple stride = 1;
  IntTriple padding = 0;
  IntTriple output_padding = 0;
  std::int64_t groups = 1;
  IntTriple dilation = 1;
};

/// Of one dtype, floats or integers; bias may be undefined. ShapeError names the channels or the
/// dimension that does not fit, ValueError an option out of range: output_padding must be smaller
/// than the stride or the dilation.
Tensor conv_transpose1d(const Tensor& input, const Tensor& weight, const Tensor& bias = {},
                        ConvTranspose1dOptions options = {});
Tensor conv_transpose2d(const Tensor& input, const Tensor& weight, const Tensor& bias = {},
                        ConvTranspose2dOptions options = {});
Tensor conv_transpose3d(const Tensor& input, const Tensor& weight, const Tensor& bias = {},
                        ConvTranspose3dOptions options = {});

}  // namespace limpid
