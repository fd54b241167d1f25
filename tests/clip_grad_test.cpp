// Clipping of gradients, and parameters as one vector.

// covers: clip_grad, vector_norm
#include "limpid/nn/clip_grad.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "limpid/core/error.h"
#include "limpid/nn/parameter_vector.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "tests/thrown.h"

namespace limpid::clip_grad_test {

using testing::thrown;
using namespace nn::utils;

namespace {

/// Gradients (3, -4) and (12), and a parameter without one.
std::vector<Tensor> three(DType dtype = DType::f32) {
  std::vector<Tensor> out = {zeros({2}, {.dtype = dtype, .requires_grad = true}),
                             zeros({3}, {.dtype = dtype, .requires_grad = true}),
                             zeros({}, {.dtype = dtype, .requires_grad = true})};
  out[0].set_grad(tensor({3.0, -4.0}, {.dtype = dtype}));
  out[2].set_grad(full({}, 12.0, {.dtype = dtype}));
  return out;
}

std::vector<double> gradients(const std::vector<Tensor>& parameters) {
  std::vector<double> out;
  for (const Tensor& p : parameters)
    if (p.grad().defined())
      for (double g : p.grad().to_vector<double>()) out.push_back(g);
  return out;
}

void check_near(const std::vector<double>& found, const std::vector<double>& expected,
                double tolerance = 1e-6) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    CHECK(std::abs(found[i] - expected[i]) <= tolerance * std::abs(expected[i]));
}

}  // namespace

TEST_CASE("clip_grad_norm_ scales all gradients by one factor and returns the norm before") {
  const double inf = std::numeric_limits<double>::infinity();
  struct Row {
    double norm_type, norm;
  };
  for (const Row& row : {Row{2, 13}, Row{1, 19}, Row{inf, 12}, Row{3, std::cbrt(27. + 64 + 1728)}})
    for (DType dtype : {DType::f32, DType::f64}) {
      INFO(row.norm_type);
      const auto parameters = three(dtype);
      const Tensor norm = clip_grad_norm_(parameters, 2.6, {.norm_type = row.norm_type});
      CHECK(norm.dtype() == dtype);
      CHECK(norm.dim() == 0);
      CHECK(norm.item() == doctest::Approx(row.norm).epsilon(1e-6));
      const double f = 2.6 / (row.norm + 1e-6);
      check_near(gradients(parameters), {3 * f, -4 * f, 12 * f});
      CHECK_FALSE(parameters[1].grad().defined());
    }
}

TEST_CASE("gradients within the norm, and none at all, are left alone") {
  const auto parameters = three();
  CHECK(clip_grad_norm_(parameters, 13.1).item() == 13);
  CHECK(gradients(parameters) == std::vector<double>{3, -4, 12});
  CHECK(clip_grad_norm_({}, 1).item() == 0);
  std::vector<Tensor> bare = {zeros({2}, {.requires_grad = true})};
  CHECK(clip_grad_norm_(bare, 1).item() == 0);
  bare[0].set_grad(zeros({2}));
  CHECK(clip_grad_norm_(bare, 0).item() == 0);
}

TEST_CASE("a norm whose squares overflow float32 is still right") {
  std::vector<Tensor> parameters = {zeros({2}, {.requires_grad = true})};
  parameters[0].set_grad(tensor({3e25, 4e25}));
  CHECK(clip_grad_norm_(parameters, 5).item() == doctest::Approx(5e25));
  check_near(gradients(parameters), {3, 4});
}

TEST_CASE("a norm whose squares vanish is 0 and has no slope, as in PyTorch") {
  const Tensor x = tensor({1e-200, 0.0}, {.dtype = DType::f64, .requires_grad = true});
  const Tensor norm = vector_norm(x);
  CHECK(norm.item() == 0);
  norm.backward();
  CHECK(x.grad().to_vector<double>() == std::vector<double>{0, 0});
}

TEST_CASE("a norm of NaN or infinity: PyTorch's factor, or an error that names the gradient") {
  const double nan = std::nan(""), inf = std::numeric_limits<double>::infinity();
  auto parameters = three();
  parameters[2].set_grad(full({}, inf));
  CHECK(
      thrown<Error>([&] { clip_grad_norm_(parameters, 1, {.error_if_nonfinite = true}); }) ==
      "clip_grad_norm_: the norm of all gradients is inf, because that of number 1 of shape () is "
      "inf; a smaller learning rate helps most often");
  CHECK(gradients(parameters) == std::vector<double>{3, -4, inf});
  CHECK(clip_grad_norm_(parameters, 1).item() == inf);
  CHECK(parameters[0].grad()[0].item() == 0);
  CHECK(std::isnan(parameters[2].grad().item()));  // inf times 0
  parameters = three();
  parameters[2].set_grad(full({}, nan));
  for (double norm_type : {2.0, inf})
    CHECK(std::isnan(get_total_norm(std::vector{parameters[0].grad(), parameters[2].grad()},
                                    {.norm_type = norm_type})
                         .item()));
  clip_grad_norm_(parameters, 1);
  CHECK(std::isnan(parameters[0].grad()[0].item()));
}

TEST_CASE("clip_grad_value_ clamps every element") {
  const auto parameters = three();
  clip_grad_value_(parameters, 3.5);
  CHECK(gradients(parameters) == std::vector<double>{3, -3.5, 3.5});
}

TEST_CASE("clipping refuses bounds that make no sense") {
  const auto parameters = three();
  CHECK(thrown<Error>([&] { clip_grad_norm_(parameters, -1); }) ==
        "clip_grad_norm_: max_norm must not be negative, got -1");
  CHECK(thrown<Error>([&] { clip_grad_norm_(parameters, 1, {.norm_type = 0}); }) ==
        "clip_grad_norm_: norm_type must be above 0, got 0");
  CHECK(thrown<Error>([&] { clip_grad_value_(parameters, std::nan("")); }) ==
        "clip_grad_value_: clip_value must not be negative, got nan");
  CHECK(gradients(parameters) == std::vector<double>{3, -4, 12});
}

TEST_CASE("parameters become one vector, with gradients, and take one back") {
  const std::vector<Tensor> parameters = {tensor({{1.0, 2.0}, {3.0, 4.0}}).requires_grad_(),
                                          full({}, 5.0).requires_grad_(),
                                          zeros({0}, {.requires_grad = true})};
  const Tensor vector = parameters_to_vector(parameters);
  CHECK(vector.to_vector<double>() == std::vector<double>{1, 2, 3, 4, 5});
  square(vector).sum().backward();
  CHECK(parameters[0].grad().to_vector<double>() == std::vector<double>{2, 4, 6, 8});
  CHECK(parameters[1].grad().item() == 10);

  vector_to_parameters(tensor({6.0, 7.0, 8.0, 9.0, 10.0}), parameters);
  CHECK(parameters_to_vector(parameters).to_vector<double>() ==
        std::vector<double>{6, 7, 8, 9, 10});
  CHECK(parameters[0].requires_grad());
  CHECK(parameters[0].is_leaf());
  CHECK(thrown<Error>([&] { vector_to_parameters(zeros({4}), parameters); }) ==
        "vector_to_parameters: the vector is (4,) but the parameters have 5 elements together");
  CHECK(thrown<Error>([&] { parameters_to_vector({}); }) ==
        "parameters_to_vector: the list is empty; pass model.parameters()");
}

}  // namespace limpid::clip_grad_test
