#include "tests/op_harness.h"

#include <cmath>
#include <cstdlib>
#include <limits>

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/op/apply.h"
#include "limpid/tensor/creation.h"

namespace limpid::testing {

namespace {

std::uint64_t key_of(std::string_view text) {  // FNV-1a
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (char ch : text) hash = (hash ^ static_cast<unsigned char>(ch)) * 0x100000001b3u;
  return hash;
}

std::vector<double> draw(const CaseInput& input, const std::string& key, DType dtype) {
  const auto n = static_cast<std::size_t>(checked_numel(input.shape));
  if (!input.values.empty()) {
    if (input.values.size() != n) throw ShapeError(str("case ", key, ": wrong number of values"));
    return input.values;
  }
  Generator generator(key_of(key));
  const RandomStream random = generator.reserve(2 * n);
  std::vector<double> out(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double unit = random.uniform64(i);
    if (is_bool(dtype)) out[i] = unit < 0.5;
    else out[i] = input.low + (input.high - input.low) * unit;
    if (is_integer(dtype)) out[i] = std::floor(out[i]);
    if (dtype == DType::u8 && input.low < 0) out[i] = std::abs(out[i]);
  }
  return out;
}

void put_hard_values(std::vector<double>& values) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  constexpr double hard[] = {NAN, inf, -inf, 0.0, -0.0, 1e-30, -1e-30, 1e30, -1e30, 1, -1, 88.9, -104};
  for (std::size_t i = 0; i < values.size(); ++i)
    if (i % 3 != 2) values[i] = hard[(i * 5 + values.size()) % std::size(hard)];
}

/// Strides (in elements) of an arrangement, and the place of the first element.
std::pair<Strides, std::int64_t> arrange(const Shape& shape, Arrangement arrangement) {
  Strides strides = contiguous_strides(shape);
  if (arrangement == Arrangement::transposed) {
    std::int64_t step = 1;
    for (int i = 0; i < shape.rank(); ++i) {
      strides[i] = step;
      step *= std::max<std::int64_t>(shape[i], 1);
    }
  }
  std::int64_t first = 0;
  for (int i = 0; i < shape.rank(); ++i) {
    if (arrangement == Arrangement::strided) strides[i] *= 2;
    if (arrangement != Arrangement::negative) continue;
    first += std::max<std::int64_t>(shape[i] - 1, 0) * strides[i];
    strides[i] = -strides[i];
  }
  return {strides, first};
}

Tensor build(const Shape& shape, DType dtype, Arrangement arrangement, Device device,
             const std::vector<double>& values) {
  const auto [strides, first] = arrange(shape, arrangement);
  Tensor memory = zeros({2 * std::max<std::int64_t>(numel(shape), 1)}, {.dtype = dtype, .device = device});
  Tensor out = alias(memory);
  out->spec.shape = shape;
  out->strides = strides;
  out->numel = numel(shape);
  out->contiguous = is_contiguous(shape, strides);
  if (device.type == DeviceType::meta) return out;
  visit_dtype(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    T* p = memory.data<T>() + first;
    out->data = p;
    std::size_t i = 0;
    walk<1>(shape, {strides.data()}, [&](const auto& at) { p[at[0]] = convert<T>(values[i++]); });
  });
  return out;
}

}  // namespace

std::vector<Tensor> make_inputs(const OpEntry& entry, const Case& c, const Variation& variation) {
  std::vector<Tensor> out;
  for (std::size_t i = 0; i < c.inputs.size(); ++i) {
    const CaseInput& input = c.inputs[i];
    if (!input.defined) {
      out.emplace_back();
      continue;
    }
    const bool replace = variation.dtype && input.dtype == DType::f32;
    const DType dtype = replace ? *variation.dtype : input.dtype;
    std::vector<double> values = draw(input, str(entry.doc.name, "/", c.name, "/", i), dtype);
    if (variation.hard_values && is_floating(dtype)) put_hard_values(values);
    Tensor t = build(input.shape, dtype, variation.arrangement.value_or(input.arrangement),
                     variation.device, values);
    if (input.requires_grad && is_floating(dtype)) t.requires_grad_();
    out.push_back(t);
  }
  return out;
}

Tensors run(const Case& c, std::span<const Tensor> inputs) {
  return c.call ? c.call(inputs) : apply(*c.op, inputs);
}

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
    for (std::int64_t i = 0; i < wide.numel(); ++i) p[i] = std::abs(p[i]);
    absolute.push_back(wide);
  }
  Tensor sums = run_reference(op, absolute)[output].clone();
  double largest = 0;
  for (double v : expected.detach().to_vector<double>())
    if (std::isfinite(v)) largest = std::max(largest, std::abs(v));
  double* p = sums.data<double>();
  for (std::int64_t i = 0; i < sums.numel(); ++i) p[i] = std::max(std::abs(p[i]), largest);
  return sums;
}

std::vector<OpEntry> entries_under_test() {
  const char* only = std::getenv("LIMPID_OP");
  std::vector<OpEntry> out;
  for (const OpEntry& entry : all_op_entries())
    if (!only || str(",", only, ",").find(str(",", entry.doc.name, ",")) != std::string::npos)
      out.push_back(entry);
  return out;
}

}  // namespace limpid::testing
