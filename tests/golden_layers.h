#pragma once
// What tests of layers share: values by formula, and results that PyTorch gave for them
// (tests/golden/make_recurrent.py, make_transformer.py).

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "limpid/nn/module.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/tensor/creation.h"
#include "tests/json_file.h"

namespace limpid::testing {

/// Element i is ((37 i + 11 k) mod 23 - 11) / divisor.
inline Tensor filled(const Shape& shape, std::int64_t k, double divisor) {
  std::vector<float> values(static_cast<std::size_t>(numel(shape)));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>(
        static_cast<double>((37 * static_cast<std::int64_t>(i) + 11 * k) % 23 - 11) / divisor);
  return from_values(std::span<const float>(values), shape);
}

/// Parameter k of the module gets filled(..., k, divisor).
inline void fill_parameters(const nn::Module& module, double divisor) {
  std::int64_t k = 0;
  for (const NamedTensor& p : module.named_parameters()) {
    const Tensor values = filled(p.tensor.shape(), k++, divisor);
    std::copy_n(values.data<float>(), values.numel(), p.tensor.data<float>());
  }
}

inline std::vector<std::string> parameter_names(const nn::Module& module) {
  std::vector<std::string> names;
  for (const NamedTensor& p : module.named_parameters()) names.push_back(p.name);
  return names;
}

/// Equal to some units in the last place of the largest element, as chains of float ops are.
inline void check_equal(const Tensor& found, const nlohmann::json& expected) {
  REQUIRE(std::vector<std::int64_t>(found.shape().begin(), found.shape().end()) ==
          expected["shape"].get<std::vector<std::int64_t>>());
  const auto a = found.to_vector<double>(), b = expected["values"].get<std::vector<double>>();
  double largest = 0;
  for (double v : b) largest = std::max(largest, std::abs(v));
  for (std::size_t i = 0; i < a.size(); ++i)
    CHECK_MESSAGE(std::abs(a[i] - b[i]) <= 2e-6 * largest + 1e-30, "element ", i, ": ", a[i],
                  ", expected ", b[i]);
}

/// Compares results, and gradients when 1 + i mod 3 is sent into element i of every result.
inline void check_results(const std::vector<Tensor>& results, const Tensor& x,
                          const nn::Module& module, const nlohmann::json& expected) {
  REQUIRE(results.size() == expected["results"].size());
  Tensor loss = zeros({});
  for (std::size_t r = 0; r < results.size(); ++r) {
    check_equal(results[r], expected["results"][r]);
    std::vector<float> weights(static_cast<std::size_t>(results[r].numel()));
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<float>(1 + i % 3);
    loss = loss +
           (results[r] * from_values(std::span<const float>(weights), results[r].shape())).sum();
  }
  loss.backward();
  check_equal(x.grad(), expected["gradients"]["x"]);
  check_equal(module.parameters()[0].grad(), expected["gradients"]["first"]);
}

}  // namespace limpid::testing
