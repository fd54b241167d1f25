#pragma once
// Layers that move elements between channels and places.

#include "limpid/core/int_pair.h"
#include "limpid/nn/module.h"
#include "limpid/ops/fold/fold.h"

namespace limpid::nn {

/// torch.nn.PixelShuffle: (..., C r^2, H, W) -> (..., C, H r, W r): channels become the pixels of
/// an image r times as large. Source: Shi et al., Real-time single image super-resolution using an
/// efficient sub-pixel convolutional network, CVPR 2016.
class PixelShuffle : public Module {
 public:
  explicit PixelShuffle(std::int64_t upscale_factor);
  Tensor forward(const Tensor& input) override;
  std::string extra_repr() const override;

 private:
  std::int64_t factor_;
};

/// torch.nn.PixelUnshuffle, the reverse.
class PixelUnshuffle : public Module {
 public:
  explicit PixelUnshuffle(std::int64_t downscale_factor);
  Tensor forward(const Tensor& input) override;
  std::string extra_repr() const override;

 private:
  std::int64_t factor_;
};

/// torch.nn.ChannelShuffle: the channels of (N, C, ...), read as a table of `groups` rows, by
/// columns. Source: Zhang et al., ShuffleNet, CVPR 2018.
class ChannelShuffle : public Module {
 public:
  explicit ChannelShuffle(std::int64_t groups);
  Tensor forward(const Tensor& input) override;
  std::string extra_repr() const override;

 private:
  std::int64_t groups_;
};

/// torch.nn.Unfold: (N, C, H, W) -> (N, C kh kw, windows).
class Unfold : public Module {
 public:
  explicit Unfold(IntPair kernel_size, FoldOptions options = {})
      : kernel_size_(kernel_size), options_(options) {}
  Tensor forward(const Tensor& input) override { return unfold(input, kernel_size_, options_); }
  std::string extra_repr() const override;

 private:
  IntPair kernel_size_;
  FoldOptions options_;
};

/// torch.nn.Fold: (N, C kh kw, windows) -> (N, C, output_size), adding up.
class Fold : public Module {
 public:
  Fold(IntPair output_size, IntPair kernel_size, FoldOptions options = {})
      : output_size_(output_size), kernel_size_(kernel_size), options_(options) {}
  Tensor forward(const Tensor& input) override {
    return fold(input, output_size_, kernel_size_, options_);
  }
  std::string extra_repr() const override;

 private:
  IntPair output_size_, kernel_size_;
  FoldOptions options_;
};

}  // namespace limpid::nn
