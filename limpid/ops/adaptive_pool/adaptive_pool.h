#pragma once
// Poolings that are told the size of the output: along an axis of n elements, window o of m covers
//   [floor(o n / m), ceil((o + 1) n / m)).
// Windows are of nearly equal size; where m does not divide n they overlap by one element.

#include <optional>

#include "limpid/core/int_pair.h"
#include "limpid/core/int_triple.h"
#include "limpid/op/apply.h"

namespace limpid {

struct AdaptiveAvgPool2d {
  IntPair output_size = 1;

  static constexpr OpDoc doc{
      .name = "adaptive_avg_pool2d",
      .title = "AdaptiveAvgPool2d",
      .summary = "Averages an image over as many windows as the output is to have.",
      .formula =
          "y[n,c,oy,ox] = mean of x[n, c, floor(oy H/OH) ... ceil((oy+1) H/OH) - 1, likewise]",
      .shapes = "(N, C, H, W) or (C, H, W) -> (N, C, output_size)"};
  static constexpr OpTraits traits{.keeps_layout = true, .accuracy = Accuracy::terms};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("output_size", &AdaptiveAvgPool2d::output_size)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.specs = true}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

struct AdaptiveMaxPool2d {
  IntPair output_size = 1;

  static constexpr OpDoc doc{
      .name = "adaptive_max_pool2d",
      .title = "AdaptiveMaxPool2d",
      .summary = "The largest element of as many windows as the output is to have, and its place.",
      .formula =
          "y[n,c,oy,ox] = max of x[n, c, floor(oy H/OH) ... ceil((oy+1) H/OH) - 1, likewise]",
      .outputs = "values, indices",
      .shapes = "(N, C, H, W) or (C, H, W) -> twice (N, C, output_size)"};
  static constexpr OpTraits traits{};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("output_size", &AdaptiveMaxPool2d::output_size)};
  }

  std::array<Spec, 2> infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.outputs = 2, .specs = true}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

struct AdaptiveAvgPool1d {
  static constexpr OpDoc doc{
      .name = "adaptive_avg_pool1d",
      .title = "AdaptiveAvgPool1d",
      .summary = "Averages a sequence over as many windows as the output is to have.",
      .formula = "y[n,c,o] = mean of x[n, c, floor(o L/OL) ... ceil((o+1) L/OL) - 1]",
      .shapes = "(N, C, L) or (C, L) -> (N, C, output_size)"};
  static std::vector<Case> cases();
};

struct AdaptiveMaxPool1d {
  static constexpr OpDoc doc{
      .name = "adaptive_max_pool1d",
      .title = "AdaptiveMaxPool1d",
      .summary = "The largest element of as many windows as the output is to have, and its place.",
      .formula = "y[n,c,o] = max of x[n, c, floor(o L/OL) ... ceil((o+1) L/OL) - 1]",
      .outputs = "values, indices",
      .shapes = "(N, C, L) or (C, L) -> twice (N, C, output_size)"};
  static std::vector<Case> cases();
};

struct AdaptiveAvgPool3d {
  static constexpr OpDoc doc{
      .name = "adaptive_avg_pool3d",
      .title = "AdaptiveAvgPool3d",
      .summary = "Averages a volume over as many windows as the output is to have.",
      .formula =
          "as adaptive_avg_pool2d with one more axis in front: first each slice, then over "
          "depth",
      .shapes = "(N, C, D, H, W) or (C, D, H, W) -> (N, C, output_size)"};
  static std::vector<Case> cases();
};

struct AdaptiveMaxPool3d {
  static constexpr OpDoc doc{
      .name = "adaptive_max_pool3d",
      .title = "AdaptiveMaxPool3d",
      .summary = "The largest element of as many windows as the output is to have, and its place.",
      .formula =
          "as adaptive_max_pool2d with one more axis in front: first each slice, then over "
          "depth",
      .outputs = "values, indices",
      .shapes = "(N, C, D, H, W) or (C, D, H, W) -> twice (N, C, output_size)"};
  static std::vector<Case> cases();
};

/// Height and width of the output; std::nullopt keeps the input's: {7, std::nullopt}. One number
/// stands for both.
struct AdaptiveSize {
  std::optional<std::int64_t> height, width;
  AdaptiveSize(int both) : height(both), width(both) {}
  AdaptiveSize(std::int64_t both) : height(both), width(both) {}
  AdaptiveSize(IntPair pair) : height(pair.height), width(pair.width) {}
  AdaptiveSize(std::optional<std::int64_t> h, std::optional<std::int64_t> w)
      : height(h), width(w) {}
};

/// The same for depth, height and width.
struct AdaptiveSize3d {
  std::optional<std::int64_t> depth, height, width;
  AdaptiveSize3d(int all) : AdaptiveSize3d(IntTriple(all)) {}
  AdaptiveSize3d(std::int64_t all) : AdaptiveSize3d(IntTriple(all)) {}
  AdaptiveSize3d(IntTriple t) : depth(t.depth), height(t.height), width(t.width) {}
  AdaptiveSize3d(std::optional<std::int64_t> d, std::optional<std::int64_t> h,
                 std::optional<std::int64_t> w)
      : depth(d), height(h), width(w) {}
};

struct AdaptiveMaxPoolResult {
  Tensor values, indices;  ///< indices: row * W + column in the plane of the input, int64; of
                           ///< volumes slice * H * W more
};

/// Floats (N, C, H, W) or (C, H, W). ValueError for a negative size, ShapeError for an empty image.
Tensor adaptive_avg_pool2d(const Tensor& input, AdaptiveSize output_size);
/// Floats (N, C, L) or (C, L).
Tensor adaptive_avg_pool1d(const Tensor& input, std::int64_t output_size);
/// Floats (N, C, D, H, W) or (C, D, H, W).
Tensor adaptive_avg_pool3d(const Tensor& input, AdaptiveSize3d output_size);
/// Any dtype but bool. NaN wins over numbers; of equal elements the first of the window wins and
/// alone gets the gradient.
Tensor adaptive_max_pool2d(const Tensor& input, AdaptiveSize output_size);
Tensor adaptive_max_pool1d(const Tensor& input, std::int64_t output_size);
Tensor adaptive_max_pool3d(const Tensor& input, AdaptiveSize3d output_size);
/// With the places of the winners.
AdaptiveMaxPoolResult adaptive_max_pool2d_with_indices(const Tensor& input,
                                                       AdaptiveSize output_size);
AdaptiveMaxPoolResult adaptive_max_pool1d_with_indices(const Tensor& input,
                                                       std::int64_t output_size);
AdaptiveMaxPoolResult adaptive_max_pool3d_with_indices(const Tensor& input,
                                                       AdaptiveSize3d output_size);

}  // namespace limpid
