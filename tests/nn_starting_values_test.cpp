// What the weights of layers are before training: PyTorch's distributions, from a generator that
// can be given, or values of one's own.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "limpid/autograd/grad_mode.h"
#include "limpid/nn/nn.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"

namespace limpid::nn_starting_values_test {

TEST_CASE("Linear and Conv2d start as in PyTorch, from a generator that can be given") {
  Generator a(3), b(3);
  nn::Linear first(100, 50, {.generator = &a}), second(100, 50, {.generator = &b});
  CHECK(first.weight.to_vector<double>() == second.weight.to_vector<double>());
  CHECK(first.bias.to_vector<double>() == second.bias.to_vector<double>());
  for (const Tensor& t : {first.weight, first.bias}) {
    double largest = 0;
    for (double v : t.to_vector<double>()) largest = std::max(largest, std::abs(v));
    CHECK(largest <= 0.1);  // 1 / sqrt(fan_in)
    CHECK(largest > 0.09);
  }
  nn::Conv2d conv(8, 16, {3, 2}, {.groups = 2, .generator = &a});
  CHECK(conv.weight.shape() == Shape{16, 4, 3, 2});
  double largest = 0;
  for (double v : conv.weight.to_vector<double>()) largest = std::max(largest, std::abs(v));
  CHECK(largest <= 1 / std::sqrt(24.0));
  CHECK(largest > 0.95 / std::sqrt(24.0));
  nn::Linear bare(3, 2, {.bias = false});
  CHECK_FALSE(bare.bias.defined());
  CHECK(bare(ones({1, 3})).to_vector<double>()[0] ==
        doctest::Approx(bare.weight[0].sum().item()));  // and no bias is added
}

TEST_CASE("convolutions start uniform in +-1/sqrt(fan_in), alike for equal generators") {
  const auto check = [](const auto& make, std::int64_t fan_in) {
    Generator first(3), second(3);
    const auto a = make(&first), b = make(&second);
    CHECK(a.weight.template to_vector<float>() == b.weight.template to_vector<float>());
    CHECK(a.bias.template to_vector<float>() == b.bias.template to_vector<float>());
    const double bound = 1 / std::sqrt(static_cast<double>(fan_in));
    double largest = 0;
    for (double v : a.weight.template to_vector<double>()) largest = std::max(largest, std::abs(v));
    for (double v : a.bias.template to_vector<double>()) CHECK(std::abs(v) <= bound);
    CHECK(largest <= bound);
    CHECK(largest > 0.95 * bound);
  };
  check([](Generator* g) { return nn::Conv1d(8, 32, 5, {.groups = 2, .generator = g}); }, 20);
  check([](Generator* g) { return nn::Conv3d(4, 16, {1, 2, 3}, {.generator = g}); }, 24);
  // As in PyTorch, a transposed convolution takes axis 1, (out / groups), for its inputs.
  check([](Generator* g) { return nn::ConvTranspose2d(16, 4, 3, {.generator = g}); }, 36);
  check([](Generator* g) { return nn::Bilinear(16, 5, 40, {.generator = g}); }, 16);
}

TEST_CASE("Embedding starts normal, but for the row of the padding, which stays zero") {
  Generator generator(1);
  nn::Embedding table(1000, 20, {.padding_idx = -1, .generator = &generator});
  const Tensor known = table.weight.detach().narrow(0, 0, 999);
  CHECK(std::abs(known.mean().item()) < 0.03);
  CHECK((known * known).mean().item() == doctest::Approx(1).epsilon(0.03));
  const auto padding = [&] { return table.weight[999].to_vector<double>(); };
  CHECK(padding() == std::vector<double>(20, 0.0));
  const Tensor text = tensor({std::int64_t{3}, std::int64_t{999}, std::int64_t{3}});
  table(text).sum().backward();
  NoGrad guard;
  table.weight.sub_(table.weight.grad());
  CHECK(padding() == std::vector<double>(20, 0.0));
  CHECK(table.weight.grad()[3].to_vector<double>() == std::vector<double>(20, 2.0));
}

TEST_CASE("Embedding::from_pretrained shares the rows, frozen or not") {
  Tensor rows = tensor({{1.0, 2.0}, {3.0, 4.0}});
  nn::Embedding frozen = nn::Embedding::from_pretrained(rows);
  CHECK_FALSE(frozen.weight.requires_grad());
  CHECK(frozen.weight.shares_storage(rows));
  CHECK(frozen(tensor({std::int64_t{1}})).to_vector<double>() == std::vector<double>{3, 4});
  nn::Embedding tuned = nn::Embedding::from_pretrained(rows, /*freeze=*/false, 0);
  CHECK(tuned.weight.requires_grad());
  CHECK_FALSE(rows.requires_grad());
  CHECK(tuned(tensor({std::int64_t{0}})).to_vector<double>() == std::vector<double>{1, 2});
  CHECK(nn::to_string(tuned) == "Embedding(2, 2, padding_idx=0)");
  tuned(tensor({std::int64_t{0}, std::int64_t{1}})).sum().backward();
  CHECK(tuned.weight.grad().to_vector<double>() == std::vector<double>{0, 0, 1, 1});
}

TEST_CASE("PReLU starts at 0.25, or as told") {
  CHECK(nn::PReLU().weight.to_vector<double>() == std::vector<double>{0.25});
  CHECK(nn::PReLU(2, {.init = 0.5}).weight.to_vector<double>() == std::vector<double>{0.5, 0.5});
}

}  // namespace limpid::nn_starting_values_test
