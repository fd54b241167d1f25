#pragma once
// Convolutions and poolings, timed on every rung of their ladders (ops/algorithms.h).

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace limpid {

struct LayerBenchOptions {
  std::int64_t batch = 8;  ///< images
  int rounds = 5;          ///< each measures every rung once; the median of them counts. A rung
                           ///< that takes over a second has one
};

/// One rung on one layer.
struct LayerFigure {
  std::string layer;      ///< "conv2d 3x3 stride 2"; no two layers have the same
  std::string sizes;      ///< "(8, 16, 64, 64) -> 32 channels"
  std::string algorithm;  ///< "im2col"
  bool chosen = false;    ///< what `auto` takes
  std::string refused;    ///< why it does not apply; empty when it does
  double forward = 0;     ///< seconds of kLayerPasses forward passes
  double backward = 0;    ///< and of as many backward ones, with the gradients of all inputs
  /// Least time that the machine allows, by memory and arithmetic (timing.h), over the time taken.
  double forward_share = 0, backward_share = 0;
};
inline constexpr int kLayerPasses = 3;

/// The figures of every layer, rung by rung, plainest first. `progress` is told what comes next.
std::vector<LayerFigure> measure_layers(const LayerBenchOptions& options,
                                        const std::function<void(const std::string&)>& progress);

}  // namespace limpid
