#pragma once
// Axes in reverse order, and quarter turns.

#include "limpid/op/apply.h"

namespace limpid {

struct Flip {
  Shape dims;  ///< the axes to reverse

  static constexpr OpDoc doc{.name = "flip",
                             .title = "Flip",
                             .summary = "Reverses the order of the elements along axes.",
                             .formula = "y[..., i, ...] = x[..., n - 1 - i, ...]",
                             .shapes = "any shape -> the same"};
  static constexpr OpTraits traits{};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() { return std::tuple{field("dims", &Flip::dims)}; }

  Spec infer(const Inputs& in) const;
  /// x seen in reverse.
  Layout reversed(const AnyView& x) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Fliplr {
  static constexpr OpDoc doc{.name = "fliplr",
                             .title = "Fliplr",
                             .summary = "Reverses the columns.",
                             .formula = "flip(x, {1})",
                             .shapes = "(n, m, ...) -> the same"};
  static std::vector<Case> cases();
};
struct Flipud {
  static constexpr OpDoc doc{.name = "flipud",
                             .title = "Flipud",
                             .summary = "Reverses the rows.",
                             .formula = "flip(x, {0})",
                             .shapes = "(n, ...) -> the same"};
  static std::vector<Case> cases();
};
struct Rot90 {
  static constexpr OpDoc doc{
      .name = "rot90",
      .title = "Rot90",
      .summary = "Turns by k quarters, from the first named axis towards the second.",
      .formula = "transpose(flip(x, {dims[1]}), dims[0], dims[1]) for k = 1",
      .shapes = "(n, m) -> (m, n) for odd k, (n, m) for even k"};
  static std::vector<Case> cases();
};

/// A copy of input with the axes reversed. ShapeError for an axis named twice.
Tensor flip(const Tensor& input, const Shape& dims);
Tensor fliplr(const Tensor& input);
Tensor flipud(const Tensor& input);
/// k may be negative. A copy, as in PyTorch.
Tensor rot90(const Tensor& input, std::int64_t k = 1, const Shape& dims = {0, 1});

}  // namespace limpid
