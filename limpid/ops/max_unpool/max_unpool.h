#pragma once
// Puts values back where max pooling found them.

#include <optional>

#include "limpid/core/int_pair.h"
#include "limpid/core/int_triple.h"
#include "limpid/core/optional_sizes.h"
#include "limpid/op/operator.h"

namespace limpid {

struct MaxUnpool1d {
  static constexpr OpDoc doc{
      .name = "max_unpool1d",
      .title = "MaxUnpool1d",
      .summary = "Puts values back where max_pool1d found them, among zeros.",
      .formula = "y[n, c, indices[n,c,o]] = x[n,c,o], and 0 elsewhere",
      .inputs = "input, indices",
      .shapes =
          "twice (N, C, L) or (C, L) -> (N, C, OL), OL = (L - 1) stride - 2 padding + kernel, or "
          "output_size"};
  static std::vector<Case> cases();
};

struct MaxUnpool2d {
  static constexpr OpDoc doc{
      .name = "max_unpool2d",
      .title = "MaxUnpool2d",
      .summary = "Puts values back where max_pool2d found them, among zeros.",
      .formula = "y[n, c] at place indices[n,c,oy,ox] of the plane = x[n,c,oy,ox], and 0 elsewhere",
      .inputs = "input, indices",
      .shapes =
          "twice (N, C, H, W) or (C, H, W) -> (N, C, OH, OW), OH = (H - 1) stride - 2 padding + "
          "kernel, or output_size"};
  static std::vector<Case> cases();
};

struct MaxUnpool3d {
  static constexpr OpDoc doc{
      .name = "max_unpool3d",
      .title = "MaxUnpool3d",
      .summary = "Puts values back where max_pool3d found them, among zeros.",
      .formula =
          "y[n, c] at place indices[n,c,oz,oy,ox] of the volume = x[n,c,oz,oy,ox], and 0 elsewhere",
      .inputs = "input, indices",
      .shapes =
          "twice (N, C, D, H, W) or (C, D, H, W) -> (N, C, OD, OH, OW), OD = (D - 1) stride - 2 "
          "padding + kernel, or output_size"};
  static std::vector<Case> cases();
};

/// In PyTorch's argument order.
struct MaxUnpool1dOptions {
  std::optional<std::int64_t> stride = std::nullopt;  ///< left out: as large as the kernel
  std::int64_t padding = 0;
  std::optional<std::int64_t> output_size = std::nullopt;  ///< several sizes pool to the same
};
struct MaxUnpool2dOptions {
  OptionalSizes<IntPair> stride = std::nullopt;
  IntPair padding = 0;
  OptionalSizes<IntPair> output_size = std::nullopt;
};
struct MaxUnpool3dOptions {
  OptionalSizes<IntTriple> stride = std::nullopt;
  IntTriple padding = 0;
  OptionalSizes<IntTriple> output_size = std::nullopt;
};

/// `indices` are those of max_pool2d_with_indices: row * OW + column, int64. Where a place comes
/// twice, the value that comes last stays. IndexError names an index outside the plane by its
/// position; ValueError an output_size that is a stride or more off.
Tensor max_unpool2d(const Tensor& input, const Tensor& indices, IntPair kernel_size,
                    MaxUnpool2dOptions options = {});
Tensor max_unpool1d(const Tensor& input, const Tensor& indices, std::int64_t kernel_size,
                    MaxUnpool1dOptions options = {});
Tensor max_unpool3d(const Tensor& input, const Tensor& indices, IntTriple kernel_size,
                    MaxUnpool3dOptions options = {});

}  // namespace limpid
