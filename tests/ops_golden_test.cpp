// Every op and composite against results that PyTorch 2.13 gave for the same inputs, frozen in
// tests/golden/ops/. `make golden` makes them anew: it asks this program for the inputs
// (LIMPID_DUMP_CASES=FILE) and runs each case's `torch` text on them.

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>

#include "limpid/autograd/engine.h"
#include "limpid/core/str.h"
#include "limpid/tensor/creation.h"
#include "tests/json_file.h"
#include "tests/op_harness.h"

namespace limpid::ops_golden_test {

using namespace testing;
using nlohmann::json;

namespace {

json to_json(const Tensor& t) {
  if (!t.defined()) return nullptr;
  json values = json::array();
  for (double v : t.detach().to_vector<double>()) {
    if (std::isfinite(v)) values.push_back(v);
    else values.push_back(v != v ? "nan" : v > 0 ? "inf" : "-inf");
  }
  return {{"dtype", to_string(t.dtype())},
          {"shape", std::vector<std::int64_t>(t.shape().begin(), t.shape().end())},
          {"values", values},
          {"requires_grad", t.requires_grad()}};
}

Shape shape_of(const json& j) {
  const auto sizes = j["shape"].get<std::vector<std::int64_t>>();
  return Shape(std::span(sizes));
}

/// A frozen tensor; of a large one, the sample that was kept, as a list.
Tensor from_json(const json& j) {
  std::vector<double> values;
  for (const json& v : j["values"])
    values.push_back(v.is_number() ? v.get<double>()
                                   : std::strtod(v.get<std::string>().c_str(), nullptr));
  const auto count = static_cast<std::int64_t>(values.size());
  const Shape shape = shape_of(j);
  return from_values(std::span<const double>(values), count == numel(shape) ? shape : Shape{count},
                     {.dtype = parse_dtype(j["dtype"].get<std::string>())});
}

/// What tools/golden.py keeps of a tensor: `count` elements, spread evenly from the first to the
/// last.
Tensor sample(const Tensor& t, std::int64_t count) {
  if (!t.defined() || t.numel() == count) return t;
  std::vector<std::int64_t> places(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i)
    places[static_cast<std::size_t>(i)] = i * (t.numel() - 1) / (count - 1);
  return t.detach().flatten().index_select(0, tensor(places));
}

/// What is wrong with `found`, or "".
std::string difference_from(const json& frozen, const Tensor& found, const Tensor& scale,
                            double slack) {
  if (found.shape() != shape_of(frozen))
    return str("found ", found.shape(), ", expected ", shape_of(frozen));
  const Tensor expected = from_json(frozen);
  return difference(sample(found, expected.numel()), expected, sample(scale, expected.numel()),
                    slack);
}

/// The gradient that is sent into output `number`: not constant, and exact in every dtype.
Tensor seed_for(const Tensor& output, std::size_t number) {
  std::vector<double> values(static_cast<std::size_t>(output.numel()));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = 1 + static_cast<double>((i * 7919 + number * 31) % 16) / 16;
  return from_values(std::span<const double>(values), output.shape(), {.dtype = output.dtype()});
}

Tensor constant_scale(const Tensor& expected) {
  double largest = 0;
  for (double v : expected.to_vector<double>())
    if (std::isfinite(v)) largest = std::max(largest, std::abs(v));
  return full(expected.shape(), largest, {.dtype = DType::f64});
}

void check_outputs(const OpEntry& entry, const Case& c, std::span<const Tensor> inputs,
                   const Tensors& outputs, const json& frozen) {
  REQUIRE(outputs.size() == frozen.size());
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const Tensor expected = from_json(frozen[i]);
    Tensor scale =
        entry.info ? term_sums(*entry.info, *c.op, inputs, expected, i) : constant_scale(expected);
    const std::string problem = difference_from(frozen[i], outputs[i], scale, 2);
    CHECK_MESSAGE(problem == "", "output ", i, ": ", problem);
  }
}

void check_gradients(std::span<const Tensor> inputs, const Tensors& outputs, const json& frozen) {
  std::vector<Tensor> heads, seeds, wanted;
  std::vector<json> expected;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (!outputs[i].requires_grad()) continue;
    heads.push_back(outputs[i]);
    seeds.push_back(seed_for(outputs[i], i));
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].defined() || !inputs[i].requires_grad()) continue;
    wanted.push_back(inputs[i]);
    expected.push_back(frozen[i]);
  }
  bool any = false;
  for (const json& j : expected) any |= !j.is_null();
  CHECK_MESSAGE(heads.empty() == !any, "PyTorch has a gradient here, or has none, unlike limpid");
  if (heads.empty() || wanted.empty()) return;
  const std::vector<Tensor> found = grad(heads, wanted, seeds, {.allow_unused = true});
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (expected[i].is_null()) continue;
    const Tensor e = from_json(expected[i]);
    const Tensor f = found[i].defined() ? found[i] : zeros_like(wanted[i]);
    const std::string problem = difference_from(expected[i], f, constant_scale(e), 4);
    CHECK_MESSAGE(problem == "", "gradient ", i, ": ", problem);
  }
}

}  // namespace

TEST_CASE("every op gives what PyTorch gave") {
  for (const OpEntry& entry : entries_under_test()) {
    const std::string path = str(LIMPID_SOURCE_DIR, "/tests/golden/ops/", entry.doc.name, ".json");
    const bool there = std::ifstream(path).good();
    CHECK_MESSAGE(there, path, " is missing: run `make golden`");
    if (!there) continue;
    const json golden = read_json(path);
    for (const Case& c : entry.cases()) {
      if (!is_test(c) || c.torch.empty()) continue;
      INFO(label(entry, c));
      CHECK_MESSAGE(golden.contains(c.name), "no frozen result: run `make golden`");
      if (!golden.contains(c.name)) continue;
      const json& frozen = golden[c.name];
      CHECK_MESSAGE(frozen["torch"] == c.torch, "frozen for another text: run `make golden`");
      const std::vector<Tensor> inputs = make_inputs(entry, c);
      const Tensors outputs = run(c, inputs);
      check_outputs(entry, c, inputs, outputs, frozen["outputs"]);
      check_gradients(inputs, outputs, frozen["gradients"]);
    }
  }
}

TEST_CASE("write the inputs of all cases for tools/golden.py") {
  const char* path = std::getenv("LIMPID_DUMP_CASES");
  if (!path) return;
  json all = json::object();
  for (const OpEntry& entry : entries_under_test()) {
    json& op = all[std::string(entry.doc.name)] = json::object();
    for (const Case& c : entry.cases()) {
      if (!is_test(c) || c.torch.empty()) continue;
      json inputs = json::array();
      for (const Tensor& t : make_inputs(entry, c)) inputs.push_back(to_json(t));
      op[c.name] = {{"torch", c.torch}, {"inputs", inputs}};
    }
  }
  std::ofstream(path) << all;
}

}  // namespace limpid::ops_golden_test
