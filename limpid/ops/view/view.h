#pragma once
// Views: other shapes and strides over the same memory. Nothing is copied.

#include "limpid/op/apply.h"

namespace limpid {

/// The same elements in row-major order under another shape.
struct View {
  Shape size;  ///< at most one -1: the size that makes the numbers of elements equal

  static constexpr OpDoc doc{
      .name = "view",
      .title = "View",
      .summary = "Gives the same elements another shape, without copying.",
      .formula = "y[k] = x[k], with k counting elements in row-major order",
      .shapes = "any shape -> `size`, with as many elements; one size may be -1"};
  static constexpr OpTraits traits{};
  using backends = Backends<Reference>;
  static constexpr auto attributes() { return std::tuple{field("size", &View::size)}; }

  Layout layout(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  static Saves saves(Needs) { return {.specs = true}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// Axes in another order.
struct Permute {
  Shape dims;  ///< axis i of the output is axis dims[i] of the input; negative counts from the end

  static constexpr OpDoc doc{.name = "permute",
                             .title = "Permute",
                             .summary = "Puts the axes into another order, without copying.",
                             .formula = "y[i_d0, i_d1, ...] = x[i_0, i_1, ...]",
                             .shapes = "(s_0, ..., s_n) -> (s_d0, ..., s_dn)"};
  static constexpr OpTraits traits{};
  using backends = Backends<Reference>;
  static constexpr auto attributes() { return std::tuple{field("dims", &Permute::dims)}; }

  Layout layout(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  static Saves saves(Needs) { return {}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// Axes of size 1 repeated, and new ones in front.
struct Expand {
  Shape size;  ///< -1 keeps the size of an axis

  static constexpr OpDoc doc{.name = "expand",
                             .title = "Expand",
                             .summary = "Repeats axes of size 1 without copying (stride 0).",
                             .formula = "y[..., i, ...] = x[..., 0, ...] along an expanded axis",
                             .shapes = "a shape that broadcasts to `size` -> `size`"};
  static constexpr OpTraits traits{.broadcasts = true, .accuracy = Accuracy::terms};
  using backends = Backends<Reference>;
  static constexpr auto attributes() { return std::tuple{field("size", &Expand::size)}; }

  Layout layout(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  static Saves saves(Needs) { return {}; }
  /// The engine sums over the axes that were broadcast.
  Tensors gradient(const Backward& b) const { return {b.dy()}; }
  static std::vector<Case> cases();
};

}  // namespace limpid
