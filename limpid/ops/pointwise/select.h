#pragma once
// Choosing between values: where, maximum, minimum, clamp.

#include <limits>
#include <optional>

#include "limpid/ops/pointwise/elementwise.h"

namespace limpid {

struct Maximum : BinaryCard {
  static constexpr OpDoc doc{
      .name = "maximum",
      .title = "Maximum",
      .summary = "The larger of two elements; NaN if one is NaN.",
      .formula = "z = max(x, y); where they are equal each gets half of the gradient",
      .inputs = "input, other",
      .shapes = kBroadcastRule};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 3}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Minimum : BinaryCard {
  static constexpr OpDoc doc{
      .name = "minimum",
      .title = "Minimum",
      .summary = "The smaller of two elements; NaN if one is NaN.",
      .formula = "z = min(x, y); where they are equal each gets half of the gradient",
      .inputs = "input, other",
      .shapes = kBroadcastRule};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 3}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// Infinite bounds are no bounds, for integers too.
struct Clamp : UnaryCard {
  Scalar min = -std::numeric_limits<double>::infinity();
  Scalar max = std::numeric_limits<double>::infinity();

  Clamp() = default;
  Clamp(Scalar low, Scalar high) : min(low), max(high) {}
  static constexpr OpDoc doc{
      .name = "clamp",
      .title = "Clamp",
      .summary = "Elements moved into [min, max]; max wins if it is below min. NaN stays NaN.",
      .formula = "y = min(max(x, low), high); slope 1 inside and on the bounds, 0 outside",
      .shapes = "any shape -> the same"};
  static constexpr auto attributes() {
    return std::tuple{field("min", &Clamp::min), field("max", &Clamp::max)};
  }
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Where {
  static constexpr OpDoc doc{.name = "where",
                             .title = "Where",
                             .summary = "Elements of one tensor or the other, as a mask says.",
                             .formula = "y = x if condition else z",
                             .inputs = "condition, input, other",
                             .shapes = "three shapes that broadcast -> their common shape"};
  static constexpr OpTraits traits{.broadcasts = true, .pointwise = true};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() { return std::tuple{}; }
  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

Tensor maximum(const Tensor& input, const Tensor& other);
Tensor minimum(const Tensor& input, const Tensor& other);
/// At least one bound must be given (ValueError). DTypeError for bool bounds of bool.
Tensor clamp(const Tensor& input, std::optional<Scalar> min = std::nullopt,
             std::optional<Scalar> max = std::nullopt);
/// NaN, infinity and -infinity replaced; where no number is given, by 0 and the ends of the dtype's
/// range. Integers stay.
Tensor nan_to_num(const Tensor& input, double nan = 0, std::optional<double> posinf = std::nullopt,
                  std::optional<double> neginf = std::nullopt);
/// `condition` must be bool (DTypeError); input and other meet in their common dtype.
Tensor where(const Tensor& condition, const Tensor& input, const Tensor& other);
Tensor where(const Tensor& condition, Scalar input, const Tensor& other);
Tensor where(const Tensor& condition, const Tensor& input, Scalar other);

struct NanToNum {
  static constexpr OpDoc doc{.name = "nan_to_num",
                             .title = "NanToNum",
                             .summary = "NaN and infinities replaced by numbers.",
                             .formula = "y = nan, posinf or neginf where x is one of them, else x",
                             .shapes = "any shape -> the same"};
  static std::vector<Case> cases();
};

}  // namespace limpid
