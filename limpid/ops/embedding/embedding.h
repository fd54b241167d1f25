#pragma once
// Rows of a table by their numbers: vectors of words, categories, positions.

#include <optional>

#include "limpid/op/apply.h"

namespace limpid {

struct Embedding {
  std::int64_t padding_idx = -1;  ///< the row that gets no gradient; -1: every row gets one

  static constexpr OpDoc doc{.name = "embedding",
                             .title = "Embedding",
                             .summary = "Looks up rows of a table by their ids.",
                             .formula = "y[..., j] = weight[ids[...], j]",
                             .inputs = "weight, ids",
                             .shapes = "weight (rows, d) and ids of any shape (...) -> (..., d)"};
  static constexpr OpTraits traits{};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("padding_idx", &Embedding::padding_idx)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 2, .specs = true}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

/// In the argument order of torch.embedding (F.embedding has ids first). ids are int64 or int32 in
/// [0, rows); IndexError names the position and value of one that is not. The gradients of repeated
/// ids add up; that of row padding_idx, which may count from the end, is 0.
Tensor embedding(const Tensor& weight, const Tensor& ids,
                 std::optional<std::int64_t> padding_idx = std::nullopt);

}  // namespace limpid
