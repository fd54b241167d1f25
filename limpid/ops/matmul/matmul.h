#pragma once
// y = a b: products of vectors, matrices and stacks of matrices. matmul_sizes.h reads the shapes,
// matmul_cpu.cpp hands the products to backends/cpu/gemm.h.

#include "limpid/op/apply.h"

namespace limpid {

struct MatMul {
  static constexpr OpDoc doc{
      .name = "matmul",
      .title = "MatMul",
      .summary = "Multiplies matrices, stacks of them (with broadcasting), and vectors.",
      .formula = "y[..., i, j] = sum over p of a[..., i, p] b[..., p, j]",
      .inputs = "input, other",
      .shapes =
          "(..., m, k) and (..., k, n) -> (..., m, n), the axes in front broadcast; a vector is a "
          "row on the left, a column on the right, and its axis is left out of the result"};
  static constexpr OpTraits traits{.accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::lower};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() { return std::tuple{}; }

  Spec infer(const Inputs& in) const;
  double flops(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs needs) {
    return {.inputs = (needs[1] ? 1u : 0u) | (needs[0] ? 2u : 0u), .specs = true};
  }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// Matrix product by the rules of PyTorch: two vectors (k), (k) give their dot product, (m, k) and
/// (k) a vector, (m, k) and (k, n) a matrix, and axes in front of matrices are batches that
/// broadcast. Floats and integers (which wrap), both of one dtype. ShapeError names the sizes that
/// must agree.
Tensor matmul(const Tensor& input, const Tensor& other);

}  // namespace limpid
