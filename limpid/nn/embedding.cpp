#include "limpid/nn/embedding.h"

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/nn/default_init.h"
#include "limpid/nn/init.h"
#include "limpid/ops/embedding/embedding.h"
#include "limpid/tensor/creation.h"

namespace limpid::nn {

namespace {

Shape table_shape(std::int64_t num_embeddings, std::int64_t embedding_dim) {
  require_at_least("Embedding", "num_embeddings", num_embeddings, 0);
  require_at_least("Embedding", "embedding_dim", embedding_dim, 0);
  return {num_embeddings, embedding_dim};
}

Tensor checked_table(const Tensor& weights) {
  if (weights.dim() != 2)
    throw ShapeError(str("Embedding: weights must be (num_embeddings, embedding_dim), got shape ",
                         weights.shape()));
  return weights.detach();
}

std::optional<std::int64_t> checked_row(std::optional<std::int64_t> row, std::int64_t rows) {
  if (row && (*row < -rows || *row >= rows))
    throw ValueError(str("Embedding: padding_idx ", *row, " is out of range for ", rows, " rows"));
  return row && *row < 0 ? *row + rows : row;
}

}  // namespace

Embedding::Embedding(const Tensor& weights, std::optional<std::int64_t> padding_idx)
    : weight(register_parameter("weight", checked_table(weights))),
      padding_idx_(checked_row(padding_idx, weights.size(0))) {}

Embedding::Embedding(std::int64_t num_embeddings, std::int64_t embedding_dim, EmbeddingOptions o)
    : Embedding(
          zeros(table_shape(num_embeddings, embedding_dim), {.dtype = o.dtype, .device = o.device}),
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

}  // namespace limpid::nn
