#include "tests/op_harness.h"

#include <cmath>
#include <cstdlib>
#include <limits>

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/explain/op_report.h"
#include "limpid/op/apply.h"
#include "limpid/tensor/creation.h"

namespace limpid::testing {

std::vector<Tensor> promoted(const OpInfo& info, std::span<const Tensor> inputs) {
  std::vector<Tensor> out(inputs.begin(), inputs.end());
  if (info.traits.promotion == Promotion::none) return out;
  std::vector<TensorImpl*> impls;
  for (const Tensor& t : inputs) impls.push_back(t.impl());
  DType dtype = result_type(Inputs(impls.data(), impls.size()));
  if (info.traits.promotion == Promotion::floating && !is_floating(dtype)) dtype = kDefaultDType;
  for (Tensor& t : out)
    if (t.defined()) t = t.to(dtype);
  return out;
}

Tensors run_reference(const AnyOp& op, std::span<const Tensor> inputs) {
  NoGrad guard;
  const OpInfo& info = op.info();
  const std::vector<Tensor> ready = promoted(info, inputs);
  std::vector<TensorImpl*> impls;
  std::vector<AnyView> in;
  for (const Tensor& t : ready) {
    impls.push_back(t.impl());
    in.push_back(t.defined() ? t->as_view() : AnyView{});
  }
  const Inputs list(impls.data(), impls.size());
  const auto count = static_cast<std::size_t>(info.output_count);
  Tensors out(count);
  if (info.traits.data_dependent) {  // the shape that the fast path found; its elements are checked
    out[0] = empty_like(apply_one(info, op.get(), list));
  } else if (count == 1) {
    const Spec spec = info.infer(op.get(), list);
    out[0] = empty(spec.shape, {.dtype = spec.dtype});
  } else {
    std::vector<Spec> specs(count);
    info.infer_all(op.get(), list, specs.data());
    for (std::size_t i = 0; i < count; ++i)
      out[i] = empty(specs[i].shape, {.dtype = specs[i].dtype});
  }
  std::vector<AnyView> views;
  for (const Tensor& t : out) views.push_back(t->as_view());
  info.reference(op.get(), Io{in, views});
  return out;
}

double tolerance(DType dtype) {
  switch (dtype) {
    case DType::f16: return 4 * 0x1p-10;
    case DType::bf16: return 4 * 0x1p-7;
    case DType::f32: return 8 * 0x1p-23;
    case DType::f64: return 8 * 0x1p-52;
    default: return 0;  // integers and bool are exact
  }
}

double smallest_normal(DType dtype) {
  switch (dtype) {
    case DType::f16: return 0x1p-14;
    case DType::bf16:
    case DType::f32: return 0x1p-126;
    case DType::f64: return 0x1p-1022;
    default: return 0;
  }
}

/// The largest finite number, where sums are checked in a wider type than they are computed in.
static double largest(DType dtype) {
  if (dtype == DType::f64) return std::numeric_limits<double>::infinity();
  return dtype == DType::f16 ? 65504 : 3.4e38;
}

std::string difference(const Tensor& found, const Tensor& expected, const Tensor& scale,
                       double slack) {
  if (!(found.shape() == expected.shape()) || found.dtype() != expected.dtype())
    return str("found ", found.spec(), ", expected ", expected.spec());
  const std::vector<double> a = found.detach().to_vector<double>();
  const std::vector<double> b = expected.detach().to_vector<double>();
  const std::vector<double> terms = scale.defined() ? scale.to_vector<double>() : b;
  const double relative = tolerance(expected.dtype()) * slack;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i] || (a[i] != a[i] && b[i] != b[i])) continue;
    const double allowed =
        relative == 0 ? 0 : relative * std::abs(terms[i]) + smallest_normal(expected.dtype());
    if (std::isfinite(b[i]) && std::abs(a[i] - b[i]) <= allowed) continue;
    // A sum whose terms may overflow on the way depends on their order (inf - inf); the reference
    // adds in double. The float64 run of the same values keeps the rules for infinities and NaN
    // strict.
    if (scale.defined() && std::abs(terms[i]) > largest(expected.dtype())) continue;
    return str("element ", i, " of ", found.spec(), ": found ", a[i], ", expected ", b[i],
               ", allowed difference ", allowed);
  }
  return "";
}

Tensor term_sums(const OpInfo& info, const AnyOp& op, std::span<const Tensor> inputs,
                 const Tensor& expected, std::size_t output) {
  if (info.traits.accuracy != Accuracy::terms || !is_floating(expected.dtype())) return {};
  NoGrad guard;
  std::vector<Tensor> absolute;
  for (const Tensor& t : inputs) {
    if (!t.defined() || !is_floating(t.dtype())) {
      absolute.push_back(t);
      continue;
    }
    Tensor wide = t.detach().to(DType::f64).clone();
    double* p = wide.data<double>();
    // A finite result has no other terms, and x87 takes 600 times as long for NaN.
    for (std::int64_t i = 0; i < wide.numel(); ++i) p[i] = std::isfinite(p[i]) ? std::abs(p[i]) : 0;
    absolute.push_back(wide);
  }
  // Integers that an op turns into floats come back as the default float.
  Tensor sums = run_reference(op, absolute)[output].to(DType::f64).clone();
  double largest = 0;
  for (double v : expected.detach().to_vector<double>())
    if (std::isfinite(v)) largest = std::max(largest, std::abs(v));
  double* p = sums.data<double>();
  for (std::int64_t i = 0; i < sums.numel(); ++i)  // |-inf| may make NaN where x did not: no scale
    p[i] = std::isnan(p[i]) ? largest : std::max(std::abs(p[i]), largest);
  return sums;
}

std::vector<OpEntry> entries_under_test() {
  const char* only = std::getenv("LIMPID_OP");
  std::vector<OpEntry> out;
  for (const OpEntry& entry : all_op_entries())
    if (!only || str(",", only, ",").find(str(",", entry.doc.name, ",")) != std::string::npos)
      out.push_back(entry);
  if (only && out.empty()) find_entry(only);  // throws: a name that is no op would pass all tests
  return out;
}

}  // namespace limpid::testing
