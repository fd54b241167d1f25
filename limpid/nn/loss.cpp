#include "limpid/nn/loss.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid::nn {

namespace {
void check_count(const Module& loss, std::span<const Tensor> inputs, std::size_t wanted,
                 const char* which) {
  if (inputs.size() != wanted)
    throw ValueError(
        str(loss.type_name(), ": takes ", wanted, " tensors (", which, "), got ", inputs.size()));
}
}  // namespace

Tensor LossOfTwo::forward_many(std::span<const Tensor> inputs) {
  check_count(*this, inputs, 2, "what the model says and what is right");
  return loss(inputs[0], inputs[1]);
}

Tensor LossOfThree::forward_many(std::span<const Tensor> inputs) {
  check_count(*this, inputs, 3, "see the function of the same name");
  return loss(inputs[0], inputs[1], inputs[2]);
}

}  // namespace limpid::nn
