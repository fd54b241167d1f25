#pragma once
// gather: picks elements along one axis by index. Its gradient is scatter_add.

#include "limpid/op/apply.h"

namespace limpid {

struct Gather {
  std::int64_t dim = 0;  ///< the axis that the indices count along

  static constexpr OpDoc doc{
      .name = "gather",
      .title = "Gather",
      .summary = "Picks elements along an axis by index.",
      .formula = "y[i, j, k] = x[i, index[i, j, k], k], for dim = 1",
      .inputs = "input, index",
      .shapes = "(..., n, ...) and an index of the same rank, no larger on the other axes -> the "
                "index's shape"};
  static constexpr OpTraits traits{};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() { return std::tuple{field("dim", &Gather::dim)}; }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 2, .specs = true}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// Elements of `input` (any dtype) at `index` (int64) along `dim`. IndexError names the first index out
/// of range and its position.
Tensor gather(const Tensor& input, std::int64_t dim, const Tensor& index);

}  // namespace limpid
