#pragma once
// What the batteries over all ops share: inputs made from cases, the reference run by hand,
// tolerances.

#include <string>
#include <vector>

#include "limpid/explain/case_inputs.h"

namespace limpid::testing {

/// Runs the reference kernel on what apply() would hand to a kernel, in fresh outputs.
Tensors run_reference(const AnyOp& op, std::span<const Tensor> inputs);

/// The inputs after promotion, as apply() hands them to kernels.
std::vector<Tensor> promoted(const OpInfo& info, std::span<const Tensor> inputs);

/// The error a dtype may bring: c * eps(dtype), relative to the value (pointwise) or to the sum of
/// the absolute values of the terms. One table for all ops.
double tolerance(DType dtype);
/// Below this, a result may be flushed to 0.
double smallest_normal(DType dtype);

/// "" when both agree, else where and how they differ. `scale` gives the sums of the absolute
/// values of the terms (Accuracy::terms), or is undefined (Accuracy::pointwise). `slack` multiplies
/// what is allowed.
std::string difference(const Tensor& found, const Tensor& expected, const Tensor& scale = {},
                       double slack = 1);

/// For an op whose accuracy goes by terms: its reference on the absolute values of the inputs, in
/// float64, and at least the largest result. Undefined for other ops.
Tensor term_sums(const OpInfo& info, const AnyOp& op, std::span<const Tensor> inputs,
                 const Tensor& expected, std::size_t output);

/// Ops that this run looks at: all, or those named in the environment variable LIMPID_OP.
std::vector<OpEntry> entries_under_test();

inline std::string label(const OpEntry& e, const Case& c, const Variation& v = {}) {
  return std::string(e.doc.name) + " / " + c.name + " / " + v.name;
}

}  // namespace limpid::testing
