#pragma once
// Losses as layers: called with what the model says and what is right.

#include "limpid/nn/module.h"
#include "limpid/ops/cross_entropy/cross_entropy.h"

namespace limpid::nn {

/// torch.nn.CrossEntropyLoss: loss(scores, classes); see limpid::cross_entropy.
class CrossEntropyLoss : public Module {
 public:
  explicit CrossEntropyLoss(CrossEntropyOptions options = {}) : options_(std::move(options)) {}
  Tensor forward_many(std::span<const Tensor> inputs) override {
    if (inputs.size() != 2)
      throw ValueError("CrossEntropyLoss: takes two tensors, scores and classes");
    return cross_entropy(inputs[0], inputs[1], options_);
  }

 private:
  CrossEntropyOptions options_;
};

}  // namespace limpid::nn
