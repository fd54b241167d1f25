// Starting values: their statistics, bounds and reasons to refuse.

#include "limpid/nn/init.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "limpid/core/error.h"
#include "limpid/tensor/creation.h"
#include "tests/call.h"
#include "tests/thrown.h"

namespace limpid::init_test {

using testing::Call;
using testing::thrown;

namespace init = nn::init;

namespace {

struct Statistics {
  double mean = 0, std = 0, low = 0, high = 0;
};

Statistics statistics(const Tensor& tensor) {
  const std::vector<double> values = tensor.detach().to_vector<double>();
  Statistics s;
  for (double v : values) s.mean += v / static_cast<double>(values.size());
  for (double v : values) s.std += (v - s.mean) * (v - s.mean) / static_cast<double>(values.size());
  s.std = std::sqrt(s.std);
  s.low = *std::min_element(values.begin(), values.end());
  s.high = *std::max_element(values.begin(), values.end());
  return s;
}

/// Uniform in [low, high): moments within 5 standard errors, and both ends nearly reached.
void check_uniform(const Tensor& tensor, double low, double high) {
  const Statistics s = statistics(tensor);
  const double n = static_cast<double>(tensor.numel()), std = (high - low) / std::sqrt(12.0);
  CHECK(std::abs(s.mean - (low + high) / 2) < 5 * std / std::sqrt(n));
  CHECK(std::abs(s.std / std - 1) < 5 / std::sqrt(n));
  CHECK(s.low >= low);
  CHECK(s.high < high + 1e-6 * (high - low));
  CHECK(s.high - s.low > 0.99 * (high - low));
}

void check_normal(const Tensor& tensor, double mean, double std) {
  const Statistics s = statistics(tensor);
  const double n = static_cast<double>(tensor.numel());
  CHECK(std::abs(s.mean - mean) < 5 * std / std::sqrt(n));
  CHECK(std::abs(s.std / std - 1) < 5 / std::sqrt(2 * n));
  CHECK(s.high > mean + 3 * std);  // it has tails
  CHECK(s.low < mean - 3 * std);
}

}  // namespace

TEST_CASE("initialisers have the stated mean, spread and bounds") {
  Generator g(11);
  const Tensor linear = zeros({200, 100}), kernel = zeros({40, 20, 5, 5});  // fans 500 and 1000
  check_uniform(init::uniform_(linear, -2, 5, g), -2, 5);
  check_normal(init::normal_(linear, 3, 0.5, g), 3, 0.5);
  const double xavier = std::sqrt(6.0 / 300);
  check_uniform(init::xavier_uniform_(linear, 1, g), -xavier, xavier);
  check_uniform(init::xavier_uniform_(linear, 5.0 / 3, g), -xavier * 5 / 3, xavier * 5 / 3);
  check_normal(init::xavier_normal_(kernel, 1, g), 0, std::sqrt(2.0 / 1500));
  check_uniform(init::kaiming_uniform_(linear, std::sqrt(5.0), "fan_in", "leaky_relu", g), -0.1,
                0.1);
  const double out = std::sqrt(3.0) * std::sqrt(2.0 / 1000);
  check_uniform(init::kaiming_uniform_(kernel, 0, "fan_out", "relu", g), -out, out);
  check_normal(init::kaiming_normal_(kernel, 0, "fan_in", "relu", g), 0, std::sqrt(2.0 / 500));
  check_normal(init::kaiming_normal_(kernel, 0.5, "fan_in", "leaky_relu", g), 0,
               std::sqrt(2.0 / 1.25 / 500));
  CHECK(statistics(init::ones_(linear)).low == 1);
  CHECK(statistics(init::zeros_(linear)).high == 0);
  CHECK(statistics(init::constant_(linear, 2.5)).mean == doctest::Approx(2.5));
}

TEST_CASE("trunc_normal_ keeps to its bounds, with the spread that is left") {
  Generator g(3);
  const Statistics s = statistics(init::trunc_normal_(zeros({300, 100}), 0, 1, -2, 2, g));
  CHECK(s.low >= -2);
  CHECK(s.high <= 2);
  CHECK(s.high > 1.99);
  CHECK(std::abs(s.mean) < 0.03);
  CHECK(s.std == doctest::Approx(0.8796).epsilon(0.01));  // of a normal cut off at two sigma
  const Statistics tail = statistics(init::trunc_normal_(zeros({100, 100}), 0, 0.5, 1, 2, g));
  CHECK(tail.low >= 1);
  CHECK(tail.high <= 2);
  CHECK(tail.mean == doctest::Approx(1.187).epsilon(0.01));
}

TEST_CASE("orthogonal_ gives rows, or columns, at right angles") {
  Generator g(4);
  for (const Shape& shape : {Shape{4, 7}, Shape{7, 4}, Shape{5, 5}, Shape{6, 2, 3, 1}}) {
    const Tensor w = init::orthogonal_(zeros(shape, {.dtype = DType::f64}), 2, g);
    const std::int64_t rows = shape[0], columns = w.numel() / rows;
    const Tensor m = w.reshape({rows, columns});
    const std::vector<double> gram =
        (rows <= columns ? m.matmul(m.t()) : m.t().matmul(m)).to_vector<double>();
    const auto n = static_cast<std::size_t>(std::min(rows, columns));
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j)
        CHECK(std::abs(gram[i * n + j] - (i == j ? 4 : 0)) < 1e-12);
  }
}

