#pragma once
// What OneCycleLR and CyclicLR ask of an optimiser whose momentum they cycle.

#include "limpid/optim/lr_scheduler.h"

namespace limpid::optim {

/// ValueError unless the optimiser has momentum or betas and the values lie in [0, 1).
void check_momentum(std::string_view who, std::string_view what, const PerGroup& values,
                    const Optimizer& optimizer);

}  // namespace limpid::optim
