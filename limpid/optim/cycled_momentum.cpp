#include "limpid/optim/cycled_momentum.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid::optim {

void check_momentum(std::string_view who, std::string_view what, const PerGroup& values,
                    const Optimizer& optimizer) {
  if (!optimizer.momentum())
    throw ValueError(str(who, ": ", optimizer.name(), " has neither momentum nor betas; say ",
                         "{.cycle_momentum = false}"));
  for (double value : values.for_groups(who, what, optimizer))
    if (!(value >= 0 && value < 1))
      throw ValueError(str(who, ": ", what, " must lie in [0, 1), got ", value));
}

}  // namespace limpid::optim
