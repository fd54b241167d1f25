#pragma once
// Instance normalisation: each channel of each sample by itself. A composite; cases are in
// instance_norm_cases.cpp.

#include "limpid/op/operator.h"

namespace limpid {

struct InstanceNorm {
  static constexpr OpDoc doc{
      .name = "instance_norm",
      .title = "InstanceNorm",
      .summary = "Normalises each channel of each sample, then scales and shifts channels.",
      .formula =
          "y = (x - mean) / sqrt(var + eps) weight + bias; mean and biased var of a channel "
          "of a sample, or running ones",
      .inputs = "input, running_mean?, running_var?, weight?, bias?",
      .shapes = "(N, C, d1, ...) -> the same; the others (C,)",
      .source =
          "Ulyanov et al., Instance normalization: the missing ingredient for fast "
          "stylization, 2016"};
  static std::vector<Case> cases();
};

/// With use_input_stats, running_mean and running_var (where given) move by `momentum` towards the
/// statistics of the samples, averaged; without, they are what normalises. ValueError when a
/// channel of a sample has one value only, whose variance is 0.
Tensor instance_norm(const Tensor& input, const Tensor& running_mean = {},
                     const Tensor& running_var = {}, const Tensor& weight = {},
                     const Tensor& bias = {}, bool use_input_stats = true, double momentum = 0.1,
                     double eps = 1e-5);

}  // namespace limpid
