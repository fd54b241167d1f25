#pragma once
// Tensors with names: what files hold, and what modules, optimisers and schedules must keep.

#include <string>
#include <vector>

#include "limpid/tensor/tensor.h"

namespace limpid {

struct NamedTensor {
  std::string name;
  Tensor tensor;
};

using NamedTensors = std::vector<NamedTensor>;

}  // namespace limpid
