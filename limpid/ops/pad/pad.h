#pragma once
// Elements put around a tensor: a constant, or the tensor reflected, repeated or wrapped around.

#include "limpid/op/apply.h"

namespace limpid {

struct Pad {
  Shape pad;  ///< (before, after) of the last axis, then of the one before it, ...
  std::string mode = "constant";  ///< "constant", "reflect", "replicate" or "circular"
  Scalar value = 0;               ///< of mode "constant"

  static constexpr OpDoc doc{
      .name = "pad",
      .title = "Pad",
      .summary = "Puts elements around a tensor, or takes them away where pad is negative.",
      .formula =
          "y[i] = x[i - before] inside; outside value, or x reflected without its edge, its edge, "
          "or x from the other side",
      .shapes = "(..., n) -> (..., before + n + after), for each padded axis"};
  static constexpr OpTraits traits{.keeps_layout = true};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("pad", &Pad::pad), field("mode", &Pad::mode),
                      field("value", &Pad::value)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.specs = true}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// The gradient of the modes that show an element of x several times.
struct PadBackward {
  Shape shape;  ///< of x
  Shape pad;
  std::string mode = "reflect";

  static constexpr OpDoc doc{.name = "pad_backward",
                             .title = "PadBackward",
                             .summary = "Adds the gradients of padded elements to their sources.",
                             .formula = "dx[source(i)] += dy[i]",
                             .inputs = "gradient",
                             .outputs = "input_gradient",
                             .shapes = "the padded shape -> `shape`"};
  static constexpr OpTraits traits{.keeps_layout = true, .accuracy = Accuracy::terms};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("shape", &PadBackward::shape), field("pad", &PadBackward::pad),
                      field("mode", &PadBackward::mode)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// pad(x, {1, 2}) puts 1 element in front of the last axis and 2 behind it, pad(x, {1, 1, 2, 2},
/// "reflect") 1 on both sides of the last axis and 2 of the one before it. Any number of axes, any
/// dtype. Negative numbers take elements away (mode "constant"). "reflect" needs pads smaller than
/// the axis, "circular" no larger.
Tensor pad(const Tensor& input, const Shape& pad, const std::string& mode = "constant",
           Scalar value = 0);

}  // namespace limpid
