#pragma once
// im2col and its reverse, as ops. They only move and add numbers: what is infinite stays where it
// is.

#include "limpid/core/int_pair.h"
#include "limpid/op/operator.h"

namespace limpid {

struct Unfold {
  static constexpr OpDoc doc{
      .name = "unfold",
      .title = "Unfold",
      .summary = "Writes every window of an image as a column (im2col).",
      .formula =
          "y[n, (c, i, j), (oy, ox)] = x[n, c, oy*stride + i*dilation - padding, ...], 0 outside",
      .shapes = "(N, C, H, W) or (C, H, W) -> (N, C kh kw, OH OW), sizes as of conv2d"};
  static std::vector<Case> cases();
};

struct Fold {
  static constexpr OpDoc doc{
      .name = "fold",
      .title = "Fold",
      .summary = "Adds columns up into an image (col2im).",
      .formula =
          "y[n, c, p, q] = sum of x[n, (c, i, j), (oy, ox)] over oy, i with oy*stride + i*dilation "
          "- padding = p, and ox, j likewise",
      .shapes = "(N, C kh kw, OH OW) or (C kh kw, OH OW) -> (N, C, output_size)"};
  static std::vector<Case> cases();
};

/// In PyTorch's argument order.
struct FoldOptions {
  IntPair dilation = 1;
  IntPair padding = 0;
  IntPair stride = 1;
};

/// Any dtype. ShapeError names the dimension in which the kernel does not fit.
Tensor unfold(const Tensor& input, IntPair kernel_size, FoldOptions options = {});
/// The reverse: fold(unfold(x)) has every pixel as often as windows see it. ShapeError when the
/// columns are not those of such windows.
Tensor fold(const Tensor& input, IntPair output_size, IntPair kernel_size,
            FoldOptions options = {});

}  // namespace limpid
