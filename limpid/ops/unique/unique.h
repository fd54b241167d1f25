#pragma once
// The different elements of a tensor.

#include <optional>

#include "limpid/op/operator.h"

namespace limpid {

struct UniqueOptions {
  bool sorted = true;  ///< they always are: there for those who write it as in PyTorch
  bool return_inverse = false;
  bool return_counts = false;
  std::optional<std::int64_t> dim = std::nullopt;  ///< the entries along an axis; else elements
};

struct Unique {
  static constexpr OpDoc doc{
      .name = "unique",
      .title = "Unique",
      .summary =
          "The different elements in order, where each element went, and how often each is "
          "there.",
      .formula =
          "values = x sorted, each once; values[inverse] = x; counts_i = how many x are "
          "values_i",
      .outputs = "values, inverse, counts",
      .shapes =
          "any shape -> (m,), the shape, (m,); along dim of size n -> the shape with m there, "
          "(n,), (m,); inverse and counts are int64"};
  static std::vector<Case> cases();
};

struct UniqueConsecutive {
  static constexpr OpDoc doc{
      .name = "unique_consecutive",
      .title = "UniqueConsecutive",
      .summary = "The elements without those that equal the one before.",
      .formula =
          "values = x where x_i != x_(i-1); values[inverse] = x; counts = lengths of the "
          "runs",
      .outputs = "values, inverse, counts",
      .shapes = "any shape -> (m,), the shape, (m,); inverse and counts are int64"};
  static std::vector<Case> cases();
};

struct UniqueResult {
  Tensor values;
  Tensor inverse;  ///< undefined unless asked for
  Tensor counts;   ///< undefined unless asked for
};

/// `auto [values, inverse, counts] = unique(x, {.return_inverse = true, .return_counts = true});`
/// Over the flattened tensor, of any dtype. NaN differs from NaN, as in PyTorch. Gradients go to
/// the first of equal elements. With `dim`, entries along that axis are compared as a whole and
/// ordered by their first element, then the second, ...
UniqueResult unique(const Tensor& input, UniqueOptions options = {});
/// The same without sorting: only neighbours are compared.
UniqueResult unique_consecutive(const Tensor& input, bool return_inverse = false,
                                bool return_counts = false);

}  // namespace limpid
