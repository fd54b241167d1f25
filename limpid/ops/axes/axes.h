#pragma once
// Short names for views: axes moved, added, dropped, split; tensors cut along an axis. All are made
// of view, permute, expand and slice, and share memory with their input (reshape and flatten where
// that can be done).

#include "limpid/op/operator.h"

namespace limpid {

struct Reshape {
  static constexpr OpDoc doc{
      .name = "reshape",
      .title = "Reshape",
      .summary = "The same elements under another shape; copied if need be.",
      .formula = "y[k] = x[k], with k counting elements in row-major order",
      .shapes = "any shape -> one with as many elements; one size may be -1"};
  static std::vector<Case> cases();
};
struct Flatten {
  static constexpr OpDoc doc{.name = "flatten",
                             .title = "Flatten",
                             .summary = "Makes one axis of the axes start_dim to end_dim.",
                             .formula = "reshape(x, (..., product of their sizes, ...))",
                             .shapes = "(a, b, c, d) -> (a, b c, d) for axes 1 to 2; 0-d -> (1)"};
  static std::vector<Case> cases();
};
struct Unflatten {
  static constexpr OpDoc doc{.name = "unflatten",
                             .title = "Unflatten",
                             .summary = "Splits an axis into several.",
                             .formula = "view(x, (..., sizes..., ...))",
                             .shapes = "(a, n, b) -> (a, sizes..., b); one of the sizes may be -1"};
  static std::vector<Case> cases();
};
struct Transpose {
  static constexpr OpDoc doc{.name = "transpose",
                             .title = "Transpose",
                             .summary = "Swaps two axes (also called swapaxes and swapdims).",
                             .formula = "y[..., j, ..., i, ...] = x[..., i, ..., j, ...]",
                             .shapes = "(a, b, c) -> (c, b, a) for axes 0 and 2"};
  static std::vector<Case> cases();
};
struct Movedim {
  static constexpr OpDoc doc{.name = "movedim",
                             .title = "Movedim",
                             .summary = "Moves axes to other places (also called moveaxis).",
                             .formula = "permute(x, ...) with axis source[i] at destination[i]",
                             .shapes = "(a, b, c) -> (b, c, a) for axis 0 to place 2"};
  static std::vector<Case> cases();
};
struct Squeeze {
  static constexpr OpDoc doc{.name = "squeeze",
                             .title = "Squeeze",
                             .summary = "Drops axes of size 1: all of them, or the ones named.",
                             .formula = "y[..., ...] = x[..., 0, ...]",
                             .shapes = "(a, 1, b) -> (a, b)"};
  static std::vector<Case> cases();
};
struct Unsqueeze {
  static constexpr OpDoc doc{.name = "unsqueeze",
                             .title = "Unsqueeze",
                             .summary = "Adds an axis of size 1.",
                             .formula = "y[..., 0, ...] = x[..., ...]",
                             .shapes = "(a, b) -> (a, 1, b) for dim = 1"};
  static std::vector<Case> cases();
};
struct BroadcastTo {
  static constexpr OpDoc doc{.name = "broadcast_to",
                             .title = "BroadcastTo",
                             .summary = "Repeats axes of size 1 and adds axes in front: a view.",
                             .formula = "expand(x, size)",
                             .shapes = "a shape that broadcasts to `size` -> `size`"};
  static std::vector<Case> cases();
};
struct Unbind {
  static constexpr OpDoc doc{.name = "unbind",
                             .title = "Unbind",
                             .summary = "All entries along an axis, each a view.",
                             .formula = "parts[i] = select(x, dim, i)",
                             .outputs = "parts...",
                             .shapes = "(a, n, b) -> n times (a, b) for dim = 1"};
  static std::vector<Case> cases();
};
struct TensorSplit {
  static constexpr OpDoc doc{
      .name = "tensor_split",
      .title = "TensorSplit",
      .summary = "Cuts a tensor into parts that differ by at most 1, or at given places.",
      .formula = "the first n mod sections parts have ceil(n / sections) entries, others floor",
      .outputs = "parts...",
      .shapes = "any shape -> views with other sizes along dim"};
  static std::vector<Case> cases();
};
struct Hsplit {
  static constexpr OpDoc doc{.name = "hsplit",
                             .title = "Hsplit",
                             .summary = "Cuts a tensor into equal parts along its columns.",
                             .formula = "tensor_split(x, ..., dim = 1), or 0 for vectors",
                             .outputs = "parts...",
                             .shapes = "(a, n, ...) -> parts along axis 1; (n) along axis 0"};
  static std::vector<Case> cases();
};
struct Vsplit {
  static constexpr OpDoc doc{.name = "vsplit",
                             .title = "Vsplit",
                             .summary = "Cuts a tensor into equal parts along its rows.",
                             .formula = "tensor_split(x, ..., dim = 0)",
                             .outputs = "parts...",
                             .shapes = "(n, a, ...) -> parts along axis 0"};
  static std::vector<Case> cases();
};
struct Dsplit {
  static constexpr OpDoc doc{.name = "dsplit",
                             .title = "Dsplit",
                             .summary = "Cuts a tensor into equal parts along its depth.",
                             .formula = "tensor_split(x, ..., dim = 2)",
                             .outputs = "parts...",
                             .shapes = "(a, b, n, ...) -> parts along axis 2"};
  static std::vector<Case> cases();
};

Tensor reshape(const Tensor& input, const Shape& shape);
Tensor reshape_as(const Tensor& input, const Tensor& other);
Tensor view_as(const Tensor& input, const Tensor& other);
Tensor flatten(const Tensor& input, std::int64_t start_dim = 0, std::int64_t end_dim = -1);
Tensor ravel(const Tensor& input);
/// ShapeError unless the sizes multiply to the size of the axis.
Tensor unflatten(const Tensor& input, std::int64_t dim, const Shape& sizes);
Tensor transpose(const Tensor& input, std::int64_t dim0, std::int64_t dim1);
Tensor swapaxes(const Tensor& input, std::int64_t axis0, std::int64_t axis1);
Tensor swapdims(const Tensor& input, std::int64_t dim0, std::int64_t dim1);
Tensor permute(const Tensor& input, const Shape& dims);
Tensor t(const Tensor& input);
Tensor movedim(const Tensor& input, std::int64_t source, std::int64_t destination);
/// Axis source[i] goes to destination[i]; the others keep their order. ShapeError for an axis named
/// twice, or lists of different lengths.
Tensor movedim(const Tensor& input, const Shape& source, const Shape& destination);
Tensor moveaxis(const Tensor& input, std::int64_t source, std::int64_t destination);
Tensor moveaxis(const Tensor& input, const Shape& source, const Shape& destination);
Tensor squeeze(const Tensor& input);
Tensor squeeze(const Tensor& input, std::int64_t dim);
/// Drops those of the named axes that have size 1.
Tensor squeeze(const Tensor& input, const Shape& dims);
Tensor unsqueeze(const Tensor& input, std::int64_t dim);
Tensor broadcast_to(const Tensor& input, const Shape& size);
Tensor expand_as(const Tensor& input, const Tensor& other);
/// All tensors as views of their common shape.
std::vector<Tensor> broadcast_tensors(std::span<const Tensor> tensors);
Tensor select(const Tensor& input, std::int64_t dim, std::int64_t index);
Tensor narrow(const Tensor& input, std::int64_t dim, std::int64_t start, std::int64_t length);
std::vector<Tensor> unbind(const Tensor& input, std::int64_t dim = 0);

std::vector<Tensor> tensor_split(const Tensor& input, std::int64_t sections, std::int64_t dim = 0);
/// Cuts before the entries `indices`, which may count from the end; a part may be empty.
std::vector<Tensor> tensor_split(const Tensor& input, const Shape& indices, std::int64_t dim = 0);
/// ShapeError unless the number of parts divides the size of the axis.
std::vector<Tensor> hsplit(const Tensor& input, std::int64_t sections);
std::vector<Tensor> hsplit(const Tensor& input, const Shape& indices);
std::vector<Tensor> vsplit(const Tensor& input, std::int64_t sections);
std::vector<Tensor> vsplit(const Tensor& input, const Shape& indices);
std::vector<Tensor> dsplit(const Tensor& input, std::int64_t sections);
std::vector<Tensor> dsplit(const Tensor& input, const Shape& indices);

}  // namespace limpid
