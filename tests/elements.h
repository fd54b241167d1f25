#pragma once
// The elements of a tensor, for comparisons.

#include <vector>

#include "limpid/tensor/tensor.h"

namespace limpid::testing {

using Doubles = std::vector<double>;
inline Doubles elements(const Tensor& t) { return t.to_vector<double>(); }

}  // namespace limpid::testing
