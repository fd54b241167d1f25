#pragma once
// Indexing with arrays of indices: x[rows, columns] copies the elements that they name.
// Tensor::index (index_methods.cpp) turns what users write into a slice, a view, and this.

#include "limpid/op/apply.h"

namespace limpid {

/// x[index arrays]. The arrays broadcast to one shape P. Where the indexed axes are neighbours, P
/// takes their place in the result; else it comes first (the rule of NumPy and PyTorch).
struct AdvancedIndex {
  Shape axes;  ///< axes[k]: the axis that index array k addresses; ascending

  static constexpr OpDoc doc{
      .name = "index",
      .title = "Index",
      .summary = "Gathers the elements that arrays of indices name; repeated ones are allowed.",
      .formula = "y[p..., r...] = x[r... with indices_k[p...] at axis axes_k]",
      .inputs = "input, indices...",
      .shapes =
          "index arrays of common shape P -> x's shape with P in place of the indexed axes (in "
          "front when they are not neighbours)",
      .source = "NumPy, advanced indexing"};
  static constexpr OpTraits traits{};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() { return std::tuple{field("axes", &AdvancedIndex::axes)}; }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = Saves::kAll & ~std::uint64_t{1}, .specs = true}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

}  // namespace limpid
