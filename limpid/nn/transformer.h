#pragma once
// Transformer encoders: attention and a small network for each position, with shortcuts around
// both. Source: Vaswani et al., Attention is all you need, NeurIPS 2017; normalising first: Xiong
// et al., On layer normalization in the transformer architecture, ICML 2020.

#include <string>

#include "limpid/nn/dropout.h"
#include "limpid/nn/layer_norm.h"
#include "limpid/nn/module_list.h"
#include "limpid/nn/multihead_attention.h"

namespace limpid::nn {

struct TransformerEncoderLayerOptions {
  std::int64_t dim_feedforward = 2048;
  double dropout = 0.1;
  std::string activation = "relu";  ///< or "gelu"
  double layer_norm_eps = 1e-5;
  bool batch_first = false;  ///< (B, T, d_model) in place of (T, B, d_model)
  bool norm_first = false;   ///< normalise in front of attention and network, not behind
  bool bias = true;
  Device device = kCpu;
  DType dtype = kDefaultDType;
  Generator* generator = nullptr;  ///< of the starting values; null: default_generator()
};

/// Masks of one call, with the meaning they have for MultiheadAttention.
struct TransformerMasks {
  Tensor mask = {};                  ///< (T, T), or (B heads, T, T)
  Tensor src_key_padding_mask = {};  ///< (B, T): true where there is padding
  bool is_causal = false;
};

/// torch.nn.TransformerEncoderLayer.
class TransformerEncoderLayer final : public Module {
 public:
  TransformerEncoderLayer(std::int64_t d_model, std::int64_t nhead,
                          TransformerEncoderLayerOptions options = {});
  Tensor operator()(const Tensor& src, const TransformerMasks& masks = {});
  Tensor forward(const Tensor& src) override { return run(src, {}); }
  /// A layer of the same options and values, for stacks.
  TransformerEncoderLayer copy() const;

  MultiheadAttention& self_attn;
  Linear& linear1;
  Dropout& dropout;
  Linear& linear2;
  LayerNorm &norm1, &norm2;
  Dropout &dropout1, &dropout2;

 private:
  Tensor run(const Tensor& src, const TransformerMasks& masks);
  Tensor attend(const Tensor& x, const TransformerMasks& masks);
  Tensor feed_forward(const Tensor& x);

  std::int64_t d_model_, nhead_;
  TransformerEncoderLayerOptions options_;
};

/// torch.nn.TransformerEncoder: `num_layers` copies of a layer (as in PyTorch they start from the
/// same values), and a norm behind the last where one is given.
class TransformerEncoder final : public Module {
 public:
  TransformerEncoder(const TransformerEncoderLayer& layer, std::int64_t num_layers,
                     std::shared_ptr<Module> norm = nullptr);
  Tensor operator()(const Tensor& src, const TransformerMasks& masks = {});
  Tensor forward(const Tensor& src) override { return run(src, {}); }

  ModuleList& layers;

 private:
  Tensor run(const Tensor& src, const TransformerMasks& masks);

  std::shared_ptr<Module> norm_;
};

}  // namespace limpid::nn
