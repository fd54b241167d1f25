#pragma once
// Tables of learned vectors, looked up by ids.

#include <optional>

#include "limpid/core/random.h"
#include "limpid/nn/module.h"
#include "limpid/ops/embedding_bag/embedding_bag.h"

namespace limpid::nn {

struct EmbeddingOptions {
  /// The row of the id that stands for nothing: it starts at 0 and gets no gradient, so that it
  /// stays there. Negative counts from the end.
  std::optional<std::int64_t> padding_idx = std::nullopt;
  Device device = kCpu;
  DType dtype = kDefaultDType;
  Generator* generator = nullptr;  ///< of the starting values; null: default_generator()
};

/// torch.nn.Embedding: ids (...), int64 or int32 -> (..., embedding_dim). Weight (num_embeddings,
/// embedding_dim) starts normal. IndexError names the position and value of an id that is not in
/// 0 .. num_embeddings - 1.
class Embedding : public Module {
 public:
  Embedding(std::int64_t num_embeddings, std::int64_t embedding_dim, EmbeddingOptions options = {});
  /// With the rows of `weights` (num_embeddings, embedding_dim), whose memory it shares; frozen
  /// ones do not require grad. ShapeError for another rank.
  static Embedding from_pretrained(const Tensor& weights, bool freeze = true,
                                   std::optional<std::int64_t> padding_idx = std::nullopt);
  Tensor forward(const Tensor& ids) override;
  std::string extra_repr() const override;

  Tensor& weight;

 private:
  Embedding(const Tensor& weights, std::optional<std::int64_t> padding_idx);

  std::optional<std::int64_t> padding_idx_;
};

struct EmbeddingBagLayerOptions {
  std::string mode = "mean";  ///< "sum", "mean" or "max"
  bool include_last_offset = false;
  std::optional<std::int64_t> padding_idx = std::nullopt;  ///< starts at 0, and counts for nothing
  Device device = kCpu;
  DType dtype = kDefaultDType;
  Generator* generator = nullptr;  ///< of the starting values; null: default_generator()
};

/// torch.nn.EmbeddingBag: bag(ids (B, n)), bag(ids (m,), offsets), and with weights of the samples
/// bag(ids, offsets or Tensor(), per_sample_weights) -> (B, embedding_dim). See
/// limpid::embedding_bag.
class EmbeddingBag : public Module {
 public:
  EmbeddingBag(std::int64_t num_embeddings, std::int64_t embedding_dim,
               EmbeddingBagLayerOptions options = {});
  Tensor forward(const Tensor& ids) override { return forward_many({&ids, 1}); }
  Tensor forward_many(std::span<const Tensor> inputs) override;
  std::string extra_repr() const override;

  Tensor& weight;

 private:
  EmbeddingBagOptions options_;
};

}  // namespace limpid::nn
