#pragma once
// The place of the largest element, and of the smallest.

#include <optional>

#include "limpid/op/apply.h"

namespace limpid {

/// What argmax and argmin share.
struct ArgExtreme {
  std::int64_t dim = 0;  ///< the axis that is searched
  bool keepdim = false;  ///< it stays, with size 1

  static constexpr OpTraits traits{};
  static constexpr const char* no_gradient = "the result is an index";
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("dim", &ArgExtreme::dim), field("keepdim", &ArgExtreme::keepdim)};
  }
  Spec infer(const Inputs& in) const;
};

struct Argmax : ArgExtreme {
  static constexpr OpDoc doc{
      .name = "argmax",
      .title = "Argmax",
      .summary = "The place of the largest element along an axis.",
      .formula = "y = the first i with the largest x_i (NaN is the largest)",
      .shapes = "any shape -> the shape without `dim` (or with 1 there), int64"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

struct Argmin : ArgExtreme {
  static constexpr OpDoc doc{
      .name = "argmin",
      .title = "Argmin",
      .summary = "The place of the smallest element along an axis.",
      .formula = "y = the first i with the smallest x_i (NaN is the smallest)",
      .shapes = "any shape -> the shape without `dim` (or with 1 there), int64"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

/// int64, along `dim`; without one, the place in the flattened tensor. Any dtype but bool
/// (DTypeError). IndexError when there is nothing to choose from.
Tensor argmax(const Tensor& input, std::optional<std::int64_t> dim = std::nullopt,
              bool keepdim = false);
Tensor argmin(const Tensor& input, std::optional<std::int64_t> dim = std::nullopt,
              bool keepdim = false);

}  // namespace limpid
