#pragma once
// Sums, means and maxima of rows of a table: sentences as bags of words.

#include <optional>
#include <string>

#include "limpid/op/operator.h"

namespace limpid {

struct EmbeddingBag {
  static constexpr OpDoc doc{
      .name = "embedding_bag",
      .title = "EmbeddingBag",
      .summary = "The sum, mean or largest of the rows of a table that each bag of ids names.",
      .formula = "y_b = sum (or mean, or max) over the ids i of bag b of w_i weight[ids_i]",
      .inputs = "ids, weight, offsets?, per_sample_weights?",
      .shapes =
          "ids (B, n), weight (rows, d) -> (B, d); or ids (m,) with offsets (B,), where the bags "
          "begin"};
  static std::vector<Case> cases();
};

/// In PyTorch's order, without what concerns sparse gradients and norms.
struct EmbeddingBagOptions {
  std::string mode = "mean";         ///< "sum", "mean" or "max"
  Tensor per_sample_weights = {};    ///< of the shape of ids; mode "sum" only
  bool include_last_offset = false;  ///< offsets has the end of the last bag too
  std::optional<std::int64_t> padding_idx = std::nullopt;  ///< ids that count for nothing
};

/// An empty bag gives zeros. ids and offsets are int64 or int32. IndexError names the position of
/// an id that is no row, ValueError offsets that do not ascend from 0.
Tensor embedding_bag(const Tensor& ids, const Tensor& weight, const Tensor& offsets = {},
                     const EmbeddingBagOptions& options = {});

}  // namespace limpid
