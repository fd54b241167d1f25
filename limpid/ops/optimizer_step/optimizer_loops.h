#pragma once
// The tables of loops behind the optimiser steps on the processor, one a SIMD level.

#include <cstdint>

#include "limpid/ops/optimizer_step/step_rules.h"

namespace limpid {

/// Contiguous memory of one parameter, and its Pull. States that the rule does not use are null.
struct StepMemory {
  double weight_decay, shrink;
  bool maximize;
  void* parameter;
  const void* gradient;
  void* state[3];
};

/// One step of a rule over elements [begin, end).
template <class Rule>
using StepLoop = void (*)(const Rule& rule, const StepMemory& memory, std::int64_t begin,
                          std::int64_t end);

template <class Rule>
struct StepLoops {
  StepLoop<Rule> f32, f64;
};

/// One StepLoops for each rule, to be picked by its type: static_cast<const StepLoops<Rule>&>.
template <class Variant>
struct LoopsOfRules;
template <class... Rules>
struct LoopsOfRules<std::variant<Rules...>> : StepLoops<Rules>... {};

using OptimizerLoops = LoopsOfRules<StepRule>;

namespace baseline {
extern const OptimizerLoops optimizer_loops;
}
namespace avx2 {
extern const OptimizerLoops optimizer_loops;
}
namespace avx512 {
extern const OptimizerLoops optimizer_loops;
}

}  // namespace limpid
