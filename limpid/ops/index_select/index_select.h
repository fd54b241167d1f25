#pragma once
// Entries along one axis that a vector of indices names: read, added to, replaced. Made of index
// and index_put, which move whole rows.

#include "limpid/op/operator.h"

namespace limpid {

struct IndexSelect {
  static constexpr OpDoc doc{
      .name = "index_select",
      .title = "IndexSelect",
      .summary = "Copies the entries along an axis that a vector of indices names.",
      .formula = "y[i, k, j] = x[i, index[k], j] (for dim = 1)",
      .inputs = "input, index",
      .shapes = "(a, n, b) and (m) -> (a, m, b) for dim = 1"};
  static std::vector<Case> cases();
};
struct IndexAdd {
  static constexpr OpDoc doc{
      .name = "index_add",
      .title = "IndexAdd",
      .summary = "Adds entries along an axis to those that a vector of indices names.",
      .formula = "y = x, then y[i, index[k], j] += alpha source[i, k, j] (for dim = 1)",
      .inputs = "input, index, source",
      .shapes = "(a, n, b), (m) and (a, m, b) -> (a, n, b) for dim = 1"};
  static std::vector<Case> cases();
};
struct IndexCopy {
  static constexpr OpDoc doc{
      .name = "index_copy",
      .title = "IndexCopy",
      .summary = "Replaces the entries along an axis that a vector of indices names.",
      .formula = "y = x, then y[i, index[k], j] = source[i, k, j] (for dim = 1)",
      .inputs = "input, index, source",
      .shapes = "(a, n, b), (m) and (a, m, b) -> (a, n, b) for dim = 1"};
  static std::vector<Case> cases();
};
struct IndexFill {
  static constexpr OpDoc doc{
      .name = "index_fill",
      .title = "IndexFill",
      .summary = "Sets the entries along an axis that a vector of indices names to a number.",
      .formula = "y = x, then y[i, index[k], j] = value (for dim = 1)",
      .inputs = "input, index",
      .shapes = "(a, n, b) and (m) -> (a, n, b) for dim = 1"};
  static std::vector<Case> cases();
};
struct IndexReduce {
  static constexpr OpDoc doc{
      .name = "index_reduce",
      .title = "IndexReduce",
      .summary = "Reduces entries along an axis with those that a vector of indices names.",
      .formula =
          "y[i, k, j] = reduce of x[i, k, j] and all source[i, l, j] with index[l] = k (for "
          "dim = 1); x where there is none",
      .inputs = "input, index, source",
      .shapes = "(a, n, b), (m) and (a, m, b) -> (a, n, b) for dim = 1"};
  static std::vector<Case> cases();
};
struct Take {
  static constexpr OpDoc doc{.name = "take",
                             .title = "Take",
                             .summary = "Elements by their number in row-major order.",
                             .formula = "y[i] = flatten(x)[index[i]]",
                             .inputs = "input, index",
                             .shapes = "any shape, and index -> index's shape"};
  static std::vector<Case> cases();
};
struct TakeAlongDim {
  static constexpr OpDoc doc{
      .name = "take_along_dim",
      .title = "TakeAlongDim",
      .summary = "Picks elements along an axis; input and indices broadcast along the others.",
      .formula = "gather of the broadcast tensors; with negative indices counted from the end",
      .inputs = "input, indices",
      .shapes = "(a, n) and (a, m), a broadcast -> (a, m) for dim = 1"};
  static std::vector<Case> cases();
};
struct OneHot {
  static constexpr OpDoc doc{.name = "one_hot",
                             .title = "OneHot",
                             .summary = "A 1 at the place that each class names, 0 elsewhere.",
                             .formula = "y[..., c] = 1 if x[...] = c, else 0",
                             .shapes = "(...) of integers -> (..., num_classes), int64"};
  static std::vector<Case> cases();
};

/// Any dtype; index is a vector (or 0-d) of int64 or int32 in [0, size). IndexError names the
/// position and value of one that is not. The same holds for the functions below.
Tensor index_select(const Tensor& input, std::int64_t dim, const Tensor& index);
/// Entries of repeated indices add up.
Tensor index_add(const Tensor& input, std::int64_t dim, const Tensor& index, const Tensor& source,
                 Scalar alpha = 1);
/// Of repeated indices the last one stays.
Tensor index_copy(const Tensor& input, std::int64_t dim, const Tensor& index, const Tensor& source);
Tensor index_fill(const Tensor& input, std::int64_t dim, const Tensor& index, Scalar value);
/// `reduce` is "prod", "mean", "amax" or "amin", as of scatter_reduce; index_add adds. Without
/// include_self input shows only where nothing is sent.
Tensor index_reduce(const Tensor& input, std::int64_t dim, const Tensor& index,
                    const Tensor& source, const std::string& reduce, bool include_self = true);
/// Indices may count from the end.
Tensor take(const Tensor& input, const Tensor& index);
Tensor take_along_dim(const Tensor& input, const Tensor& indices, std::int64_t dim);
Tensor take_along_dim(const Tensor& input, const Tensor& indices);
/// Classes must lie in [0, num_classes): IndexError names the position and value of one that does
/// not. Without num_classes there are as many as the largest class needs.
Tensor one_hot(const Tensor& input, std::int64_t num_classes = -1);

}  // namespace limpid
