#pragma once
// Pooling of images as a layer.

#include "limpid/nn/module.h"
#include "limpid/ops/max_pool2d/max_pool2d.h"

namespace limpid::nn {

/// torch.nn.MaxPool2d: the largest element of each window. Without a stride it is the kernel's
/// size.
class MaxPool2d : public Module {
 public:
  explicit MaxPool2d(IntPair kernel_size, MaxPool2dOptions options = {})
      : kernel_size_(kernel_size), options_(options) {}
  Tensor forward(const Tensor& input) override { return max_pool2d(input, kernel_size_, options_); }
  std::string extra_repr() const override;

 private:
  IntPair kernel_size_;
  MaxPool2dOptions options_;
};

}  // namespace limpid::nn
