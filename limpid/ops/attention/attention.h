#pragma once
// Scaled dot-product attention. The public function makes shapes and masks alike and calls
// Attention, whose fast kernel (attention_cpu.cpp) never holds a matrix of all scores; with
// dropout, and for 16-bit floats, it is composed of products and a softmax. Cases are in
// attention_cases.cpp.

#include <optional>

#include "limpid/op/operator.h"

namespace limpid {

/// Attention of equal shapes: axes in front the same for all, and a mask of all scores (expanded,
/// so that it need not lie in memory as such).
struct Attention {
  double scale = 1;        ///< of the products of queries and keys
  bool is_causal = false;  ///< query i attends to keys 0 .. i

  static constexpr OpDoc doc{
      .name = "attention",
      .title = "Attention",
      .summary = "The op behind scaled_dot_product_attention: shapes alike, no dropout.",
      .formula =
          "weights = softmax(scale Q K^T + mask), 0 for a row that is all -infinity; output = "
          "weights V; log_sums = log of the sum of e^score over each row",
      .inputs = "query, key, value, attn_mask?",
      .outputs = "output, log_sums",
      .shapes = "(..., L, E), (..., S, E), (..., S, Ev), (..., L, S) -> (..., L, Ev), (..., L)",
      .source =
          "Dao et al., FlashAttention, NeurIPS 2022; Milakov and Gimelshein, Online normalizer "
          "calculation for softmax (2018)"};
  static constexpr OpTraits traits{.accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::lower,
                                   .constant_outputs = 0b10};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("scale", &Attention::scale), field("is_causal", &Attention::is_causal)};
  }
  std::array<Spec, 2> infer(const Inputs& in) const;
  double flops(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 0b1111, .outputs = 0b11}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

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
