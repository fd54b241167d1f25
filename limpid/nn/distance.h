#pragma once
// Distances as layers of two inputs.

#include "limpid/nn/module.h"
#include "limpid/ops/distance/distance.h"

namespace limpid::nn {

/// torch.nn.CosineSimilarity: similarity(x1, x2), along `dim`.
class CosineSimilarity : public Module {
 public:
  explicit CosineSimilarity(std::int64_t dim = 1, double eps = 1e-8) : dim_(dim), eps_(eps) {}
  Tensor forward_many(std::span<const Tensor> inputs) override;

 private:
  std::int64_t dim_;
  double eps_;
};

/// torch.nn.PairwiseDistance: distance(x1, x2), along the last axis.
class PairwiseDistance : public Module {
 public:
  explicit PairwiseDistance(DistanceOptions options = {}) : options_(options) {}
  Tensor forward_many(std::span<const Tensor> inputs) override;

 private:
  DistanceOptions options_;
};

}  // namespace limpid::nn
