#pragma once
// Every s-th element along each axis, as a view; and its gradient, which puts a tensor back into
// zeros. Behind x[i], select, narrow, split and all indexing with integers and ranges.

#include "limpid/op/apply.h"

namespace limpid {

/// Which elements: along axis i those at begin[i] + k step[i], for k = 0 ... size[i] - 1. All
/// bounds are plain positions, counted from 0; Tensor::index turns negative and missing ones into
/// these.
struct SliceRegion {
  Shape begin;
  Shape size;
  Shape step;                 ///< may be negative: a true view with negative strides
  std::uint64_t dropped = 0;  ///< bit i: axis i, of size 1, is left out of the result

  /// The whole of a tensor.
  static SliceRegion all(const Shape& shape);
  /// Shape, strides and offset of the region of a tensor. ShapeError, ValueError or IndexError
  /// where it does not lie within the tensor.
  Layout of(const Shape& shape, const Strides& strides) const;
};

/// The view. (`Slice` is the start:stop:step that users write.)
struct StridedSlice : SliceRegion {
  static constexpr OpDoc doc{
      .name = "slice",
      .title = "Slice",
      .summary = "Takes every step-th element along each axis, or one, without copying.",
      .formula = "y[k_0, k_1, ...] = x[begin_0 + k_0 step_0, begin_1 + k_1 step_1, ...]",
      .shapes = "any shape -> `size` without the dropped axes"};
  static constexpr OpTraits traits{};
  using backends = Backends<Reference>;
  static constexpr auto attributes() {
    return std::tuple{field("begin", &StridedSlice::begin), field("size", &StridedSlice::size),
                      field("step", &StridedSlice::step), field("dropped", &StridedSlice::dropped)};
  }

  Layout layout(const Inputs& in) const { return of(in[0].shape, in.strides(0)); }
  void forward(Reference, const Io& io) const;
  static Saves saves(Needs) { return {.specs = true}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// The gradient of slice.
struct SliceBackward : SliceRegion {
  Shape shape;  ///< of the result

  static constexpr OpDoc doc{.name = "slice_backward",
                             .title = "SliceBackward",
                             .summary = "Puts a tensor into a region of zeros.",
                             .formula = "dx[begin + k step] = dy[k], and 0 elsewhere",
                             .inputs = "gradient",
                             .outputs = "input_gradient",
                             .shapes = "`size` without the dropped axes -> `shape`"};
  static constexpr OpTraits traits{};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("begin", &SliceBackward::begin), field("size", &SliceBackward::size),
                      field("step", &SliceBackward::step),
                      field("dropped", &SliceBackward::dropped),
                      field("shape", &SliceBackward::shape)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

}  // namespace limpid
