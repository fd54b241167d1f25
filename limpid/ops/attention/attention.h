#pragma once
// Scaled dot-product attention: a composite of products and softmax. Cases are in
// attention_cases.cpp.

#include <optional>

#include "limpid/op/operator.h"

namespace limpid {

struct ScaledDotProductAttention {
  static constexpr OpDoc doc{
      .name = "scaled_dot_product_attention",
      .title = "ScaledDotProductAttention",
      .summary = "Averages of values, weighted by how well their keys match each query.",
      .formula =
          "softmax(scale Q K^T + mask) V, scale = 1 / sqrt(E); a query that may attend to "
          "nothing gives 0",
      .inputs = "query, key, value, attn_mask?",
      .shapes = "(..., L, E), (..., S, E), (..., S, Ev), mask to (..., L, S) -> (..., L, Ev)",
      .source = "Vaswani et al., Attention is all you need, NeurIPS 2017"};
  static std::vector<Case> cases();
};

/// In PyTorch's argument order.
struct AttentionOptions {
  /// Broadcasts to (..., L, S). bool: true takes part; floats of the query's dtype: added to
  /// scores.
  Tensor attn_mask = {};
  double dropout_p = 0;    ///< of the weights. Applied whenever above 0: pass 0 in evaluation
  bool is_causal = false;  ///< query i attends to keys 0 .. i; not beside attn_mask
  std::optional<double> scale = std::nullopt;  ///< of the products; 1 / sqrt(E) by default
  bool enable_gqa = false;  ///< heads (axis -3) of key and value are shared by groups of queries
};
/// Floats of one dtype. ShapeError says which of the sizes above do not fit; ValueError for
/// attn_mask beside is_causal, whose union a mask can hold.
Tensor scaled_dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                                    const AttentionOptions& options = {});

}  // namespace limpid
