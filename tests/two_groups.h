#pragma once
// The optimiser whose rates schedules move in tests.

#include <vector>

#include "limpid/optim/optim.h"
#include "limpid/tensor/creation.h"

namespace limpid::testing {

/// The optimiser of tests/golden/make_optim_traces.py: two groups, rates 0.1 and 0.02, momentum
/// 0.6.
struct TwoGroups {
  Tensor p = zeros({1}, {.requires_grad = true}), q = zeros({1}, {.requires_grad = true});
  optim::SGD optimizer{{p}, {.lr = 0.1, .momentum = 0.6}};
  TwoGroups() { optimizer.add_param_group({q}, {.lr = 0.02, .momentum = 0.6}); }

  std::vector<double> values() const {
    return {optimizer.lr(0), optimizer.lr(1), *optimizer.momentum(0), *optimizer.momentum(1)};
  }
};

}  // namespace limpid::testing
