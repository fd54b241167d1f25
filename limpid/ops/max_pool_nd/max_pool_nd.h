#pragma once
// Max pooling along one axis and along three, made of max_pool2d.
//
// A maximum over a box is the maximum over depth of maxima over slices. Places follow: the winner
// over depth names a slice and a window of it, and that window's winner is looked up.

#include <optional>

#include "limpid/core/int_triple.h"
#include "limpid/core/optional_sizes.h"
#include "limpid/op/operator.h"

namespace limpid {

struct MaxPool1d {
  static constexpr OpDoc doc{
      .name = "max_pool1d",
      .title = "MaxPool1d",
      .summary = "The largest element of every window of a sequence, and its place.",
      .formula = "y[n,c,o] = max over j of x[n, c, o*stride + j*dilation - padding]",
      .outputs = "values, indices",
      .shapes = "(N, C, L) or (C, L) -> twice (N, C, OL), OL as of max_pool2d"};
  static std::vector<Case> cases();
};

struct MaxPool3d {
  static constexpr OpDoc doc{
      .name = "max_pool3d",
      .title = "MaxPool3d",
      .summary = "The largest element of every window of a volume, and its place.",
      .formula =
          "y[n,c,od,oy,ox] = max over h, i, j of x[n, c, od*stride + h*dilation - padding, ...]",
      .outputs = "values, indices",
      .shapes =
          "(N, C, D, H, W) or (C, D, H, W) -> twice (N, C, OD, OH, OW), sizes as of max_pool2d"};
  static std::vector<Case> cases();
};

/// In PyTorch's argument order.
struct MaxPool1dOptions {
  std::optional<std::int64_t> stride = std::nullopt;  ///< left out: as large as the kernel
  std::int64_t padding = 0;
  std::int64_t dilation = 1;
  bool ceil_mode = false;
};
struct MaxPool3dOptions {
  OptionalSizes<IntTriple> stride = std::nullopt;  ///< left out: as large as the kernel
  IntTriple padding = 0;
  IntTriple dilation = 1;
  bool ceil_mode = false;
};

struct MaxPoolResult {
  Tensor values;
  Tensor indices;  ///< int64: the position, or (depth * H + row) * W + column in the volume
};

/// Dtypes, ties, NaN and errors as of max_pool2d.
Tensor max_pool1d(const Tensor& input, std::int64_t kernel_size, MaxPool1dOptions options = {});
Tensor max_pool3d(const Tensor& input, IntTriple kernel_size, MaxPool3dOptions options = {});
/// With the places of the winners.
MaxPoolResult max_pool1d_with_indices(const Tensor& input, std::int64_t kernel_size,
                                      MaxPool1dOptions options = {});
MaxPoolResult max_pool3d_with_indices(const Tensor& input, IntTriple kernel_size,
                                      MaxPool3dOptions options = {});

}  // namespace limpid
