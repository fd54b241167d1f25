#include "limpid/nn/loss.h"

#include "limpid/nn/inputs.h"

namespace limpid::nn {

Tensor LossOfTwo::forward_many(std::span<const Tensor> inputs) {
  check_input_count(*this, inputs, 2, "what the model says and what is right");
  return loss(inputs[0], inputs[1]);
}

Tensor LossOfThree::forward_many(std::span<const Tensor> inputs) {
  check_input_count(*this, inputs, 3, "see the function of the same name");
  return loss(inputs[0], inputs[1], inputs[2]);
}

Tensor CTCLoss::forward_many(std::span<const Tensor> inputs) {
  check_input_count(*this, inputs, 4, "log_probs, targets, input_lengths, target_lengths");
  return ctc_loss(inputs[0], inputs[1], inputs[2], inputs[3], options_);
}

}  // namespace limpid::nn
