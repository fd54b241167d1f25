#include "limpid/explain/case_inputs.h"

#include <cmath>
#include <limits>

#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/op/inplace.h"
#include "limpid/tensor/creation.h"
#include "limpid/tensor/layout.h"

namespace limpid {

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

/// 1 vanishes beside the huge ones, and the tiny ones beside 1, also in the 113 bits that a long
/// double has on Arm: what a kernel in double loses a reference seldom keeps there. Sums of larger
/// numbers would overflow in float32.
void put_hard_values(std::vector<double>& values) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  constexpr double hard[] = {NAN,  inf,   -inf, 0.0, -0.0, 1e-36, -1e-36,
                             1e36, -1e36, 1,    -1,  88.9, -104};
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
  Tensor memory =
      zeros({2 * std::max<std::int64_t>(numel(shape), 1)}, {.dtype = dtype, .device = device});
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

/// The same elements, as an op would have laid them.
Tensor as_map(const Tensor& t) {
  const Tensor out = empty(t.shape(), {.dtype = t.dtype(), .device = t.device()});
  lay_channels_last(*out.impl());
  write_elements(out, t);
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
    const bool lies_so = variation.maps != Maps::mixed || i % 2 == 0;
    if (variation.maps != Maps::as_written && lies_so) t = as_map(t);
    if (input.requires_grad && is_floating(dtype)) t.requires_grad_();
    out.push_back(t);
  }
  return out;
}

Tensors run(const Case& c, std::span<const Tensor> inputs) {
  return c.call ? c.call(inputs) : apply(*c.op, inputs);
}

}  // namespace limpid
