// What layers compute: normalisation, dropout, embedding, attention, recurrence.

#include "limpid/core/str.h"
#include "limpid/ops/all_ops/layer.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

namespace {

using OptionalTensor = std::optional<Tensor>;

TensorTuple tuple_of(const Tensors& list) { return {{list.begin(), list.end()}}; }

void add_norms(nb::module_& nn) {
  op<BatchNorm>(
      nn, kFunction,
      [](const Tensor& input, const OptionalTensor& mean, const OptionalTensor& var,
         const OptionalTensor& weight, const OptionalTensor& bias, bool training, double momentum,
         double eps) {
        return batch_norm(input, or_none(mean), or_none(var), or_none(weight), or_none(bias),
                          training, momentum, eps);
      },
      "input"_a, "running_mean"_a.none(), "running_var"_a.none(), "weight"_a = nb::none(),
      "bias"_a = nb::none(), "training"_a = false, "momentum"_a = 0.1, "eps"_a = 1e-5);
  op<InstanceNorm>(
      nn, kFunction,
      [](const Tensor& input, const OptionalTensor& mean, const OptionalTensor& var,
         const OptionalTensor& weight, const OptionalTensor& bias, bool use_input_stats,
         double momentum, double eps) {
        return instance_norm(input, or_none(mean), or_none(var), or_none(weight), or_none(bias),
                             use_input_stats, momentum, eps);
      },
      "input"_a, "running_mean"_a = nb::none(), "running_var"_a = nb::none(),
      "weight"_a = nb::none(), "bias"_a = nb::none(), "use_input_stats"_a = true,
      "momentum"_a = 0.1, "eps"_a = 1e-5);
  op<LayerNorm>(
      nn, kFunction,
      [](const Tensor& input, const Shape& shape, const OptionalTensor& weight,
         const OptionalTensor& bias,
         double eps) { return layer_norm(input, shape, or_none(weight), or_none(bias), eps); },
      "input"_a, "normalized_shape"_a, "weight"_a = nb::none(), "bias"_a = nb::none(),
      "eps"_a = 1e-5);
  op<RmsNorm>(
      nn, kFunction,
      [](const Tensor& input, const Shape& shape, const OptionalTensor& weight,
         std::optional<double> eps) { return rms_norm(input, shape, or_none(weight), eps); },
      "input"_a, "normalized_shape"_a, "weight"_a = nb::none(), "eps"_a = nb::none());
  op<GroupNorm>(
      nn, kFunction,
      [](const Tensor& input, std::int64_t groups, const OptionalTensor& weight,
         const OptionalTensor& bias,
         double eps) { return group_norm(input, groups, or_none(weight), or_none(bias), eps); },
      "input"_a, "num_groups"_a, "weight"_a = nb::none(), "bias"_a = nb::none(), "eps"_a = 1e-5);
  op<LocalResponseNorm>(nn, kFunction, local_response_norm, "input"_a, "size"_a, "alpha"_a = 1e-4,
                        "beta"_a = 0.75, "k"_a = 1.0);
}

/// F.name(input, p=0.5, training=..., inplace=False)
template <class Card, Tensor (*f)(const Tensor&, double, bool)>
void dropping(nb::module_& nn, const char* name, bool training) {
  row(
      nn, name, docstring(Card::doc), kFunction,
      [](const Tensor& input, double p, bool train, bool inplace) {
        if (!train && p >= 0 && p <= 1) return input;  // of any dtype
        return computed(input, inplace, "dropout_",
                        [&](const Tensor& x) { return f(x, p, train); });
      },
      "input"_a, "p"_a = 0.5, "training"_a = training, "inplace"_a = false);
}

void add_dropouts(nb::module_& m, nb::module_& nn) {
  dropping<Dropout, dropout>(nn, "dropout", true);
  dropping<FeatureDropout, dropout1d>(nn, "dropout1d", true);
  dropping<FeatureDropout, dropout2d>(nn, "dropout2d", true);
  dropping<FeatureDropout, dropout3d>(nn, "dropout3d", true);
  dropping<AlphaDropout, alpha_dropout>(nn, "alpha_dropout", false);
  op<Dropout>(m, kFunction, dropout, "input"_a, "p"_a, "train"_a);
  op<FeatureDropout>(m, kFunction, feature_dropout, "input"_a, "p"_a, "train"_a);
  op<AlphaDropout>(m, kFunction, alpha_dropout, "input"_a, "p"_a, "train"_a);
}

/// What lookups in PyTorch can do and limpid's cannot.
void refuse_norms(const char* name, std::optional<double> max_norm, bool scale_grad_by_freq,
                  bool sparse) {
  if (max_norm || scale_grad_by_freq || sparse)
    throw ValueError(str(name, ": ",
                         max_norm ? "max_norm"
                         : sparse ? "sparse=True"
                                  : "scale_grad_by_freq=True",
                         " is not supported"));
}

void add_lookup(nb::module_& nn) {
  op<Embedding>(
      nn, kFunction,
      [](const Tensor& input, const Tensor& weight, std::optional<std::int64_t> padding_idx,
         std::optional<double> max_norm, double, bool scale_grad_by_freq, bool sparse) {
        refuse_norms("embedding", max_norm, scale_grad_by_freq, sparse);
        return embedding(weight, input, padding_idx);
      },
      "input"_a, "weight"_a, "padding_idx"_a = nb::none(), "max_norm"_a = nb::none(),
      "norm_type"_a = 2.0, "scale_grad_by_freq"_a = false, "sparse"_a = false);
  op<EmbeddingBag>(
      nn, kFunction,
      [](const Tensor& input, const Tensor& weight, const OptionalTensor& offsets,
         std::optional<double> max_norm, double, bool scale_grad_by_freq, const std::string& mode,
         bool sparse, const OptionalTensor& per_sample_weights, bool include_last_offset,
         std::optional<std::int64_t> padding_idx) {
        refuse_norms("embedding_bag", max_norm, scale_grad_by_freq, sparse);
        return embedding_bag(input, weight, or_none(offsets),
                             {.mode = mode,
                              .per_sample_weights = or_none(per_sample_weights),
                              .include_last_offset = include_last_offset,
                              .padding_idx = padding_idx});
      },
      "input"_a, "weight"_a, "offsets"_a = nb::none(), "max_norm"_a = nb::none(),
      "norm_type"_a = 2.0, "scale_grad_by_freq"_a = false, "mode"_a = "mean", "sparse"_a = false,
      "per_sample_weights"_a = nb::none(), "include_last_offset"_a = false,
      "padding_idx"_a = nb::none());
}

void add_attention(nb::module_& nn) {
  op<ScaledDotProductAttention>(
      nn, kFunction,
      [](const Tensor& query, const Tensor& key, const Tensor& value, const OptionalTensor& mask,
         double dropout_p, bool is_causal, std::optional<double> scale, bool enable_gqa) {
        return scaled_dot_product_attention(query, key, value,
                                            {.attn_mask = or_none(mask),
                                             .dropout_p = dropout_p,
                                             .is_causal = is_causal,
                                             .scale = scale,
                                             .enable_gqa = enable_gqa});
      },
      "query"_a, "key"_a, "value"_a, "attn_mask"_a = nb::none(), "dropout_p"_a = 0.0,
      "is_causal"_a = false, nb::kw_only(), "scale"_a = nb::none(), "enable_gqa"_a = false);
}

/// limpid's own: one layer and direction of a recurrent network, from the gates that its input
/// makes.
void add_recurrence(nb::module_& nn) {
  op<RnnLayer>(
      nn, kFunction,
      [](const Tensor& gates, const Tensor& h0, const Tensor& weight, const OptionalTensor& bias,
         const std::string& nonlinearity, bool reverse) {
        return rnn_layer(gates, h0, weight, or_none(bias), nonlinearity, {.reverse = reverse});
      },
      "input_gates"_a, "h0"_a, "weight"_a, "bias"_a = nb::none(), "nonlinearity"_a = "tanh",
      "reverse"_a = false);
  op<LstmLayer>(
      nn, kFunction,
      [](const Tensor& gates, const Tensor& h0, const Tensor& c0, const Tensor& weight,
         const OptionalTensor& bias, bool reverse) {
        return tuple_of(apply_many(LstmLayer{{reverse}}, gates, h0, c0, weight, or_none(bias)));
      },
      "input_gates"_a, "h0"_a, "c0"_a, "weight"_a, "bias"_a = nb::none(), "reverse"_a = false);
  op<GruLayer>(
      nn, kFunction,
      [](const Tensor& gates, const Tensor& h0, const Tensor& weight, const OptionalTensor& bias,
         bool reverse) {
        return tuple_of(apply_many(GruLayer{{reverse}}, gates, h0, weight, or_none(bias)));
      },
      "input_gates"_a, "h0"_a, "weight"_a, "bias"_a = nb::none(), "reverse"_a = false);
}

}  // namespace

void add_layer_ops(nb::module_& m) {
  nb::module_ nn = functional(m);
  add_norms(nn);
  add_dropouts(m, nn);
  add_lookup(nn);
  add_attention(nn);
  add_recurrence(nn);
}

}  // namespace limpid::python
