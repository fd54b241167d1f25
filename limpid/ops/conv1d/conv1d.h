#pragma once
// Convolution along one axis: conv2d of images that are one pixel high.

#include <string_view>

#include "limpid/op/operator.h"

namespace limpid {

struct Conv1d {
  static constexpr OpDoc doc{
      .name = "conv1d",
      .title = "Conv1d",
      .summary = "Slides a window of weights along sequences.",
      .formula =
          "y[n,k,o] = b[k] + sum over c, j of w[k,c,j] x[n,c,o*stride + j*dilation - padding]",
      .inputs = "input, weight, bias?",
      .shapes =
          "(N, C, L) or (C, L), with weight (K, C / groups, kernel) and bias (K,) -> (N, K, OL), "
          "OL = floor((L + 2 padding - dilation (kernel - 1) - 1) / stride) + 1"};
  static std::vector<Case> cases();
};

/// A number, "valid" (none) or "same" (as much as keeps the length, with stride 1; an odd zero goes
/// behind).
struct Conv1dPadding {
  std::int64_t size = 0;
  bool same = false;
  Conv1dPadding(std::int64_t n) : size(n) {}
  Conv1dPadding(int n) : size(n) {}
  /// ValueError for another text.
  Conv1dPadding(const char* mode);
};

struct Conv1dOptions {
  std::int64_t stride = 1;
  Conv1dPadding padding = 0;
  std::int64_t dilation = 1;
  std::int64_t groups = 1;
};

/// Cross-correlation of sequences (N, C, L) or one sequence (C, L) with weight (K, C / groups,
/// kernel), plus bias (K,) unless it is undefined: conv1d(x, w, b, {.padding = 1}). All of one
/// dtype, floats or integers. It is computed by conv2d (ops/algorithms.h). Errors as there.
Tensor conv1d(const Tensor& input, const Tensor& weight, const Tensor& bias = {},
              Conv1dOptions options = {});

}  // namespace limpid
