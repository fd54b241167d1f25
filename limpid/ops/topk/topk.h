#pragma once
// The first few elements along an axis in order; and single ones by their rank: kthvalue, median,
// quantile.

#include <optional>
#include <vector>

#include "limpid/op/apply.h"

namespace limpid {

struct TopK {
  std::int64_t k = 1;     ///< how many
  std::int64_t dim = -1;  ///< the axis to choose along
  bool largest = true;    ///< false: the smallest

  static constexpr OpDoc doc{
      .name = "topk",
      .title = "TopK",
      .summary = "The k largest (or smallest) elements along an axis in order, and their places.",
      .formula = "the first k of sort(x, dim, descending = largest); NaN counts as the largest",
      .outputs = "values, indices",
      .shapes = "any shape -> twice the same with k along dim; indices are int64"};
  static constexpr OpTraits traits{};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("k", &TopK::k), field("dim", &TopK::dim),
                      field("largest", &TopK::largest)};
  }

  std::array<Spec, 2> infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.outputs = 2, .specs = true}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Kthvalue {
  static constexpr OpDoc doc{.name = "kthvalue",
                             .title = "Kthvalue",
                             .summary = "The k-th smallest element along an axis, and its place.",
                             .formula = "sort(x, dim) at k - 1",
                             .outputs = "values, indices",
                             .shapes = "any shape -> twice the shape without `dim`"};
  static std::vector<Case> cases();
};

struct Median {
  static constexpr OpDoc doc{
      .name = "median",
      .title = "Median",
      .summary = "The middle element along an axis, and its place.",
      .formula =
          "kthvalue(x, (n + 1) / 2, dim): of two middle ones the lower; NaN if there is one; "
          "without `dim` equals share the gradient",
      .outputs = "values, indices",
      .shapes = "any shape -> twice the shape without `dim`"};
  static std::vector<Case> cases();
};

struct Quantile {
  static constexpr OpDoc doc{
      .name = "quantile",
      .title = "Quantile",
      .summary = "The element below which a given share of the others lies, interpolated.",
      .formula =
          "s_i + (s_(i+1) - s_i) f with s = sort(x), i = floor(q (n - 1)), f the rest; NaN "
          "if there is one",
      .shapes = "any shape -> the shape without `dim` (or with 1 there)"};
  static std::vector<Case> cases();
};

struct TopKResult {
  Tensor values, indices;
};

/// `auto [values, indices] = topk(x, 5);` ValueError when k is below 0 or beyond the axis. Of equal
/// elements the first come first. They are always in order: `sorted` is there for those who write
/// it as in PyTorch.
TopKResult topk(const Tensor& input, std::int64_t k, std::int64_t dim = -1, bool largest = true,
                bool sorted = true);
/// k counts from 1: ValueError for another than 1 ... n.
TopKResult kthvalue(const Tensor& input, std::int64_t k, std::int64_t dim = -1,
                    bool keepdim = false);
/// Of all elements, 0-d; NaN when there are none (DTypeError for integers).
Tensor median(const Tensor& input);
TopKResult median(const Tensor& input, std::int64_t dim, bool keepdim = false);
/// q in [0, 1] (ValueError), of float32 or float64 (DTypeError). Without `dim`, of all elements.
Tensor quantile(const Tensor& input, double q, std::optional<std::int64_t> dim = std::nullopt,
                bool keepdim = false);
/// Several at once, quantile(x, {0.25, 0.5, 0.75}): along a new first axis.
Tensor quantile(const Tensor& input, const std::vector<double>& q,
                std::optional<std::int64_t> dim = std::nullopt, bool keepdim = false);

}  // namespace limpid
