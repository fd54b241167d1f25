#pragma once
// How far vectors lie apart.

#include "limpid/op/operator.h"

namespace limpid {

struct Cdist {
  static constexpr OpDoc doc{
      .name = "cdist",
      .title = "Cdist",
      .summary = "The distances of every vector of one set from every vector of another.",
      .formula = "y[i, j] = (sum over k of |a[i, k] - b[j, k]|^p)^(1/p); slope 0 where they meet",
      .inputs = "x1, x2",
      .shapes = "(..., n, d) and (..., m, d), the axes in front broadcast -> (..., n, m)"};
  static std::vector<Case> cases();
};
struct PairwiseDistance {
  static constexpr OpDoc doc{
      .name = "pairwise_distance",
      .title = "PairwiseDistance",
      .summary = "The distances of vectors from their partners, along the last axis.",
      .formula = "y = (sum over k of |a[k] - b[k] + eps|^p)^(1/p)",
      .inputs = "x1, x2",
      .shapes = "(..., d) and (..., d) that broadcast -> (...), or (..., 1) with keepdim"};
  static std::vector<Case> cases();
};
struct CosineSimilarity {
  static constexpr OpDoc doc{
      .name = "cosine_similarity",
      .title = "CosineSimilarity",
      .summary = "The cosine of the angle between vectors along an axis.",
      .formula = "y = sum(a b) / (max(|a|, eps) max(|b|, eps))",
      .inputs = "x1, x2",
      .shapes = "two shapes that broadcast -> their common shape without dim"};
  static std::vector<Case> cases();
};

struct DistanceOptions {
  double p = 2;       ///< of the norm: 0, 1, 2, any other number, or infinity
  double eps = 1e-6;  ///< added to the differences
  bool keepdim = false;
};

/// More than 25 vectors are compared by one product of matrices when p is 2 (as PyTorch does by
/// default): distances much smaller than the vectors then lose digits. ValueError for negative p.
Tensor cdist(const Tensor& x1, const Tensor& x2, double p = 2);
Tensor pairwise_distance(const Tensor& x1, const Tensor& x2, DistanceOptions options = {});
Tensor cosine_similarity(const Tensor& x1, const Tensor& x2, std::int64_t dim = 1,
                         double eps = 1e-8);

}  // namespace limpid
