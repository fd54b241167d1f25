#pragma once
// Picks elements along an axis: one index for each element of the result.

#include "limpid/op/apply.h"

namespace limpid {

struct Gather {
  std::int64_t dim = 0;  ///< the axis along which `index` names places

  static constexpr OpDoc doc{
      .name = "gather",
      .title = "Gather",
      .summary = "Picks elements along an axis by an index for each.",
      .formula = "y[i, j, k] = x[i, index[i, j, k], k] (for dim = 1)",
      .inputs = "input, index",
      .shapes =
          "input, and index of as many dimensions, nowhere larger but along dim -> index's shape"};
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

/// y[i][j] = x[i][index[i][j]] for dim = 1, of index's shape. Any dtype; indices are int64 or int32
/// in [0, size), repeated ones allowed. IndexError names the position and value of one that is not.
Tensor gather(const Tensor& input, std::int64_t dim, const Tensor& index);

}  // namespace limpid
