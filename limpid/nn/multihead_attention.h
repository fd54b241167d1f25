#pragma once
// Attention with several heads: every position looks at all others, in several ways at once.
// Source: Vaswani et al., Attention is all you need, NeurIPS 2017.

#include "limpid/core/random.h"
#include "limpid/nn/linear.h"

namespace limpid::nn {

struct MultiheadAttentionOptions {
  double dropout = 0;  ///< of the attention weights, while training
  bool bias = true;
  bool add_bias_kv = false;         ///< a learned key and value behind the others
  bool add_zero_attn = false;       ///< a key and value of zeros behind them
  std::int64_t kdim = 0, vdim = 0;  ///< features of keys and values; 0: embed_dim
  bool batch_first = false;         ///< (B, T, features) in place of (T, B, features)
  Device device = kCpu;
  DType dtype = kDefaultDType;
  Generator* generator = nullptr;  ///< of the starting values; null: default_generator()
};

/// Of one call. As in PyTorch, a bool mask is true where nothing may be looked at (the opposite of
/// scaled_dot_product_attention), and a float mask is added to the scores.
struct AttentionArguments {
  Tensor key_padding_mask = {};  ///< (B, S): keys that are padding
  bool need_weights = true;
  Tensor attn_mask = {};  ///< (T, S), or (B heads, T, S)
  bool average_attn_weights = true;
  bool is_causal = false;  ///< position t looks at 0 .. t alone
};

struct AttentionResult {
  Tensor output;   ///< like the query
  Tensor weights;  ///< (B, T, S and what options add), or (B, heads, T, S) when not averaged;
                   ///< undefined if not needed
};

/// torch.nn.MultiheadAttention. A position that may look at nothing gets the output of zeros, where
/// PyTorch gives NaN.
class MultiheadAttention final : public Module {
 public:
  MultiheadAttention(std::int64_t embed_dim, std::int64_t num_heads,
                     MultiheadAttentionOptions options = {});
  /// Query (T, B, embed_dim), key (S, B, kdim), value (S, B, vdim); without the batch axis too.
  /// ShapeError says which size does not fit.
  AttentionResult operator()(const Tensor& query, const Tensor& key, const Tensor& value,
                             const AttentionArguments& options = {});
  /// Self-attention, without weights.
  Tensor forward(const Tensor& input) override;
  /// Query, key and value.
  Tensor forward_many(std::span<const Tensor> inputs) override;

  Tensor &in_proj_weight, &q_proj_weight, &k_proj_weight, &v_proj_weight, &in_proj_bias;
  Tensor &bias_k, &bias_v;  ///< (1, 1, embed_dim), with add_bias_kv
  Linear& out_proj;

 private:
  struct Checked {};
  MultiheadAttention(std::int64_t embed_dim, std::int64_t num_heads,
                     const MultiheadAttentionOptions& options, Checked);
  struct Heads {
    Tensor q, k, v;  // (B, heads, T or S, head size)
  };
  void check(const Tensor& query, const Tensor& key, const Tensor& value) const;
  Heads project(const Tensor& query, const Tensor& key, const Tensor& value) const;
  /// The keys and values that the options add, behind those of the input.
  void append(Heads& heads) const;
  Tensor merged_mask(const AttentionArguments& options, const Heads& heads) const;
  Tensor weights_of(const Heads& heads, const Tensor& mask) const;
  AttentionResult run(const Tensor& query, const Tensor& key, const Tensor& value,
                      const AttentionArguments& options) const;

  std::int64_t embed_dim_, num_heads_;
  MultiheadAttentionOptions options_;
};

}  // namespace limpid::nn
