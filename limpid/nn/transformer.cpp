#include "limpid/nn/transformer.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/nn/default_init.h"
#include "limpid/ops/pointwise/pointwise.h"

namespace limpid::nn {

namespace {

LinearOptions linear_options(const TransformerEncoderLayerOptions& o) {
  return {.bias = o.bias, .device = o.device, .dtype = o.dtype, .generator = o.generator};
}
LayerNorm norm(std::int64_t size, const TransformerEncoderLayerOptions& o) {
  return LayerNorm(size,
                   {.eps = o.layer_norm_eps, .bias = o.bias, .device = o.device, .dtype = o.dtype});
}

}  // namespace

TransformerEncoderLayer::TransformerEncoderLayer(std::int64_t d_model, std::int64_t nhead,
                                                 TransformerEncoderLayerOptions o)
    : self_attn(register_module("self_attn", MultiheadAttention(d_model, nhead,
                                                                {.dropout = o.dropout,
                                                                 .bias = o.bias,
                                                                 .batch_first = o.batch_first,
                                                                 .device = o.device,
                                                                 .dtype = o.dtype,
                                                                 .generator = o.generator}))),
      linear1(register_module("linear1", Linear(d_model, o.dim_feedforward, linear_options(o)))),
      dropout(register_module("dropout", Dropout(o.dropout))),
      linear2(register_module("linear2", Linear(o.dim_feedforward, d_model, linear_options(o)))),
      norm1(register_module("norm1", norm(d_model, o))),
      norm2(register_module("norm2", norm(d_model, o))),
      dropout1(register_module("dropout1", Dropout(o.dropout))),
      dropout2(register_module("dropout2", Dropout(o.dropout))),
      d_model_(d_model),
      nhead_(nhead),
      options_(o) {
  if (o.activation != "relu" && o.activation != "gelu")
    throw ValueError(str("TransformerEncoderLayer: activation must be 'relu' or 'gelu', got '",
                         o.activation, "'"));
}

TransformerEncoderLayer TransformerEncoderLayer::copy() const {
  TransformerEncoderLayer out(d_model_, nhead_, options_);
  out.load_state_dict(state_dict());
  return out;
}

Tensor TransformerEncoderLayer::attend(const Tensor& x, const TransformerMasks& masks) {
  return dropout1(self_attn(x, x, x,
                            {.key_padding_mask = masks.src_key_padding_mask,
                             .need_weights = false,
                             .attn_mask = masks.mask,
                             .is_causal = masks.is_causal})
                      .output);
}

Tensor TransformerEncoderLayer::feed_forward(const Tensor& x) {
  const Tensor h = linear1(x);
  return dropout2(
      linear2(dropout(options_.activation == "relu" ? limpid::relu(h) : limpid::gelu(h))));
}

Tensor TransformerEncoderLayer::run(const Tensor& src, const TransformerMasks& masks) {
  if (options_.norm_first) {
    const Tensor x = src + attend(norm1(src), masks);
    return x + feed_forward(norm2(x));
  }
  const Tensor x = norm1(src + attend(src, masks));
  return norm2(x + feed_forward(x));
}

Tensor TransformerEncoderLayer::operator()(const Tensor& src, const TransformerMasks& masks) {
  return call_as({&src, 1}, [&](std::span<const Tensor> in) { return run(in[0], masks); });
}

TransformerEncoder::TransformerEncoder(const TransformerEncoderLayer& layer,
                                       std::int64_t num_layers, std::shared_ptr<Module> norm)
    : layers(register_module("layers", ModuleList())), norm_(std::move(norm)) {
  require_at_least("TransformerEncoder", "num_layers", num_layers, 1);
  for (std::int64_t i = 0; i < num_layers; ++i) layers.append(layer.copy());
  if (norm_) register_module("norm", norm_);
}

Tensor TransformerEncoder::run(const Tensor& src, const TransformerMasks& masks) {
  Tensor x = src;
  for (Module& layer : layers) x = as_layer<TransformerEncoderLayer>(layer)(x, masks);
  return norm_ ? (*norm_)(x) : x;
}

Tensor TransformerEncoder::operator()(const Tensor& src, const TransformerMasks& masks) {
  return call_as({&src, 1}, [&](std::span<const Tensor> in) { return run(in[0], masks); });
}

}  // namespace limpid::nn