TEST_CASE("eye_, dirac_ and sparse_ put values where they belong") {
  CHECK(init::eye_(zeros({2, 3})).to_vector<double>() == std::vector<double>{1, 0, 0, 0, 1, 0});
  const Tensor kernel = init::dirac_(ones({4, 2, 3, 3}), 2);  // torch: ones at [k, k mod 2, 1, 1]
  const std::vector<double> v = kernel.to_vector<double>();
  for (std::size_t i = 0; i < v.size(); ++i) {
    const std::size_t out = i / 18, in = i / 9 % 2, place = i % 9;
    CHECK(v[i] == (place == 4 && in == out % 2 ? 1 : 0));
  }
  Generator g(6);
  const std::vector<double> s = init::sparse_(ones({10, 6}), 0.25, 1, g).to_vector<double>();
  for (std::size_t c = 0; c < 6; ++c) {
    int zero = 0;
    for (std::size_t r = 0; r < 10; ++r) zero += s[r * 6 + c] == 0;
    CHECK(zero == 3);
  }
}

TEST_CASE("the same seed gives the same values, in any layout and on a parameter") {
  Generator a(5), b(5), c(5);
  Tensor plain = zeros({3, 4}), turned = zeros({4, 3}).t(),
         leaf = zeros({3, 4}, {.requires_grad = true});
  init::kaiming_uniform_(plain, 0, "fan_in", "leaky_relu", a);
  init::kaiming_uniform_(turned, 0, "fan_in", "leaky_relu", b);
  init::kaiming_uniform_(leaf, 0, "fan_in", "leaky_relu", c);
  CHECK(plain.to_vector<double>() == turned.to_vector<double>());
  CHECK(plain.to_vector<double>() == leaf.detach().to_vector<double>());
  CHECK(leaf.is_leaf());
  CHECK_FALSE(turned.is_contiguous());
}

TEST_CASE("gains are PyTorch's") {
  CHECK(init::calculate_gain("linear") == 1);
  CHECK(init::calculate_gain("conv2d") == 1);
  CHECK(init::calculate_gain("sigmoid") == 1);
  CHECK(init::calculate_gain("tanh") == doctest::Approx(5.0 / 3));
  CHECK(init::calculate_gain("relu") == doctest::Approx(1.4142135623730951));
  CHECK(init::calculate_gain("leaky_relu") == doctest::Approx(1.4141428569978354));
  CHECK(init::calculate_gain("leaky_relu", 0.2) == doctest::Approx(1.3867504905630728));
  CHECK(init::calculate_gain("selu") == 0.75);
}

TEST_CASE("empty and meta tensors are no errors") {
  CHECK_NOTHROW(init::kaiming_uniform_(zeros({4, 0})));
  CHECK_NOTHROW(init::xavier_normal_(zeros({0, 0})));
  CHECK_NOTHROW(init::normal_(empty({4, 4}, {.device = kMeta})));
}

TEST_CASE("wrong arguments are refused with the reason") {
  const Tensor row = zeros({5}), matrix = zeros({5, 5});
  struct Row {
    Call<void()> call;
    std::string text;
  };
  const std::vector<Row> rows = {
      {[&] { init::kaiming_uniform_(row); },
       "init: fan in and fan out need a tensor of at least 2 dimensions (out, in, ...), got shape "
       "(5,)"},
      {[&] { init::xavier_normal_(row); }, "need a tensor of at least 2 dimensions"},
      {[&] { init::calculate_gain("rellu"); },
       "there is no nonlinearity 'rellu'; use one of linear, "},
      {[&] { init::calculate_gain("rellu"); }, "(did you mean 'relu'?)"},
      {[&] { init::kaiming_normal_(matrix, 0, "fan_inn"); },
       "there is no mode 'fan_inn'; use one of fan_in, fan_out (did you mean 'fan_in'?)"},
      {[&] { init::kaiming_normal_(matrix, 0, "fan_in", "swish"); },
       "there is no nonlinearity 'swish'"},
      {[&] { init::uniform_(matrix, 1, 0); }, "uniform_: the range [1, 0) is empty"},
      {[&] { init::trunc_normal_(matrix, 0, 1, 2, 2); },
       "trunc_normal_: the range [2, 2] is empty"},
      {[&] { init::trunc_normal_(matrix, 0, 1, 50, 60); }, "[50, 60] is too far from the mean 0"},
      {[&] { init::orthogonal_(row); }, "orthogonal_: needs at least 2 dimensions, got shape (5,)"},
      {[&] { init::eye_(row); }, "eye_: needs a matrix (2 dimensions), got shape (5,)"},
      {[&] { init::dirac_(matrix); }, "dirac_: needs the weight of a convolution"},
      {[&] {
         init::dirac_(zeros({3, 2, 1}), 2);
       },
       "2 groups do not divide the 3 output channels"},
      {[&] { init::sparse_(matrix, 1.5); }, "sparsity must lie in [0, 1], got 1.5"},
      {[&] { init::normal_(matrix, 0, -1); }, "normal_: std must not be negative, got -1"},
      {[&] {
         init::uniform_(zeros({2, 2}, {.dtype = DType::i64}));
       },
       "init: starting values are for floating tensors, this one is int64"},
  };
  for (const Row& r : rows) {
    const std::string message = thrown<Error>(r.call);
    CHECK_MESSAGE(message.find(r.text) != std::string::npos, message);
  }
}

}  // namespace limpid::init_test
