#pragma once
// Running extremes along an axis, with their places.

#include "limpid/op/apply.h"

namespace limpid {

/// What cummax and cummin share.
struct RunningExtreme {
  std::int64_t dim = 0;  ///< the axis to go along

  static constexpr OpTraits traits{};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() { return std::tuple{field("dim", &RunningExtreme::dim)}; }
  std::array<Spec, 2> infer(const Inputs& in) const;
  static Saves saves(Needs) { return {.outputs = 2, .specs = true}; }
  Tensors gradient(const Backward& b) const;
};

struct Cummax : RunningExtreme {
  static constexpr OpDoc doc{
      .name = "cummax",
      .title = "Cummax",
      .summary = "The largest element so far along an axis, and its place.",
      .formula =
          "index_i = the last j <= i with the largest x_j (NaN is the largest); value_i = "
          "x at index_i",
      .outputs = "values, indices",
      .shapes = "any shape -> twice the same; indices are int64"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

struct Cummin : RunningExtreme {
  static constexpr OpDoc doc{
      .name = "cummin",
      .title = "Cummin",
      .summary = "The smallest element so far along an axis, and its place.",
      .formula =
          "index_i = the last j <= i with the smallest x_j (NaN is the smallest); value_i = "
          "x at index_i",
      .outputs = "values, indices",
      .shapes = "any shape -> twice the same; indices are int64"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

struct CumulativeResult {
  Tensor values, indices;
};

/// `auto [values, indices] = cummax(x, 0);` Any dtype. Of equal elements the last wins, as in
/// PyTorch; once there was NaN all is NaN.
CumulativeResult cummax(const Tensor& input, std::int64_t dim);
CumulativeResult cummin(const Tensor& input, std::int64_t dim);

}  // namespace limpid
