#pragma once
// Elements in order, along an axis.

#include "limpid/op/apply.h"

namespace limpid {

struct Sort {
  std::int64_t dim = -1;    ///< the axis to sort along
  bool descending = false;  ///< the largest first

  static constexpr OpDoc doc{
      .name = "sort",
      .title = "Sort",
      .summary = "Puts elements along an axis in order, and says where they were.",
      .formula =
          "values_i = x[indices_i], indices a permutation such that values rise (fall); NaN "
          "counts as the largest, and equal elements keep their order",
      .outputs = "values, indices",
      .shapes = "any shape -> twice the same; indices are int64",
      .source = "Knuth, The Art of Computer Programming 3, 5.2.5 (radix sorting)"};
  static constexpr OpTraits traits{};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("dim", &Sort::dim), field("descending", &Sort::descending)};
  }

  std::array<Spec, 2> infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.outputs = 2, .specs = true}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Argsort {
  static constexpr OpDoc doc{.name = "argsort",
                             .title = "Argsort",
                             .summary = "The order that sorts elements along an axis.",
                             .formula = "sort(x, dim, descending).indices",
                             .shapes = "any shape -> the same, int64"};
  static std::vector<Case> cases();
};

struct Msort {
  static constexpr OpDoc doc{.name = "msort",
                             .title = "Msort",
                             .summary = "Sorts along the first axis.",
                             .formula = "sort(x, 0).values",
                             .shapes = "any shape -> the same"};
  static std::vector<Case> cases();
};

struct SortResult {
  Tensor values, indices;
};

/// `auto [values, indices] = sort(x);` Any dtype. Always stable: `stable` is there for those who
/// write it as in PyTorch.
SortResult sort(const Tensor& input, std::int64_t dim = -1, bool descending = false,
                bool stable = true);
Tensor argsort(const Tensor& input, std::int64_t dim = -1, bool descending = false,
               bool stable = true);
Tensor msort(const Tensor& input);

}  // namespace limpid
