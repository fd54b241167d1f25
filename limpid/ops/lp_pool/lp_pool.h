#pragma once
// The p-norm of every window: between average (p = 1) and maximum (p large).

#include <optional>

#include "limpid/core/int_pair.h"
#include "limpid/core/int_triple.h"
#include "limpid/core/optional_sizes.h"
#include "limpid/op/operator.h"

namespace limpid {

struct LpPool1d {
  static constexpr OpDoc doc{.name = "lp_pool1d",
                             .title = "LpPool1d",
                             .summary = "The p-norm of every window of a sequence.",
                             .formula = "y = (sum over the window of x^p)^(1/p)",
                             .shapes = "(N, C, L) or (C, L) -> (N, C, OL), OL as of avg_pool1d"};
  static std::vector<Case> cases();
};

struct LpPool2d {
  static constexpr OpDoc doc{
      .name = "lp_pool2d",
      .title = "LpPool2d",
      .summary = "The p-norm of every window of an image.",
      .formula = "y = (sum over the window of x^p)^(1/p)",
      .shapes = "(N, C, H, W) or (C, H, W) -> (N, C, OH, OW), sizes as of avg_pool2d"};
  static std::vector<Case> cases();
};

struct LpPool3d {
  static constexpr OpDoc doc{
      .name = "lp_pool3d",
      .title = "LpPool3d",
      .summary = "The p-norm of every window of a volume.",
      .formula = "y = (sum over the window of x^p)^(1/p)",
      .shapes = "(N, C, D, H, W) or (C, D, H, W) -> (N, C, OD, OH, OW), sizes as of avg_pool3d"};
  static std::vector<Case> cases();
};

/// In PyTorch's argument order.
struct LpPool1dOptions {
  std::optional<std::int64_t> stride = std::nullopt;  ///< left out: as large as the kernel
  bool ceil_mode = false;
};
struct LpPool2dOptions {
  OptionalSizes<IntPair> stride = std::nullopt;
  bool ceil_mode = false;
};
struct LpPool3dOptions {
  OptionalSizes<IntTriple> stride = std::nullopt;
  bool ceil_mode = false;
};

/// As in PyTorch, x^p is taken with its sign and a negative sum counts as its absolute value with a
/// sign: choose an even p, or inputs that are not negative. ValueError for a norm_type of 0.
Tensor lp_pool1d(const Tensor& input, double norm_type, std::int64_t kernel_size,
                 LpPool1dOptions options = {});
Tensor lp_pool2d(const Tensor& input, double norm_type, IntPair kernel_size,
                 LpPool2dOptions options = {});
Tensor lp_pool3d(const Tensor& input, double norm_type, IntTriple kernel_size,
                 LpPool3dOptions options = {});

}  // namespace limpid
