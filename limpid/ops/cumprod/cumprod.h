#pragma once
// Running products along an axis, and the linear recurrence in which their gradient is written.

#include "limpid/op/apply.h"

namespace limpid {

struct Cumprod {
  std::int64_t dim = 0;  ///< the axis to multiply along
  bool reverse = false;  ///< from the last element on: what gradients need

  static constexpr OpDoc doc{.name = "cumprod",
                             .title = "Cumprod",
                             .summary = "Running products along an axis.",
                             .formula = "y_i = x_0 ... x_i; reversed: y_i = x_i ... x_(n-1)",
                             .shapes = "any shape -> the same; integers and bool -> int64"};
  static constexpr OpTraits traits{.mixed_precision = MixedPrecision::f32};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("dim", &Cumprod::dim), field("reverse", &Cumprod::reverse)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct LinearRecurrence {
  std::int64_t dim = 0;  ///< the axis to go along
  bool reverse = false;  ///< from the last element on: what the gradient needs

  static constexpr OpDoc doc{
      .name = "linear_recurrence",
      .title = "LinearRecurrence",
      .summary = "Each element is a multiple of the one before, plus a term.",
      .formula = "y_i = factor_i y_(i-1) + term_i, with y_(-1) = 0; reversed: y_(i+1) for y_(i-1)",
      .inputs = "factor, term",
      .shapes = "two tensors of one shape -> the same",
      .source = "Blelloch, Prefix sums and their applications (1990)"};
  static constexpr OpTraits traits{.promotion = Promotion::floating,
                                   .accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::f32};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("dim", &LinearRecurrence::dim),
                      field("reverse", &LinearRecurrence::reverse)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs needs) { return {.inputs = 1, .outputs = needs[0] ? 1u : 0u}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// Of the shape of `input`. Floats are multiplied in double and rounded once an element, integers
/// and bool in int64, where they wrap around.
Tensor cumprod(const Tensor& input, std::int64_t dim);

/// At each place the product of all elements before it (behind it, if `reverse`); 1 at the first.
Tensor exclusive_cumprod(const Tensor& input, std::int64_t dim, bool reverse = false);

/// y_i = factor_i y_(i-1) + term_i along `dim`: an exponential average, the state of a linear
/// recurrent layer. ShapeError unless both have one shape.
Tensor linear_recurrence(const Tensor& factor, const Tensor& term, std::int64_t dim,
                         bool reverse = false);

}  // namespace limpid
