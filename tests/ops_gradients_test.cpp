// Every gradient against central differences, second derivatives too; every fused gradient against
// its definition in public ops.

#include <doctest/doctest.h>

#include <algorithm>

#include "limpid/autograd/engine.h"
#include "limpid/autograd/gradcheck.h"
#include "limpid/core/str.h"
#include "limpid/tensor/creation.h"
#include "tests/op_harness.h"

namespace limpid::ops_gradients_test {

using namespace testing;

namespace {

// Differences take two runs an element, or two an element and element: of many runs of one piece of
// code, sanitizers learn from the first.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LIMPID_FEW_ELEMENTS
#endif
#endif
#ifdef LIMPID_FEW_ELEMENTS
constexpr std::int64_t kMostElements = 32;
#else
constexpr std::int64_t kMostElements = 400;
#endif

bool any_requires_grad(std::span<const Tensor> inputs) {
  for (const Tensor& t : inputs)
    if (t.defined() && t.requires_grad() && t.numel() > 0) return true;
  return false;
}

bool any_output_depends(const Tensors& outputs) {
  for (const Tensor& t : outputs)
    if (t.defined() && t.requires_grad()) return true;
  return false;
}

/// A case in float64, where all its inputs can be: differences need the digits.
std::optional<std::vector<Tensor>> wide_inputs(const OpEntry& entry, const Case& c) {
  std::vector<Tensor> inputs = make_inputs(entry, c, {.dtype = DType::f64});
  for (const Tensor& t : inputs)
    if (t.defined() && is_floating(t.dtype()) && t.dtype() != DType::f64) return std::nullopt;
  std::int64_t elements = 0;
  for (const Tensor& t : inputs) elements += t.defined() ? t.numel() : 0;
  if (elements > kMostElements || !any_requires_grad(inputs)) return std::nullopt;
  try {
    const Tensors outputs = run(c, inputs);
    if (!any_output_depends(outputs)) return std::nullopt;
    for (const Tensor& y : outputs)
      if (y.requires_grad() && y.dtype() != DType::f64) return std::nullopt;
  } catch (const DTypeError&) {
    return std::nullopt;
  }
  return inputs;
}

/// A gradient for `y` that is not constant, and has nothing to do with y: that of a normalisation
/// would vanish for y itself, and rounding be all that is left to compare.
Tensor uneven_like(const Tensor& y) {
  std::vector<double> values(static_cast<std::size_t>(y.numel()));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = 1 + static_cast<double>(i * 7919 % 16) / 16;
  return from_values(std::span<const double>(values), y.shape(), {.dtype = y.dtype()});
}

TensorFunction function_of(const Case& c) {
  return [&c](std::span<const Tensor> in) { return run(c, in); };
}

}  // namespace

TEST_CASE("every gradient agrees with central differences") {
  for (const OpEntry& entry : entries_under_test()) {
    bool checked = false;
    for (const Case& c : entry.cases()) {
      if (!is_test(c) || !c.smooth) continue;
      const auto inputs = wide_inputs(entry, c);
      if (!inputs) continue;
      INFO(label(entry, c));
      GradcheckResult result;
      CHECK_NOTHROW(result = gradcheck(function_of(c), *inputs));
      CHECK_MESSAGE(result.ok, result.worst);
      checked = true;
    }
    const bool has_gradient = entry.info && entry.info->gradient;
    CHECK_MESSAGE((checked || !has_gradient || kMostElements < 400), entry.doc.name,
                  ": no case checks the gradient");
  }
}

TEST_CASE("every second derivative agrees with central differences") {
  for (const OpEntry& entry : entries_under_test()) {
    for (const Case& c : entry.cases()) {
      if (!is_test(c) || !c.smooth) continue;
      const auto inputs = wide_inputs(entry, c);
      if (!inputs) continue;
      INFO(label(entry, c));
      GradcheckResult result;
      CHECK_NOTHROW(result = gradgradcheck(function_of(c), *inputs));
      CHECK_MESSAGE(result.ok, result.worst);
    }
  }
}

namespace {

/// The same numbers with the first axis innermost, and a gap behind each.
Tensor laid_otherwise(const Tensor& t) {
  Shape wide;
  std::vector<std::int64_t> back;
  for (int axis = t.dim() - 1; axis >= 0; --axis)
    wide.push_back(t.size(axis)), back.push_back(axis);
  wide.push_back(2);
  Tensor out = zeros(wide, {.dtype = t.dtype()}).select(-1, 0).permute(back);
  out.copy_(t);
  return out;
}

void check_gradient(const Tensor& found, const Tensor& expected) {
  CHECK(found.defined() == expected.defined());
  if (!found.defined()) return;
  double largest = 0;
  for (double v : expected.to_vector<double>())
    if (v == v) largest = std::max(largest, std::abs(v));
  const std::string problem =
      difference(found, expected, full(expected.shape(), largest, {.dtype = DType::f64}), 4);
  CHECK_MESSAGE(problem == "", problem);
}

void compare_fused(const OpEntry& entry, const Case& c, DType dtype) {
  std::vector<Tensor> inputs = make_inputs(entry, c, {.dtype = dtype}), wanted;
  for (const Tensor& t : inputs)
    if (t.defined() && t.requires_grad()) wanted.push_back(t);
  std::vector<Tensor> heads, seeds;
  for (const Tensor& y : run(c, inputs)) {
    if (!y.requires_grad()) continue;
    heads.push_back(y);
    seeds.push_back(uneven_like(y));
  }
  if (heads.empty()) return;
  const auto defined = grad(heads, wanted, seeds, {.create_graph = true, .allow_unused = true});
  for (const char* order : {"row-major", "otherwise"}) {
    INFO("the gradient that arrives lies ", order);
    const auto fused = grad(heads, wanted, seeds, {.retain_graph = true, .allow_unused = true});
    for (std::size_t i = 0; i < wanted.size(); ++i)
      check_gradient(fused[i], defined[i].defined() ? defined[i].detach() : Tensor());
    for (Tensor& seed : seeds) seed = laid_otherwise(seed);
  }
}

}  // namespace

TEST_CASE("a fused gradient is the one that the definition gives") {
  for (const OpEntry& entry : entries_under_test()) {
    if (!entry.info || !entry.info->fused[0]) continue;
    for (const Case& c : entry.cases()) {
      if (!is_test(c) || !c.well_conditioned) continue;
      for (DType dtype : {DType::f32, DType::f64}) {
        INFO(label(entry, c), " ", name_of(dtype));
        try {
          compare_fused(entry, c, dtype);
        } catch (const DTypeError&) {
          CHECK_MESSAGE(dtype == DType::f64, "float32 must work");  // mixed dtypes may be refused
        }
      }
    }
  }
}

namespace {

/// The gradients of a case when only input `only` needs one; -1: all that may.
std::vector<Tensor> gradients_for(const OpEntry& entry, const Case& c, int only, bool definition) {
  std::vector<Tensor> inputs = make_inputs(entry, c), wanted, heads, seeds;
  for (int i = 0; i < static_cast<int>(inputs.size()); ++i) {
    Tensor& t = inputs[static_cast<std::size_t>(i)];
    if (!t.defined() || !t.requires_grad()) continue;
    if (only < 0 || only == i) wanted.push_back(t);
    else t = t.detach();
  }
  for (const Tensor& y : run(c, inputs)) {
    if (!y.requires_grad()) continue;
    heads.push_back(y);
    seeds.push_back(uneven_like(y));
  }
  if (heads.empty()) return {};
  return grad(heads, wanted, seeds, {.create_graph = definition, .allow_unused = true});
}

void compare_alone(const OpEntry& entry, const Case& c, bool definition) {
  const std::vector<Tensor> together = gradients_for(entry, c, -1, definition);
  const std::vector<Tensor> inputs = make_inputs(entry, c);
  std::size_t place = 0;
  for (int i = 0; i < static_cast<int>(inputs.size()); ++i) {
    const Tensor& input = inputs[static_cast<std::size_t>(i)];
    if (!input.defined() || !input.requires_grad() || together.empty()) continue;
    const Tensor& expected = together[place++];
    const std::vector<Tensor> found = gradients_for(entry, c, i, definition);
    REQUIRE((found.empty() ? !expected.defined() : found[0].defined() == expected.defined()));
    if (!expected.defined()) continue;
    INFO("input ", i);
    check_gradient(found[0], expected.detach());
  }
}

}  // namespace

TEST_CASE("the gradient of one input alone is the one it has beside others") {
  for (const OpEntry& entry : entries_under_test()) {
    if (!entry.info || !entry.info->gradient || entry.info->input_count == 1) continue;
    for (const Case& c : entry.cases()) {
      if (!is_test(c) || !c.well_conditioned) continue;
      INFO(label(entry, c));
      compare_alone(entry, c, true);
      if (entry.info->fused[0]) compare_alone(entry, c, false);
    }
  }
}

namespace {

/// Gradients of a case, with fused kernels, for maps that lie as `maps` says.
std::vector<Tensor> gradients(const OpEntry& entry, const Case& c, DType dtype, Maps maps) {
  const std::vector<Tensor> inputs = make_inputs(entry, c, {.dtype = dtype, .maps = maps});
  std::vector<Tensor> wanted, heads, seeds;
  for (const Tensor& t : inputs)
    if (t.defined() && t.requires_grad()) wanted.push_back(t);
  for (const Tensor& y : run(c, inputs)) {
    if (!y.requires_grad()) continue;
    heads.push_back(y);
    seeds.push_back(uneven_like(y));
  }
  if (heads.empty()) return {};
  return grad(heads, wanted, seeds, {.allow_unused = true});
}

bool has_map(const Case& c) {
  return std::any_of(c.inputs.begin(), c.inputs.end(), [](const CaseInput& input) {
    return input.defined && input.shape.rank() == 4;
  });
}

void compare_layouts(const OpEntry& entry, const Case& c, DType dtype, Maps maps) {
  const std::vector<Tensor> expected = gradients(entry, c, dtype, Maps::as_written);
  const std::vector<Tensor> found = gradients(entry, c, dtype, maps);
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) check_gradient(found[i], expected[i]);
}

}  // namespace

TEST_CASE("gradients do not depend on how maps lie in memory") {
  for (const OpEntry& entry : entries_under_test())
    for (const Case& c : entry.cases()) {
      if (!is_test(c) || !has_map(c) || !c.well_conditioned) continue;
      for (Maps maps : {Maps::channels_last, Maps::mixed})
        for (DType dtype : {DType::f32, DType::f64}) {
          INFO(label(entry, c), ", maps ", static_cast<int>(maps), " of ", name_of(dtype));
          try {
            compare_layouts(entry, c, dtype, maps);
          } catch (const DTypeError&) {
            CHECK_MESSAGE(dtype == DType::f64, "float32 must work");
          } catch (const ShapeError&) {  // a view of channels-last maps that is none
            CHECK((entry.info && entry.info->layout));
          }
        }
    }
}

TEST_CASE("an op without gradient says why") {
  for (const OpEntry& entry : entries_under_test())
    if (entry.info && !entry.info->gradient)
      CHECK_MESSAGE((entry.info->no_gradient && *entry.info->no_gradient), entry.doc.name);
}

}  // namespace limpid::ops_gradients_test
