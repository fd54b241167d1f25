#pragma once
// The check of binary cross entropy's input, for its kernels.

#include "limpid/core/view.h"

namespace limpid {

/// ValueError for the first element, in row-major order, that is not in [0, 1].
void check_probabilities(const AnyView& x);
/// Says so of element i.
[[noreturn]] void throw_no_probability(const AnyView& x, std::int64_t i, double value);

}  // namespace limpid
