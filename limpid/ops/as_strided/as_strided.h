#pragma once
// A view of any shape and strides over a tensor's memory.

#include "limpid/op/apply.h"

namespace limpid {

struct AsStrided {
  Shape size;
  Strides stride;                   ///< in elements, not negative
  std::int64_t storage_offset = 0;  ///< of the first element, from the start of the memory
  // How the input lies, which as_strided() fills in: the gradient has to know.
  Strides input_stride = {};
  std::int64_t input_offset = 0;

  static constexpr OpDoc doc{
      .name = "as_strided",
      .title = "AsStrided",
      .summary = "A view of the memory with a shape, strides and an offset of one's own.",
      .formula = "y[i, j, ...] = element storage_offset + i stride_0 + j stride_1 + ... of memory",
      .shapes = "any shape -> `size`"};
  static constexpr OpTraits traits{};
  using backends = Backends<Reference>;
  static constexpr auto attributes() {
    return std::tuple{field("size", &AsStrided::size), field("stride", &AsStrided::stride),
                      field("storage_offset", &AsStrided::storage_offset),
                      field("input_stride", &AsStrided::input_stride),
                      field("input_offset", &AsStrided::input_offset)};
  }

  Layout layout(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  static Saves saves(Needs) { return {.specs = true}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// Without storage_offset the view begins where the input does. Elements that it shows twice get
/// the sum of their gradients; such a view cannot be written to. ShapeError for places outside the
/// memory.
Tensor as_strided(const Tensor& input, const Shape& size, const Strides& stride,
                  std::optional<std::int64_t> storage_offset = std::nullopt);

}  // namespace limpid
