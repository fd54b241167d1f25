#include "limpid/nn/embedding.h"

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/nn/default_init.h"
#include "limpid/nn/init.h"
#include "limpid/nn/where.h"
#include "limpid/ops/embedding/embedding.h"
#include "limpid/tensor/creation.h"

namespace limpid::nn {

namespace {

Shape table_shape(const char* layer, std::int64_t num_embeddings, std::int64_t embedding_dim) {
  require_at_least(layer, "num_embeddings", num_embeddings, 0);
  require_at_least(layer, "embedding_dim", embedding_dim, 0);
  return {num_embeddings, embedding_dim};
}

Tensor checked_table(const Tensor& weights) {
  if (weights.dim() != 2)
    throw ShapeError(str("Embedding: weights must be (num_embeddings, embedding_dim), got shape ",
                         weights.shape()));
  return weights.detach();
}

std::optional<std::int64_t> checked_row(const char* layer, std::optional<std::int64_t> row,
                                        std::int64_t rows) {
  if (row && (*row < -rows || *row >= rows))
    throw ValueError(str(layer, ": padding_idx ", *row, " is out of range for ", rows, " rows"));
  return row && *row < 0 ? *row + rows : row;
}

}  // namespace

Embedding::Embedding(const Tensor& weights, std::optional<std::int64_t> padding_idx)
    : weight(register_parameter("weight", checked_table(weights))),
      padding_idx_(checked_row("Embedding", padding_idx, weights.size(0))) {}

Embedding::Embedding(std::int64_t num_embeddings, std::int64_t embedding_dim, EmbeddingOptions o)
    : Embedding(zeros(table_shape("Embedding", num_embeddings, embedding_dim),
                      {.dtype = o.dtype, .device = o.device}),
                o.padding_idx) {
  init::normal_(weight, 0, 1, o.generator ? *o.generator : default_generator());
  NoGrad guard;
  if (padding_idx_) weight.select(0, *padding_idx_).fill_(0);
}

Embedding Embedding::from_pretrained(const Tensor& weights, bool freeze,
                                     std::optional<std::int64_t> padding_idx) {
  Embedding out(weights, padding_idx);
  out.weight.requires_grad_(!freeze);
  return out;
}

Tensor Embedding::forward(const Tensor& ids) { return embedding(weight, ids, padding_idx_); }

std::string Embedding::extra_repr() const {
  const std::string sizes = str(weight.size(0), ", ", weight.size(1));
  return padding_idx_ ? str(sizes, ", padding_idx=", *padding_idx_) : sizes;
}

EmbeddingBag::EmbeddingBag(std::int64_t num_embeddings, std::int64_t embedding_dim,
                           EmbeddingBagLayerOptions o)
    : weight(register_parameter("weight",
                                zeros(table_shape("EmbeddingBag", num_embeddings, embedding_dim),
                                      {.dtype = o.dtype, .device = o.device}))),
      options_{.mode = o.mode,
               .include_last_offset = o.include_last_offset,
               .padding_idx = checked_row("EmbeddingBag", o.padding_idx, num_embeddings)} {
  if (o.mode != "sum" && o.mode != "mean" && o.mode != "max")
    throw ValueError(
        str("EmbeddingBag: mode is ", quote(o.mode), "; it must be 'sum', 'mean' or 'max'"));
  init::normal_(weight, 0, 1, o.generator ? *o.generator : default_generator());
  NoGrad guard;
  if (options_.padding_idx) weight.select(0, *options_.padding_idx).fill_(0);
}

Tensor EmbeddingBag::forward_many(std::span<const Tensor> inputs) {
  if (inputs.empty() || inputs.size() > 3)
    throw ValueError(str("EmbeddingBag: takes ids, offsets and per_sample_weights, got ",
                         inputs.size(), " tensors", where()));
  EmbeddingBagOptions o = options_;
  if (inputs.size() > 2) o.per_sample_weights = inputs[2];
  return embedding_bag(inputs[0], weight, inputs.size() > 1 ? inputs[1] : Tensor(), o);
}

std::string EmbeddingBag::extra_repr() const {
  return str(weight.size(0), ", ", weight.size(1), ", mode='", options_.mode, "'",
             options_.padding_idx ? str(", padding_idx=", *options_.padding_idx) : "");
}

}  // namespace limpid::nn
