#pragma once
// What a module, optimiser or schedule must keep to go on later: tensors with names, in a stable
// order.

#include <string>
#include <string_view>

#include "limpid/tensor/named_tensor.h"

namespace limpid {

/// Numbers are stored as 0-d tensors (float64, int64, bool), so that one file format holds
/// everything and nothing is rounded: save_safetensors("model.safetensors", model.state_dict()).
using StateDict = NamedTensors;

/// The entry of that name, or null.
const Tensor* find(const StateDict& state, std::string_view name);

/// Appends a number as a 0-d tensor of float64, int64 or bool.
void put_number(StateDict& state, std::string name, Scalar value);

/// The number of that name; ValueError, which begins with `who`, when it is missing or not 0-d.
Scalar get_number(const StateDict& state, std::string_view name, std::string_view who);

}  // namespace limpid
