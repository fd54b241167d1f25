#include "limpid/explain/choices.h"

#include <algorithm>

#include "limpid/core/str.h"
#if LIMPID_HAS_CPU
#include "limpid/backends/cpu/simd.h"
#include "limpid/backends/cpu/threads.h"
#include "limpid/ops/algorithms.h"
#endif

namespace limpid {

#if LIMPID_HAS_CPU

namespace {

std::string simd_choice() {
  std::string all;
  for (SimdLevel level : available_simd_levels())
    all += str(all.empty() ? "" : ", ", name_of(level));
  return str("cpu, ", name_of(simd_level()), " (this processor can: ", all,
             "; LIMPID_CPU chooses), up to ", get_num_threads(), " threads");
}

/// The ladder of algorithms for the op's timing case.
void add_ladder(const OpEntry& entry, std::vector<std::string>& lines) {
  const std::vector<Case> cases = entry.cases();
  const auto timing =
      std::find_if(cases.begin(), cases.end(), [](const Case& c) { return c.speed; });
  if (timing == cases.end() || !timing->op) return;
  std::vector<Shape> shapes;
  std::string text;
  for (const CaseInput& input : timing->inputs) {
    shapes.push_back(input.shape);
    text += str(text.empty() ? "" : ", ", input.shape);
  }
  const AlgorithmPlan plan = algorithm_plan(*timing->op, shapes);
  if (plan.ladder.empty()) return;
  lines.push_back(str(plan.chosen, ", for inputs ", text, " (", timing->name, "):"));
  for (const AlgorithmPlan::Step& step : plan.ladder)
    lines.push_back(str("  ", step.name, ": ", step.summary,
                        step.reason.empty() ? " (runs)" : str("; not taken: ", step.reason)));
}

}  // namespace

std::vector<std::string> kernel_choices(const OpEntry& entry) {
  if (!entry.info) return {"the kernels of the ops that it is made of"};
  if (entry.info->layout) return {"none: a view only computes shape and strides"};
  std::vector<std::string> lines{simd_choice()};
  add_ladder(entry, lines);
  return lines;
}

#else

std::vector<std::string> kernel_choices(const OpEntry&) {
  return {"the reference: this build has no other kernels (LIMPID_CPU=OFF)"};
}

#endif

}  // namespace limpid
