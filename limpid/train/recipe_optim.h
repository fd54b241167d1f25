#pragma once
// The optimiser and the schedule that a recipe names.

#include <memory>

#include "limpid/optim/lr_scheduler.h"
#include "limpid/train/recipe.h"

namespace limpid {

std::unique_ptr<optim::Optimizer> make_optimizer(const Recipe& recipe,
                                                 std::vector<Tensor> parameters);

/// Null for "none". `batches`: steps an epoch.
std::unique_ptr<optim::LRScheduler> make_schedule(const Recipe& recipe, optim::Optimizer& optimizer,
                                                  std::int64_t batches);

/// True for schedules that are stepped after every batch, false for every epoch.
bool steps_each_batch(const Recipe& recipe);

}  // namespace limpid
