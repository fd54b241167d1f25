#pragma once
// What the batteries over all ops share: inputs made from cases, the reference run by hand, tolerances.

#include <string>
#include <vector>

#include "limpid/ops/all_ops.h"

namespace limpid::testing {

/// How one rerun of a case differs from the case as written.
struct Variation {
  std::optional<DType> dtype = {};         ///< in place of float32 in every input that has it
  std::optional<Arrangement> arrangement = {};  ///< of every input
  bool hard_values = false;                ///< NaN, infinities, zeros, tiny and huge numbers
  Device device = kCpu;
  std::string name = "as written";
};

/// The inputs of a case. The same for ever: drawn from a stream keyed by op, case and position.
std::vector<Tensor> make_inputs(const OpEntry& entry, const Case& c, const Variation& variation = {});

/// Runs a case's op, or the call of a composite.
Tensors run(const Case& c, std::span<const Tensor> inputs);

/// Runs the reference kernel on what apply() would hand to a kernel, in fresh outputs.
Tensors run_reference(const AnyOp& op, std::span<const Tensor> inputs);

/// The inputs after promotion, as apply() hands them to kernels.
std::vector<Tensor> promoted(const OpInfo& info, std::span<const Tensor> inputs);

/// The error a dtype may bring: c * eps(dtype), relative to the value (pointwise) or to the sum of the
/// absolute values of the terms. One table for all ops.
double tolerance(DType dtype);
/// Below this, a result may be flushed to 0.
double smallest_normal(DType dtype);

/// "" when both agree, else where and how they differ. `scale` gives the sums of the absolute values of
/// the terms (Accuracy::terms), or is undefined (Accuracy::pointwise). `slack` multiplies what is allowed.
std::string difference(const Tensor& found, const Tensor& expected, const Tensor& scale = {},
                       double slack = 1);

/// For an op whose accuracy goes by terms: its reference on the absolute values of the inputs, in
/// float64, and at least the largest result. Undefined for other ops.
Tensor term_sums(const OpInfo& info, const AnyOp& op, std::span<const Tensor> inputs,
                 const Tensor& expected, std::size_t output);

/// Ops that this run looks at: all, or those named in the environment variable LIMPID_OP.
std::vector<OpEntry> entries_under_test();

/// Frees of a case the runs that make no sense: bad inputs and timings.
inline bool is_test(const Case& c) { return c.error.empty() && !c.speed; }

inline std::string label(const OpEntry& e, const Case& c, const Variation& v = {}) {
  return std::string(e.doc.name) + " / " + c.name + " / " + v.name;
}

}  // namespace limpid::testing
