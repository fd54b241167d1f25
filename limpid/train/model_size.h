#pragma once
// How large a model is, known before it is made.

#include <cstdint>
#include <span>
#include <string>

#include "limpid/io/layer_spec.h"
#include "limpid/train/recipe.h"

namespace limpid {

struct ModelSize {
  std::int64_t parameters = 0;
  /// Bytes that training takes at least: a weight, its gradient and what the optimiser keeps of it.
  /// What passes through the layers comes on top.
  std::int64_t training_bytes = 0;
};

ModelSize model_size(std::span<const LayerSpec> layers, const Recipe& recipe);

/// "4.3 billion parameters, and training it with adam takes at least 68.9 GB".
std::string to_string(const ModelSize& size, const Recipe& recipe);

/// ValueError for a model that cannot be trained in `memory` bytes; 0 bytes: not known, all pass.
void check_memory(std::span<const LayerSpec> layers, const Recipe& recipe, std::int64_t memory);

}  // namespace limpid
