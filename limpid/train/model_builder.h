#pragma once
// From a recipe to a network: first as a list of layers (which is also how it is saved), then as
// modules.

#include <span>
#include <vector>

#include "limpid/io/layer_spec.h"
#include "limpid/nn/sequential.h"
#include "limpid/train/recipe.h"

namespace limpid {

/// The layers that a recipe asks for, from inputs of `sample_shape` to one score a class.
/// ValueError when they do not fit: more pooling than the image has room for.
std::vector<LayerSpec> describe_model(const Recipe& recipe, const Shape& sample_shape,
                                      std::int64_t classes);

/// Batch norm over single numbers cannot train on a batch of one sample. ValueError, with a batch
/// size that works, when a batch of `samples` samples would be one.
void check_batches(const Recipe& recipe, std::span<const LayerSpec> layers, std::int64_t samples);

/// Modules for a list of layers, with starting weights from default_generator(). Their parameters
/// have the names that a saved model gives them: "0.weight".
nn::Sequential build_model(std::span<const LayerSpec> layers);

}  // namespace limpid
