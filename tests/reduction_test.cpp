// Reductions and orders beyond what their cases say: methods, and where limpid does better than
// PyTorch on purpose.
#include <doctest/doctest.h>

#include <cmath>
#include <optional>

#include "limpid/autograd/engine.h"
#include "limpid/ops/bincount/bincount.h"
#include "limpid/ops/composite/sum_to_size.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"

namespace limpid::reduction_test {

namespace {

using Doubles = std::vector<double>;

Doubles values(const Tensor& t) { return t.to_vector<double>(); }

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("reductions as methods give what the functions give") {
  const Tensor x = tensor({{3.0, -1.0, 2.0}, {0.0, 5.0, -4.0}});
  CHECK(x.max().item() == 5);
  CHECK(x.min().item() == -4);
  CHECK(values(x.amax({1})) == Doubles{3, 5});
  CHECK(values(x.amin({0}, true)) == Doubles{0, -1, -4});
  CHECK(x.amin({0}, true).dim() == 2);
  CHECK(x.argmin().item<int>() == 5);
  CHECK(x.argmin().dim() == 0);
  CHECK(limpid::argmax(x, std::nullopt, /*keepdim=*/true).shape() == limpid::Shape{1, 1});
  CHECK(limpid::argmax(x, std::nullopt, true).item<int>() == 4);
  CHECK(values(x.argmin(1)) == Doubles{1, 2});
  CHECK(x.prod().item() == 0);
  CHECK(values(x.prod(0)) == Doubles{0, -5, -8});
  CHECK(x.prod(1, true).dim() == 2);
  CHECK(x.var(0).item() == doctest::Approx(8.472222));
  CHECK(x.std().item() == doctest::Approx(3.188521));
  CHECK(values(x.var({0})) == Doubles{4.5, 18, 18});
  CHECK(x.std({1}, 0, true).dim() == 2);
  CHECK(x.std({0}, 0).to_vector<float>()[0] == 1.5f);
  CHECK(tensor({3.0, 4.0}).norm().item() == 5);
  CHECK(x.any().item<bool>());
  CHECK_FALSE(x.all().item<bool>());
  CHECK(values(x.all(1)) == Doubles{1, 0});
  CHECK(x.any(0, true).dim() == 2);
  CHECK(x.any(0, true).dtype() == DType::boolean);
  CHECK(x.logsumexp({0}).to_vector<float>()[0] == doctest::Approx(3.0485874));
  CHECK(x.logsumexp({0, 1}, true).dim() == 2);
  CHECK(values(x.cumsum(1)) == Doubles{3, 2, 4, 0, 5, 1});
  CHECK(values(x.cumprod(0)) == Doubles{3, -1, 2, 0, -5, -8});
  CHECK(x.softmax(1).sum().item() == doctest::Approx(2));
  CHECK(x.log_softmax(1).logsumexp({1}).sum().item() == doctest::Approx(0).epsilon(1e-6));
}

TEST_CASE("a row of nothing but -infinity has logsumexp -infinity, and leaves other rows alone") {
  const Tensor x = tensor({{-kInfinity, -kInfinity}, {0.0, -kInfinity}}).requires_grad_();
  const Tensor y = limpid::logsumexp(x, {1});
  CHECK(values(y) == Doubles{-kInfinity, 0});
  y.sum().backward();
  CHECK(values(x.grad()[1]) == Doubles{1, 0});
  for (const double v : values(x.grad()[0])) CHECK(std::isnan(v));  // as in PyTorch
}

TEST_CASE("a running logsumexp that begins with -infinity has PyTorch's gradient") {
  const Tensor x = tensor({-kInfinity, -kInfinity, 0.0, -kInfinity}).requires_grad_();
  const Tensor y = limpid::logcumsumexp(x, 0);
  CHECK(values(y) == Doubles{-kInfinity, -kInfinity, 0, 0});
  y.sum().backward();
  CHECK(std::isnan(x.grad()[0].item()));
  CHECK(std::isnan(x.grad()[1].item()));
  CHECK(values(x.grad().narrow(0, 2, 2)) == Doubles{2, 0});
}

TEST_CASE("elements that are all alike have no variance, whatever their mean is rounded to") {
  for (const std::int64_t n : {3, 6, 10, 1000}) {
    const Tensor x = limpid::full({n, 2}, 0.1, {.dtype = DType::f64});
    CHECK(x.var().item() == 0);
    CHECK(values(x.var({0})) == Doubles{0, 0});
  }
}

TEST_CASE("a zero takes all the rest of a norm of negative order, and the gradient is 0") {
  const Tensor x = tensor({0.0, 2.0, -3.0}).requires_grad_();
  const Tensor y = limpid::vector_norm(x, -2);
  CHECK(y.item() == 0);
  y.backward();
  CHECK(values(x.grad()) == Doubles{0, 0, 0});
}

TEST_CASE("a variance far smaller than the mean keeps its digits") {
  Doubles numbers;
  for (int i = 0; i < 10000; ++i) numbers.push_back(1e6 + i % 2);
  const Tensor x = limpid::from_values(std::span<const double>(numbers), {10000});
  CHECK(x.var(0).item() == 0.25);
  CHECK(values(x.reshape({5000, 2}).var({0}, 0)) == Doubles{0, 0});
  CHECK(values(x.reshape({2500, 4}).transpose(0, 1).var({0}, 0)) == Doubles(2500, 0.25));
}

TEST_CASE("running sums of numbers that are not negative never fall") {
  const Tensor y = limpid::rand({100003}).cumsum(0);
  const std::vector<float> sums = y.to_vector<float>();
  CHECK(std::is_sorted(sums.begin(), sums.end()));
}

TEST_CASE("a sort of many rows and of one long one is a permutation in order") {
  const Tensor x = limpid::randn({7, 3001});
  const auto [sorted, order] = limpid::sort(x, 1, /*descending=*/true);
  CHECK(limpid::all(limpid::eq(limpid::gather(x, 1, order), sorted)).item<bool>());
  CHECK(limpid::all(limpid::le(limpid::diff(sorted), 0)).item<bool>());
  CHECK(limpid::all(limpid::eq(limpid::sort(order, 1).values, limpid::arange(3001))).item<bool>());
}

TEST_CASE("top k of many rows are the first of their sort") {
  const Tensor x = limpid::randint(0, 50, {33, 1000});
  const auto [sorted, order] = limpid::sort(x, 1, /*descending=*/true);
  for (const std::int64_t k : {1, 40, 500, 1000}) {
    const auto [values, indices] = limpid::topk(x, k, 1);
    CHECK(limpid::all(limpid::eq(values, sorted.narrow(1, 0, k))).item<bool>());
    CHECK(limpid::all(limpid::eq(indices, order.narrow(1, 0, k))).item<bool>());
  }
}

TEST_CASE("unique gives back what it was made of") {
  const Tensor x = limpid::randint(-20, 20, {30, 40});
  const auto [found, inverse, counts] =
      limpid::unique(x, {.return_inverse = true, .return_counts = true});
  CHECK(limpid::all(limpid::eq(found.index({inverse}), x)).item<bool>());
  CHECK(counts.sum().item<std::int64_t>() == x.numel());
  CHECK(limpid::all(limpid::gt(limpid::diff(found), 0)).item<bool>());
}

TEST_CASE("running extremes come with their places") {
  const Tensor x = tensor({2.0, 3.0, 1.0, 4.0, 0.0});
  const auto [highest, at_highest] = limpid::cummax(x, 0);
  CHECK(values(highest) == Doubles{2, 3, 3, 4, 4});
  CHECK(values(at_highest) == Doubles{0, 1, 1, 3, 3});
  const auto [lowest, at_lowest] = limpid::cummin(x, 0);
  CHECK(values(lowest) == Doubles{2, 2, 1, 1, 0});
  CHECK(values(at_lowest) == Doubles{0, 0, 2, 2, 4});
}

TEST_CASE("correlations of what moves together are rounded to 1, and not beyond") {
  const Tensor r = limpid::corrcoef(limpid::randn({40, 1}) * limpid::randn({20}));
  CHECK(r.max().item() == 1);
  CHECK(r.min().item() == -1);
}

TEST_CASE("sums to a size look at the axes that there are, not at the room behind them") {
  const Tensor x = limpid::ones({2, 3});
  limpid::Shape size{3};
  size.data()[1] = 1, x.impl()->spec.shape.data()[2] = 2;  // as if an axis had been broadcast
  const Tensor y = limpid::sum_to_size(x, size);
  CHECK(y.shape() == limpid::Shape{3});
  CHECK(limpid::all(limpid::eq(y, 2)).item<bool>());
}

TEST_CASE("bincount measures the numbers that there are, not what lies behind them") {
  const Tensor x = tensor({2, 1, 9}).narrow(0, 0, 2);
  limpid::TensorImpl* inputs[] = {x.impl(), nullptr};
  CHECK(limpid::bincount(x).shape() == limpid::Shape{3});
  CHECK(limpid::Bincount{}.measure(limpid::Reference{}, limpid::Inputs(inputs, 2)) ==
        limpid::Shape{3});
}

}  // namespace limpid::reduction_test
