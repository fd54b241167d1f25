#pragma once
// The check of binary cross entropy's input and target, for its kernels.

#include <string>

#include "limpid/core/view.h"

namespace limpid {

/// ValueError for the first element, in row-major order, that is not in [0, 1].
void check_probabilities(const std::string& name, const AnyView& x);

}  // namespace limpid
