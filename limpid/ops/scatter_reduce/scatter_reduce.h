#pragma once
// Elements gathered into the places along an axis that indices name: their sum, product, mean,
// largest or smallest.

#include "limpid/op/apply.h"

namespace limpid {

struct ScatterReduce {
  std::int64_t dim = 0;        ///< the axis along which `index` names places
  std::string reduce = "sum";  ///< "sum", "prod", "mean", "amax" or "amin"
  bool include_self = true;    ///< input's element counts among those that are reduced

  static constexpr OpDoc doc{
      .name = "scatter_reduce",
      .title = "ScatterReduce",
      .summary = "Reduces the elements that indices along an axis send to one place.",
      .formula =
          "y[i, j, k] = reduce of x[i, j, k] and all src[i, l, k] with index[i, l, k] = j (for "
          "dim = 1); x where there is none",
      .inputs = "input, index, src",
      .shapes =
          "input; index of as many dimensions, nowhere larger but along dim; src of index's "
          "shape -> input's shape"};
  static constexpr OpTraits traits{.accuracy = Accuracy::terms};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("dim", &ScatterReduce::dim), field("reduce", &ScatterReduce::reduce),
                      field("include_self", &ScatterReduce::include_self)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 7, .outputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// `reduce` is "sum", "prod", "mean" (rounded down for integers), "amax" or "amin" (NaN wins; equal
/// ones share the gradient). Without include_self input shows only where nothing is sent. Any dtype
/// but bool. IndexError names the position and value of an index out of range.
Tensor scatter_reduce(const Tensor& input, std::int64_t dim, const Tensor& index, const Tensor& src,
                      const std::string& reduce, bool include_self = true);

}  // namespace limpid
