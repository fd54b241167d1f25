#pragma once
// Elements moved along axes; those pushed out at the end come back at the start.

#include "limpid/op/apply.h"

namespace limpid {

struct Roll {
  Shape shifts;  ///< one for each of `dims`
  Shape dims;

  static constexpr OpDoc doc{
      .name = "roll",
      .title = "Roll",
      .summary = "Moves elements along axes, round the end and back to the start.",
      .formula = "y[..., (i + shift) mod n, ...] = x[..., i, ...]",
      .shapes = "any shape -> the same"};
  static constexpr OpTraits traits{};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("shifts", &Roll::shifts), field("dims", &Roll::dims)};
  }

  Spec infer(const Inputs& in) const;
  /// By how much each axis of `shape` is moved, in [0, size).
  Shape moves(const Shape& shape) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// Axis dims[i] is moved by shifts[i], backwards where that is negative. An axis named several
/// times is moved several times. Without dims all elements are moved as one row.
Tensor roll(const Tensor& input, const Shape& shifts, const Shape& dims);
Tensor roll(const Tensor& input, std::int64_t shift, std::int64_t dim);
Tensor roll(const Tensor& input, std::int64_t shift);

}  // namespace limpid
