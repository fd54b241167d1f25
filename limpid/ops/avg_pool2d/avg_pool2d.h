#pragma once
// The average of every window of an image; of sequences and volumes by the same.
//
// Window sums are linear, and rows and columns can be summed one after the other: with R[oy, y] = 1
// where row y lies in the windows oy, divided by the rows that count, and C likewise for columns,
//   y = R x C^T,  so  dx = R^T dy C.

#include <limits>
#include <optional>

#include "limpid/core/int_pair.h"
#include "limpid/core/int_triple.h"
#include "limpid/core/optional_sizes.h"
#include "limpid/op/apply.h"

namespace limpid {

struct AvgPool2d {
  IntPair kernel_size = 1;
  IntPair stride = 1;
  IntPair padding = 0;                ///< zeros around the image
  bool ceil_mode = false;             ///< windows that reach beyond the end count too
  bool count_include_pad = true;      ///< zeros of the padding count in the average
  std::int64_t divisor_override = 0;  ///< divides by it instead, unless it is 0

  static constexpr OpDoc doc{
      .name = "avg_pool2d",
      .title = "AvgPool2d",
      .summary = "The average of every window of an image.",
      .formula = "y[n,c,oy,ox] = mean over i, j of x[n, c, oy*stride + i - padding, ...]",
      .shapes =
          "(N, C, H, W) or (C, H, W) -> (N, C, OH, OW), OH = floor((H + 2 padding - kernel) / "
          "stride) + 1; ceil_mode rounds up"};
  static constexpr OpTraits traits{.keeps_layout = true, .accuracy = Accuracy::terms};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("kernel_size", &AvgPool2d::kernel_size),
                      field("stride", &AvgPool2d::stride),
                      field("padding", &AvgPool2d::padding),
                      field("ceil_mode", &AvgPool2d::ceil_mode),
                      field("count_include_pad", &AvgPool2d::count_include_pad),
                      field("divisor_override", &AvgPool2d::divisor_override)};
  }

  Spec infer(const Inputs& in) const;
  double flops(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.specs = true}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

struct AvgPool1d {
  static constexpr OpDoc doc{.name = "avg_pool1d",
                             .title = "AvgPool1d",
                             .summary = "The average of every window of a sequence.",
                             .formula = "y[n,c,o] = mean over j of x[n, c, o*stride + j - padding]",
                             .shapes = "(N, C, L) or (C, L) -> (N, C, OL), OL as of avg_pool2d"};
  static std::vector<Case> cases();
};

struct AvgPool3d {
  static constexpr OpDoc doc{
      .name = "avg_pool3d",
      .title = "AvgPool3d",
      .summary = "The average of every window of a volume.",
      .formula = "as avg_pool2d with one more axis in front: first each slice, then over depth",
      .shapes = "(N, C, D, H, W) or (C, D, H, W) -> (N, C, OD, OH, OW), sizes as of avg_pool2d"};
  static std::vector<Case> cases();
};

/// In PyTorch's argument order.
struct AvgPool1dOptions {
  std::optional<std::int64_t> stride = std::nullopt;  ///< left out: as large as the kernel
  std::int64_t padding = 0;
  bool ceil_mode = false;
  bool count_include_pad = true;
};
struct AvgPool2dOptions {
  OptionalSizes<IntPair> stride = std::nullopt;  ///< left out: as large as the kernel
  IntPair padding = 0;
  bool ceil_mode = false;
  bool count_include_pad = true;
  std::optional<std::int64_t> divisor_override = std::nullopt;
};
struct AvgPool3dOptions {
  OptionalSizes<IntTriple> stride = std::nullopt;  ///< left out: as large as the kernel
  IntTriple padding = 0;
  bool ceil_mode = false;
  bool count_include_pad = true;
  std::optional<std::int64_t> divisor_override = std::nullopt;
};

/// Floats (N, C, H, W) or (C, H, W): avg_pool2d(x, 2), avg_pool2d(x, 3, {.stride = 2, .padding =
/// 1}). ValueError names an option out of range (a divisor_override of 0 too), ShapeError a kernel
/// that does not fit.
Tensor avg_pool2d(const Tensor& input, IntPair kernel_size, AvgPool2dOptions options = {});
/// Floats (N, C, L) or (C, L).
Tensor avg_pool1d(const Tensor& input, std::int64_t kernel_size, AvgPool1dOptions options = {});
/// Floats (N, C, D, H, W) or (C, D, H, W).
Tensor avg_pool3d(const Tensor& input, IntTriple kernel_size, AvgPool3dOptions options = {});

}  // namespace limpid
