#pragma once
// Largest and smallest elements: along an axis with their places (max, min), and over any axes
// without (amax, amin). They differ in their gradients: along an axis the one winner gets it, over
// axes equal winners share it, as in PyTorch. What is common to the four is in max.cpp.

#include "limpid/op/apply.h"

namespace limpid {

/// What max and min share.
struct ExtremeAlongAxis {
  std::int64_t dim = 0;  ///< the axis that is searched
  bool keepdim = false;  ///< it stays, with size 1

  static constexpr OpTraits traits{};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("dim", &ExtremeAlongAxis::dim),
                      field("keepdim", &ExtremeAlongAxis::keepdim)};
  }
  std::array<Spec, 2> infer(const Inputs& in) const;
  static Saves saves(Needs) { return {.outputs = 2, .specs = true}; }
  Tensors gradient(const Backward& b) const;
};

struct Max : ExtremeAlongAxis {
  static constexpr OpDoc doc{
      .name = "max",
      .title = "Max",
      .summary = "The largest element along an axis, and its place.",
      .formula = "index = the first i with the largest x_i (NaN is the largest); value = x_index",
      .outputs = "values, indices",
      .shapes = "any shape -> twice the shape without `dim` (or with 1 there); indices are int64"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

struct Min : ExtremeAlongAxis {
  static constexpr OpDoc doc{
      .name = "min",
      .title = "Min",
      .summary = "The smallest element along an axis, and its place.",
      .formula = "index = the first i with the smallest x_i (NaN is the smallest); value = x_index",
      .outputs = "values, indices",
      .shapes = "any shape -> twice the shape without `dim` (or with 1 there); indices are int64"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

/// What amax and amin share.
struct ExtremeOverAxes {
  Shape dim;             ///< the axes that are searched; none: all of them
  bool keepdim = false;  ///< they stay, with size 1

  static constexpr OpTraits traits{};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("dim", &ExtremeOverAxes::dim),
                      field("keepdim", &ExtremeOverAxes::keepdim)};
  }
  Spec infer(const Inputs& in) const;
  static Saves saves(Needs) { return {.inputs = 1, .outputs = 1}; }
  Tensors gradient(const Backward& b) const;
};

struct Amax : ExtremeOverAxes {
  static constexpr OpDoc doc{
      .name = "amax",
      .title = "Amax",
      .summary = "The largest element over axes; NaN if there is one.",
      .formula = "y[rest] = max over dim of x[dim, rest]; equal winners share the gradient",
      .shapes = "any shape -> the shape without `dim` (or with 1 there)"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

struct Amin : ExtremeOverAxes {
  static constexpr OpDoc doc{
      .name = "amin",
      .title = "Amin",
      .summary = "The smallest element over axes; NaN if there is one.",
      .formula = "y[rest] = min over dim of x[dim, rest]; equal winners share the gradient",
      .shapes = "any shape -> the shape without `dim` (or with 1 there)"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

struct ExtremeResult {
  Tensor values, indices;
};

/// Along an axis: `auto [values, indices] = max(x, 1);`. Any dtype. NaN wins over numbers, and the
/// first of equal elements wins. IndexError when there is no such axis or it is empty.
ExtremeResult max(const Tensor& input, std::int64_t dim, bool keepdim = false);
ExtremeResult min(const Tensor& input, std::int64_t dim, bool keepdim = false);
/// Of all elements, 0-d; equal winners share the gradient. IndexError when there are none.
Tensor max(const Tensor& input);
Tensor min(const Tensor& input);
/// Over several axes; `dim` empty means all.
Tensor amax(const Tensor& input, std::span<const std::int64_t> dim = {}, bool keepdim = false);
Tensor amin(const Tensor& input, std::span<const std::int64_t> dim = {}, bool keepdim = false);

}  // namespace limpid
