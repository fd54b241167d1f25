#pragma once
// Einstein's summation: products of tensors, summed over the axes that share a letter.

#include "limpid/op/operator.h"

namespace limpid {

struct Einsum {
  static constexpr OpDoc doc{
      .name = "einsum",
      .title = "Einsum",
      .summary = "Multiplies tensors whose axes are named by letters, and sums over letters.",
      .formula = "\"ij,jk->ik\": y[i, k] = sum over j of a[i, j] b[j, k]",
      .inputs = "tensors...",
      .shapes =
          "an axis of the result for each letter behind ->; without -> for each letter that "
          "appears once, in alphabetical order; ... stands for axes that broadcast",
      .source = "numpy.einsum"};
  static std::vector<Case> cases();
};

struct Tensordot {
  static constexpr OpDoc doc{
      .name = "tensordot",
      .title = "Tensordot",
      .summary = "Multiplies two tensors and sums over pairs of their axes.",
      .formula = "y[i..., j...] = sum over p... of a[i..., p...] b[p..., j...]",
      .inputs = "input, other",
      .shapes = "the axes of input that are not summed, then those of other"};
  static std::vector<Case> cases();
};

/// A letter may repeat within a tensor (its diagonal), stand in any number of tensors, and be left
/// out of the result (summed). Axes that share a letter have equal sizes, or 1, which broadcasts.
/// Contracted from left to right, each pair by one (batched) matrix product. ValueError explains
/// what is wrong with the equation; ShapeError names the letter and both sizes.
Tensor einsum(const std::string& equation, std::span<const Tensor> tensors);
template <std::same_as<Tensor>... T>
Tensor einsum(const std::string& equation, const Tensor& first, const T&... others) {
  const Tensor all[] = {first, others...};
  return einsum(equation, std::span<const Tensor>(all));
}

/// Sums over the last `dims` axes of input with the first ones of other.
Tensor tensordot(const Tensor& input, const Tensor& other, std::int64_t dims = 2);
/// Sums over axis dims_input[i] of input with axis dims_other[i] of other.
Tensor tensordot(const Tensor& input, const Tensor& other, const Shape& dims_input,
                 const Shape& dims_other);

}  // namespace limpid
