#include "limpid/nn/multihead_attention.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/str.h"
#include "limpid/nn/default_init.h"
#include "limpid/nn/init.h"
#include "limpid/nn/where.h"
#include "limpid/ops/attention/attention.h"
#include "limpid/ops/cat/cat.h"
#include "limpid/ops/dropout/dropout.h"
#include "limpid/ops/linear/linear.h"
#include "limpid/ops/masked_fill/masked_fill.h"
#include "limpid/ops/matmul/matmul.h"
#include "limpid/ops/max/max.h"
#include "limpid/ops/pad/pad.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/softmax/softmax.h"
#include "limpid/ops/split/split.h"
#include "limpid/tensor/creation.h"

namespace limpid::nn {

namespace {

std::int64_t checked_heads(std::int64_t embed_dim, std::int64_t heads) {
  require_size("MultiheadAttention", "embed_dim", embed_dim);
  require_at_least("MultiheadAttention", "num_heads", heads, 1);
  if (embed_dim % heads)
    throw ValueError(str("MultiheadAttention: embed_dim ", embed_dim,
                         " must be a multiple of num_heads ", heads));
  return heads;
}

MultiheadAttentionOptions filled(MultiheadAttentionOptions o, std::int64_t embed_dim) {
  if (!(o.dropout >= 0 && o.dropout <= 1))
    throw ValueError(str("MultiheadAttention: dropout must lie in [0, 1], got ", o.dropout));
  if (o.kdim == 0) o.kdim = embed_dim;
  if (o.vdim == 0) o.vdim = embed_dim;
  return o;
}

/// Whether queries, keys and values have as many features: then one weight projects all three.
bool is_one_size(std::int64_t embed_dim, const MultiheadAttentionOptions& o) {
  return o.kdim == embed_dim && o.vdim == embed_dim;
}

/// Weights (rows, columns), Xavier uniform; undefined unless wanted.
Tensor projection(bool wanted, std::int64_t rows, std::int64_t columns,
                  const MultiheadAttentionOptions& o) {
  if (!wanted) return {};
  return init::xavier_uniform_(empty({rows, columns}, {.dtype = o.dtype, .device = o.device}), 1,
                               o.generator ? *o.generator : default_generator());
}

/// A mask as what is added to the scores: -infinity where a bool mask is true.
Tensor additive(const char* name, const Tensor& mask, DType dtype) {
  constexpr double kNever = -std::numeric_limits<double>::infinity();
  if (is_bool(mask.dtype()))
    return limpid::masked_fill(zeros(mask.shape(), {.dtype = dtype, .device = mask.device()}), mask,
                               kNever);
  if (!is_floating(mask.dtype()))
    throw DTypeError(str("MultiheadAttention: ", name, " must be bool or float, got ", mask.dtype(),
                         nn::where()));
  return mask.to(dtype);
}

Tensor added_entry(std::int64_t embed_dim, const MultiheadAttentionOptions& o) {
  if (!o.add_bias_kv) return {};
  return init::xavier_normal_(empty({1, 1, embed_dim}, {.dtype = o.dtype, .device = o.device}), 1,
                              o.generator ? *o.generator : default_generator());
}

void require_shape(const char* name, const Tensor& mask, const Shape& expected) {
  if (!(mask.shape() == expected))
    throw ShapeError(str("MultiheadAttention: ", name, " must be ", expected, ", got ",
                         mask.shape(), nn::where()));
}

}  // namespace

MultiheadAttention::MultiheadAttention(std::int64_t embed_dim, std::int64_t num_heads,
                                       MultiheadAttentionOptions given)
    : MultiheadAttention(embed_dim, checked_heads(embed_dim, num_heads), filled(given, embed_dim),
                         Checked{}) {}

MultiheadAttention::MultiheadAttention(std::int64_t embed_dim, std::int64_t num_heads,
                                       const MultiheadAttentionOptions& o, Checked)
    : in_proj_weight(register_parameter(
          "in_proj_weight", projection(is_one_size(embed_dim, o), 3 * embed_dim, embed_dim, o))),
      q_proj_weight(register_parameter(
          "q_proj_weight", projection(!is_one_size(embed_dim, o), embed_dim, embed_dim, o))),
      k_proj_weight(register_parameter(
          "k_proj_weight", projection(!is_one_size(embed_dim, o), embed_dim, o.kdim, o))),
      v_proj_weight(register_parameter(
          "v_proj_weight", projection(!is_one_size(embed_dim, o), embed_dim, o.vdim, o))),
      in_proj_bias(register_parameter(
          "in_proj_bias",
          o.bias ? zeros({3 * embed_dim}, {.dtype = o.dtype, .device = o.device}) : Tensor())),
      bias_k(register_parameter("bias_k", added_entry(embed_dim, o))),
      bias_v(register_parameter("bias_v", added_entry(embed_dim, o))),
      out_proj(register_module(
          "out_proj",
          Linear(
              embed_dim, embed_dim,
              {.bias = o.bias, .device = o.device, .dtype = o.dtype, .generator = o.generator}))),
      embed_dim_(embed_dim),
      num_heads_(num_heads),
      options_(o) {
  if (o.bias) init::zeros_(out_proj.bias);
}

void MultiheadAttention::check(const Tensor& query, const Tensor& key, const Tensor& value) const {
  const auto complain = [&](const std::string& what) {
    throw ShapeError(str("MultiheadAttention: ", what,
                         nn::where({{"query", query}, {"key", key}, {"value", value}})));
  };
  const std::pair<const char*, const Tensor*> all[] = {
      {"query", &query}, {"key", &key}, {"value", &value}};
  for (const auto& [name, tensor] : all) require_defined("MultiheadAttention", name, *tensor);
  const int rank = query.dim();
  if ((rank != 2 && rank != 3) || key.dim() != rank || value.dim() != rank)
    complain("query, key and value must all have 3 axes, or 2 without a batch");
  const std::int64_t sizes[] = {embed_dim_, options_.kdim, options_.vdim};
  for (int i = 0; i < 3; ++i)
    if (const auto& [name, tensor] = all[i]; tensor->size(-1) != sizes[i])
      complain(str(name, " has ", tensor->size(-1), " features but the layer expects ", sizes[i]));
  const int steps = rank == 3 && options_.batch_first ? 1 : 0;
  if (key.size(steps) != value.size(steps)) complain("key and value differ in their length");
  if (rank == 3 && (query.size(1 - steps) != key.size(1 - steps) ||
                    key.size(1 - steps) != value.size(1 - steps)))
    complain("query, key and value differ in their batch");
}

MultiheadAttention::Heads MultiheadAttention::project(const Tensor& query, const Tensor& key,
                                                      const Tensor& value) const {
  Tensor parts[3];
  // One product for all three, unless gradients are wanted: those of its parts would have to be put
  // together again.
  if (in_proj_weight.defined() && query.is_same(key) && key.is_same(value) && !is_grad_enabled()) {
    const std::vector<Tensor> all =
        limpid::chunk(linear(query, in_proj_weight, in_proj_bias), 3, -1);
    std::copy(all.begin(), all.end(), parts);
  } else {
    std::vector<Tensor> w{q_proj_weight, k_proj_weight, v_proj_weight}, b(3);
    if (in_proj_weight.defined()) w = limpid::chunk(in_proj_weight, 3);
    if (in_proj_bias.defined()) b = limpid::chunk(in_proj_bias, 3);
    parts[0] = linear(query, w[0], b[0]);
    parts[1] = linear(key, w[1], b[1]);
    parts[2] = linear(value, w[2], b[2]);
  }
  const std::int64_t size = embed_dim_ / num_heads_;
  for (Tensor& part : parts) {  // (.., .., E) becomes (B, heads, steps, size)
    if (part.dim() == 2) part = part.unsqueeze(options_.batch_first ? 0 : 1);
    part = part.reshape({part.size(0), part.size(1), num_heads_, size});
    part = options_.batch_first ? part.permute({0, 2, 1, 3}) : part.permute({1, 2, 0, 3});
  }
  return {parts[0], parts[1], parts[2]};
}

void MultiheadAttention::append(Heads& heads) const {
  const std::int64_t size = embed_dim_ / num_heads_;
  const auto add = [&](Tensor& to, const Tensor& entry) {
    const Shape one{to.size(0), num_heads_, 1, size};
    to = cat({to, entry.reshape({1, num_heads_, 1, size}).expand(one)}, 2);
  };
  if (options_.add_bias_kv) add(heads.k, bias_k), add(heads.v, bias_v);
  if (!options_.add_zero_attn) return;
  const Tensor nothing =
      zeros({embed_dim_}, {.dtype = heads.k.dtype(), .device = heads.k.device()});
  add(heads.k, nothing), add(heads.v, nothing);
}

Tensor MultiheadAttention::merged_mask(const AttentionArguments& o, const Heads& heads) const {
  const std::int64_t batch = heads.q.size(0), t = heads.q.size(2), s = heads.k.size(2);
  const DType dtype = heads.q.dtype();
  Tensor mask;
  const auto add = [&](const Tensor& other) { mask = mask.defined() ? mask + other : other; };
  if (o.attn_mask.defined()) {
    const bool each = o.attn_mask.dim() == 3;
    require_shape("attn_mask", o.attn_mask, each ? Shape{batch * num_heads_, t, s} : Shape{t, s});
    const Tensor scores = additive("attn_mask", o.attn_mask, dtype);
    add(each ? scores.reshape({batch, num_heads_, t, s}) : scores.reshape({1, 1, t, s}));
  }
  if (o.key_padding_mask.defined()) {
    const bool one = o.key_padding_mask.dim() == 1 && batch == 1;
    require_shape("key_padding_mask", o.key_padding_mask, one ? Shape{s} : Shape{batch, s});
    add(additive("key_padding_mask", o.key_padding_mask, dtype).reshape({batch, 1, 1, s}));
  }
  if (o.is_causal && !o.attn_mask.defined()) {
    const TensorOptions like{.device = heads.q.device()};
    const Tensor later = arange(s, like).unsqueeze(0) > arange(t, like).unsqueeze(1);
    add(additive("the causal mask", later, dtype).reshape({1, 1, t, s}));
  }
  const std::int64_t more = options_.add_bias_kv + options_.add_zero_attn;  // which all may look at
  return mask.defined() && more ? limpid::pad(mask, {0, more}) : mask;
}

// weights = softmax(q k^T / sqrt(size) + mask). A row that is masked all over attends to everything
// in between, so that nothing becomes NaN, and then gets weights of 0.
Tensor MultiheadAttention::weights_of(const Heads& heads, const Tensor& mask) const {
  const double scale = 1 / std::sqrt(static_cast<double>(embed_dim_ / num_heads_));
  Tensor scores = matmul(heads.q * scale, heads.k.transpose(-2, -1));
  if (!mask.defined()) return limpid::softmax(scores, -1);
  const std::int64_t last[] = {-1};
  const Tensor dead =
      eq(limpid::amax(mask, last, /*keepdim=*/true), -std::numeric_limits<double>::infinity());
  scores = scores + limpid::where(dead, 0, mask);
  return limpid::where(dead, 0, limpid::softmax(scores, -1));
}

AttentionResult MultiheadAttention::run(const Tensor& query, const Tensor& key, const Tensor& value,
                                        const AttentionArguments& o) const {
  check(query, key, value);
  Heads heads = project(query, key, value);
  // The kernel knows the causal mask by itself; beside others, or where weights are asked for, it
  // is a mask like them.
  const bool causal_alone = o.is_causal && !o.need_weights && !o.attn_mask.defined() &&
                            !o.key_padding_mask.defined() && !options_.add_bias_kv &&
                            !options_.add_zero_attn;
  const Tensor mask = causal_alone ? Tensor() : merged_mask(o, heads);
  append(heads);
  const double p = is_training() ? options_.dropout : 0;
  Tensor weights, mixed;
  if (o.need_weights) {
    weights = limpid::dropout(weights_of(heads, mask), p);
    mixed = matmul(weights, heads.v);
  } else {
    mixed = scaled_dot_product_attention(
        heads.q, heads.k, heads.v, {.attn_mask = mask, .dropout_p = p, .is_causal = causal_alone});
  }
  mixed = options_.batch_first ? mixed.permute({0, 2, 1, 3}) : mixed.permute({2, 0, 1, 3});
  Tensor output = out_proj(mixed.flatten(2, 3));
  const bool batched = query.dim() == 3;
  if (!batched) output = output.squeeze(options_.batch_first ? 0 : 1);
  if (!o.need_weights) return {output, {}};
  if (o.average_attn_weights) weights = weights.mean({1});
  return {output, batched ? weights : weights.squeeze(0)};
}

AttentionResult MultiheadAttention::operator()(const Tensor& query, const Tensor& key,
                                               const Tensor& value,
                                               const AttentionArguments& options) {
  AttentionResult out;
  const Tensor given[] = {query, key, value};
  out.output = call_as(given, [&](std::span<const Tensor> in) {
    out = run(in[0], in[1], in[2], options);
    return out.output;
  });
  return out;
}

Tensor MultiheadAttention::forward(const Tensor& input) {
  return run(input, input, input, {.need_weights = false}).output;
}

Tensor MultiheadAttention::forward_many(std::span<const Tensor> inputs) {
  if (inputs.size() != 3)
    throw ValueError(str("MultiheadAttention: takes query, key and value, got ", inputs.size(),
                         " tensors", nn::where()));
  return run(inputs[0], inputs[1], inputs[2], {.need_weights = false}).output;
}

}  // namespace limpid::nn
