#pragma once
// Lengths of vectors, of any order; and vectors divided by their length.

#include <limits>

#include "limpid/op/apply.h"

namespace limpid {

struct VectorNorm {
  double ord = 2;        ///< the order: any number, infinity and -infinity too
  Shape dim;             ///< axes that make up a vector; none: all of them
  bool keepdim = false;  ///< they stay, with size 1

  static constexpr OpDoc doc{
      .name = "vector_norm",
      .title = "VectorNorm",
      .summary = "The length of vectors along axes, of any order.",
      .formula =
          "y[rest] = (sum over dim of |x[dim, rest]|^ord)^(1/ord); max or min of |x| for "
          "infinite ord; how many are not 0 for ord = 0",
      .shapes = "any shape -> the shape without `dim` (or with 1 there)"};
  static constexpr OpTraits traits{.accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::f32};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("ord", &VectorNorm::ord), field("dim", &VectorNorm::dim),
                      field("keepdim", &VectorNorm::keepdim)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1, .outputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Norm {
  static constexpr OpDoc doc{.name = "norm",
                             .title = "Norm",
                             .summary = "The length of vectors along axes (torch.norm).",
                             .formula =
                                 "vector_norm(x, p, dim, keepdim); p = 2 over all axes of a "
                                 "matrix is its Frobenius norm",
                             .shapes = "any shape -> the shape without `dim` (or with 1 there)"};
  static std::vector<Case> cases();
};

struct Normalize {
  static constexpr OpDoc doc{.name = "normalize",
                             .title = "Normalize",
                             .summary = "Divides vectors along an axis by their length.",
                             .formula = "y = x / max(vector_norm(x, p, dim), eps)",
                             .shapes = "any shape -> the same"};
  static std::vector<Case> cases();
};

/// torch.linalg.vector_norm. Floats only (DTypeError). `dim` empty means all axes. ValueError for
/// an infinite or negative order along an empty axis.
Tensor vector_norm(const Tensor& input, double ord = 2, const Shape& dim = {},
                   bool keepdim = false);
/// torch.norm, of vectors: the same, under the other name.
Tensor norm(const Tensor& input, double p = 2, const Shape& dim = {}, bool keepdim = false);
/// F.normalize.
Tensor normalize(const Tensor& input, double p = 2, std::int64_t dim = 1, double eps = 1e-12);

}  // namespace limpid
