#pragma once
// Dropout: zeroes elements at random while training. The fast kernel is in dropout_cpu.cpp, cases
// in dropout_cases.cpp.

#include "limpid/op/apply.h"

namespace limpid {

/// "Inverted": what is kept grows by 1/(1-p), so that the expected value stays and evaluation needs
/// no op at all. The mask is a function of (seed, offset, element), so it is never stored: the
/// gradient draws it again, and any number of threads draws the same.
struct Dropout {
  double p = 0.5;          ///< probability that an element is zeroed
  std::uint64_t seed = 0;  ///< with `offset`: the RandomStream that decides
  std::uint64_t offset = 0;

  static constexpr OpDoc doc{
      .name = "dropout",
      .title = "Dropout",
      .summary = "Zeroes elements at random and scales the others, so that the mean stays.",
      .formula = "y_i = x_i / (1 - p) if u_i >= p, else 0; u_i uniform in [0, 1)",
      .shapes = "any shape -> the same; floats only",
      .source =
          "Srivastava et al., Dropout: a simple way to prevent neural networks from "
          "overfitting, JMLR 2014"};
  static constexpr OpTraits traits{.random = true, .keeps_layout = true};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("p", &Dropout::p), field("seed", &Dropout::seed),
                      field("offset", &Dropout::offset)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();

  /// What a kept element is multiplied by; 0 for p = 1, where none is kept.
  double scale() const { return p < 1 ? 1 / (1 - p) : 0; }
};

/// Zeroes each element with probability `p` and multiplies the others by 1/(1-p); the identity when
/// not training or p = 0. Draws from default_generator(). NaN and infinite elements stay visible
/// where they are dropped (0 inf = NaN), as in PyTorch. ValueError for p outside [0, 1], DTypeError
/// for integers and bool.
Tensor dropout(const Tensor& input, double p = 0.5, bool training = true);

}  // namespace limpid
