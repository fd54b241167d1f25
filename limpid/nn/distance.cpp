#include "limpid/nn/distance.h"

#include "limpid/nn/inputs.h"

namespace limpid::nn {

Tensor CosineSimilarity::forward_many(std::span<const Tensor> inputs) {
  check_input_count(*this, inputs, 2, "x1, x2");
  return cosine_similarity(inputs[0], inputs[1], dim_, eps_);
}

Tensor PairwiseDistance::forward_many(std::span<const Tensor> inputs) {
  check_input_count(*this, inputs, 2, "x1, x2");
  return pairwise_distance(inputs[0], inputs[1], options_);
}

}  // namespace limpid::nn
