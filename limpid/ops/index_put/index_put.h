#pragma once
// Writing by index arrays, as a pure op: the input with some elements replaced, or added to.
// x.index_put_(...) and x[i] = v are this through op/inplace.h; see ops/index/index_methods.cpp.

#include "limpid/op/apply.h"
#include "limpid/tensor/index.h"

namespace limpid {

struct IndexPut {
  Shape axes;               ///< axes[k]: the axis that index array k addresses; ascending
  bool accumulate = false;  ///< add to what is there

  static constexpr OpDoc doc{
      .name = "index_put",
      .title = "IndexPut",
      .summary = "Replaces the elements that arrays of indices name, or adds to them.",
      .formula =
          "y = x, then y[indices] = values, in row-major order of the values: of repeated "
          "indices the last one stays; with accumulate y[indices] += values, all of them",
      .inputs = "input, values, indices...",
      .shapes = "values broadcast to the shape of x[indices]; the result has x's shape",
      .source = "NumPy, advanced indexing; numpy.add.at"};
  static constexpr OpTraits traits{.updates = true, .accuracy = Accuracy::terms};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("axes", &IndexPut::axes), field("accumulate", &IndexPut::accumulate)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = Saves::kAll & ~std::uint64_t{3}, .specs = true}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// A copy of `input` with input[indices] = values (see Tensor::index for what may index, and
/// Tensor::index_put_ for the form in place).
Tensor index_put(const Tensor& input, std::span<const Index> indices, const Tensor& values,
                 bool accumulate = false);

}  // namespace limpid
