#pragma once
// scatter_add: adds values into a copy of a tensor at places given by index. Its gradient is gather.

#include "limpid/op/apply.h"

namespace limpid {

struct ScatterAdd {
  std::int64_t dim = 0;  ///< the axis that the indices count along

  static constexpr OpDoc doc{
      .name = "scatter_add",
      .title = "ScatterAdd",
      .summary = "Adds values to a tensor at places along an axis; repeated places add up.",
      .formula = "y = x, then y[i, index[i, j, k], k] += src[i, j, k], for dim = 1",
      .inputs = "input, index, src",
      .outputs = "output",
      .shapes = "(..., n, ...), an index and a src at least as large as it -> the input's shape"};
  static constexpr OpTraits traits{.accuracy = Accuracy::terms};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() { return std::tuple{field("dim", &ScatterAdd::dim)}; }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs needs) { return {.inputs = needs[2] ? 2u : 0u, .specs = true}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// `input` with `src` added at `index` (int64) along `dim`; both of one dtype.
Tensor scatter_add(const Tensor& input, std::int64_t dim, const Tensor& index, const Tensor& src);

}  // namespace limpid
