#pragma once
// Random generators that Python names.

#include <optional>

#include "limpid/core/random.h"

namespace limpid::python {

/// Draws from `generator` while it lives, where there is one.
class OnGenerator {
 public:
  explicit OnGenerator(Generator* generator) {
    if (generator) use_.emplace(*generator);
  }

 private:
  std::optional<UseGenerator> use_;
};

}  // namespace limpid::python
