#pragma once
// Windows along one axis as a view: torch.Tensor.unfold. (`unfold` without it is that of layers,
// which copies the windows of images into columns.)

#include "limpid/op/apply.h"

namespace limpid {

struct UnfoldView {
  std::int64_t dimension = 0;
  std::int64_t size = 1;  ///< of a window
  std::int64_t step = 1;  ///< from one window to the next

  static constexpr OpDoc doc{
      .name = "unfold_view",
      .title = "UnfoldView",
      .summary = "Windows along an axis, without copying.",
      .formula = "y[..., k, ..., j] = x[..., k step + j, ...]",
      .shapes = "(..., n, ...) -> (..., floor((n - size) / step) + 1, ..., size)"};
  static constexpr OpTraits traits{};
  using backends = Backends<Reference>;
  static constexpr auto attributes() {
    return std::tuple{field("dimension", &UnfoldView::dimension), field("size", &UnfoldView::size),
                      field("step", &UnfoldView::step)};
  }

  Layout layout(const Inputs& in) const { return of(in[0].shape, in.strides(0)); }
  Layout of(const Shape& shape, const Strides& strides) const;
  void forward(Reference, const Io& io) const;
  static Saves saves(Needs) { return {.specs = true}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// A view of the windows of `size` elements along `dimension`, each `step` behind the one before;
/// the elements of a window become the last axis. Elements that no whole window reaches are left
/// out. Windows that overlap share elements: such a view cannot be written to.
Tensor unfold_view(const Tensor& input, std::int64_t dimension, std::int64_t size,
                   std::int64_t step);

}  // namespace limpid
