#pragma once
// How often each number is there.

#include "limpid/op/apply.h"

namespace limpid {

struct Bincount {
  std::int64_t minlength = 0;  ///< the result is at least this long

  static constexpr OpDoc doc{
      .name = "bincount",
      .title = "Bincount",
      .summary = "Counts how often each number from 0 on is there, or adds up its weights.",
      .formula = "y_v = sum over i with x_i = v of weight_i (1 without weights)",
      .inputs = "input, weights?",
      .shapes = "(n,), (n,) -> (max(largest + 1, minlength),); int64, or the weights' dtype"};
  static constexpr OpTraits traits{.data_dependent = true, .accuracy = Accuracy::terms};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("minlength", &Bincount::minlength)};
  }

  Spec infer(const Inputs& in) const;
  Shape measure(Reference, const Inputs& in) const;
  Shape measure(Cpu, const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 1}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Histc {
  static constexpr OpDoc doc{
      .name = "histc",
      .title = "Histc",
      .summary = "Counts elements in bins of equal width.",
      .formula =
          "y_b = how many x with floor((x - min) bins / (max - min)) = b; x = max counts in "
          "the last bin",
      .shapes = "any shape -> (bins,), of the input's dtype"};
  static std::vector<Case> cases();
};

/// `input`: 1-d, integers from 0 on (ValueError names the first that is not). Weights, where
/// defined, have the same shape; integers and bool are added as float64. DeviceError on meta.
Tensor bincount(const Tensor& input, const Tensor& weights = {}, std::int64_t minlength = 0);

struct HistcOptions {
  std::int64_t bins = 100;
  double min = 0, max = 0;  ///< equal: those of the data
};
/// Elements beyond min and max, and NaN, are not counted. Floats only (DTypeError).
Tensor histc(const Tensor& input, HistcOptions options = {});

}  // namespace limpid
