#pragma once
// Joins tensors along an axis.

#include "limpid/op/apply.h"

namespace limpid {

struct Cat {
  std::int64_t dim = 0;

  static constexpr OpDoc doc{
      .name = "cat",
      .title = "Cat",
      .summary = "Joins tensors along an axis that they have.",
      .formula = "y = tensors[0], then tensors[1], ... along dim",
      .inputs = "tensors...",
      .shapes =
          "shapes that agree but along dim -> the same with the sizes along dim added up; "
          "tensors of shape (0,) are skipped"};
  static constexpr OpTraits traits{.promotion = Promotion::common};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() { return std::tuple{field("dim", &Cat::dim)}; }

  Spec infer(const Inputs& in) const;
  bool channels_last(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.specs = true}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();

  /// PyTorch's relic: an empty tensor of one axis fits everything.
  static bool is_skipped(std::span<const std::int64_t> shape) {
    return shape.size() == 1 && shape[0] == 0;
  }
};

/// Joins tensors along `dim`, in their common dtype. ShapeError names the tensor and dimension that
/// does not fit.
Tensor cat(std::span<const Tensor> tensors, std::int64_t dim = 0);
inline Tensor cat(std::initializer_list<Tensor> tensors, std::int64_t dim = 0) {
  return cat(std::span(tensors.begin(), tensors.size()), dim);
}

}  // namespace limpid
