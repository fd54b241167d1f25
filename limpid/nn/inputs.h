#pragma once
// For modules of several inputs.

#include <span>

#include "limpid/core/error.h"
#include "limpid/nn/module.h"
#include "limpid/nn/where.h"

namespace limpid::nn {

/// ValueError "CosineSimilarity: takes 2 tensors (x1, x2), got 1 [layer head]".
inline void check_input_count(const Module& module, std::span<const Tensor> inputs,
                              std::size_t wanted, const char* which) {
  if (inputs.size() != wanted)
    throw ValueError(str(module.type_name(), ": takes ", wanted, " tensors (", which, "), got ",
                         inputs.size(), where()));
}

}  // namespace limpid::nn
