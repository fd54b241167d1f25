#pragma once
// A diagonal as a view, and tensors whose diagonal is given.

#include "limpid/op/apply.h"

namespace limpid {

struct Diagonal {
  std::int64_t offset = 0;  ///< above the main diagonal where positive, below where negative
  std::int64_t dim1 = 0;    ///< the axis of rows
  std::int64_t dim2 = 1;    ///< the axis of columns

  static constexpr OpDoc doc{
      .name = "diagonal",
      .title = "Diagonal",
      .summary = "A diagonal of matrices, without copying.",
      .formula = "y[..., k] = x[..., k + max(-offset, 0), k + max(offset, 0)]",
      .shapes = "(..., n, ..., m, ...) -> the other axes, then the length of the diagonal"};
  static constexpr OpTraits traits{};
  using backends = Backends<Reference>;
  static constexpr auto attributes() {
    return std::tuple{field("offset", &Diagonal::offset), field("dim1", &Diagonal::dim1),
                      field("dim2", &Diagonal::dim2)};
  }

  Layout layout(const Inputs& in) const { return of(in[0].shape, in.strides(0)); }
  Layout of(const Shape& shape, const Strides& strides) const;
  void forward(Reference, const Io& io) const;
  static Saves saves(Needs) { return {.specs = true}; }
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct DiagEmbed {
  static constexpr OpDoc doc{
      .name = "diag_embed",
      .title = "DiagEmbed",
      .summary = "Matrices with the given diagonals and zeros elsewhere.",
      .formula = "y = 0, then diagonal(y, offset, dim1, dim2) = x",
      .shapes = "(..., n) -> the axes in front and two of size n + |offset|, at dim1 and dim2"};
  static std::vector<Case> cases();
};

struct Diag {
  static constexpr OpDoc doc{
      .name = "diag",
      .title = "Diag",
      .summary = "The matrix of a diagonal, or the diagonal of a matrix.",
      .formula = "diag_embed(x, diagonal) of a vector, a copy of diagonal(x, diagonal) of a matrix",
      .shapes = "(n) -> (n + |diagonal|, n + |diagonal|); (n, m) -> (length of the diagonal)"};
  static std::vector<Case> cases();
};

/// A view of the diagonal of the matrices along dim1 and dim2; it becomes the last axis. One that
/// lies outside the matrices is empty.
Tensor diagonal(const Tensor& input, std::int64_t offset = 0, std::int64_t dim1 = 0,
                std::int64_t dim2 = 1);
/// Matrices whose diagonals are the rows along the last axis of input.
Tensor diag_embed(const Tensor& input, std::int64_t offset = 0, std::int64_t dim1 = -2,
                  std::int64_t dim2 = -1);
/// ShapeError unless input has one or two dimensions.
Tensor diag(const Tensor& input, std::int64_t diagonal = 0);

}  // namespace limpid
