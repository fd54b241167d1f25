#pragma once
// What can be said of an op by running it: how often it can be differentiated, which kernels it
// has, how fast it is here.

#include <optional>
#include <string>

#include "limpid/explain/case_inputs.h"
#include "limpid/explain/timing.h"

namespace limpid {

/// An op as lists and pages show it.
struct OpReport {
  std::string name;
  std::string kind;        ///< "op", "view" or "composite"
  std::string backends;    ///< "reference, cpu"
  int gradient_order = 0;  ///< measured: 0, 1, or 2 (its gradient has a gradient as well)
  bool fused_gradient = false;
  std::size_t cases = 0;         ///< tests, bad input and timings
  std::size_t frozen_cases = 0;  ///< compared with PyTorch
};
OpReport report_on(const OpEntry& entry);

/// The time of a case here, and its share of what the machine allows.
struct OpSpeed {
  std::string shapes;  ///< of the inputs
  Timing time;
  double bytes = 0;           ///< of inputs and outputs, each moved once
  double flops = 0;           ///< 0: bound by memory
  double roofline_share = 0;  ///< least possible time / median; 0: a view, which moves nothing
};
std::optional<OpSpeed> speed_of(const OpEntry& entry);

/// The entry of an op or composite. ValueError that suggests the nearest name.
const OpEntry& find_entry(std::string_view name);

/// Where the card stands, from the source folder on: "limpid/ops/sum/sum.h".
std::string source_of(const OpDoc& doc);

/// Where its reference and its gradient are: "limpid/ops/sum/sum.cpp".
std::string definition_of(const OpDoc& doc);

/// The full text of `limpid explain NAME`.
std::string explain_op(std::string_view name, bool with_speed = true);

}  // namespace limpid
