// What the cases of reductions cannot say: the public functions, and results that do not depend on
// the number of threads.

#include <doctest/doctest.h>

#include <cmath>

#include "limpid/backends/cpu/threads.h"
#include "limpid/ops/argmax/argmax.h"
#include "limpid/ops/cross_entropy/cross_entropy.h"
#include "limpid/ops/gather/gather.h"
#include "limpid/ops/max/max.h"
#include "limpid/ops/max_pool2d/max_pool2d.h"
#include "limpid/ops/mean/mean.h"
#include "limpid/ops/scatter_add/scatter_add.h"
#include "limpid/ops/softmax/softmax.h"
#include "limpid/tensor/creation.h"

using namespace limpid;

namespace {

using Doubles = std::vector<double>;
using Ints = std::vector<std::int64_t>;
Doubles doubles(const Tensor& t) { return t.detach().to_vector<double>(); }
Ints ints(const Tensor& t) { return t.to_vector<std::int64_t>(); }

/// Computes with one thread and with three; the bits must be the same.
template <class F>
void check_same_for_any_threads(F compute) {
  const int before = get_num_threads();
  set_num_threads(1);
  const Doubles one = doubles(compute());
  set_num_threads(3);
  const Doubles three = doubles(compute());
  set_num_threads(before);
  CHECK(one == three);
}

}  // namespace

TEST_CASE("max gives values and places, argmax searches the flattened tensor") {
  const Tensor x = tensor({{1.0, 5.0, 2.0}, {7.0, 0.0, 7.0}});
  const auto [values, indices] = max(x, 1);
  CHECK(doubles(values) == Doubles{5, 7});
  CHECK(ints(indices) == Ints{1, 0});
  CHECK(ints(min(x, 0).indices) == Ints{0, 1, 0});
  CHECK(max(x).item() == 7);
  CHECK(min(x).item() == 0);
  CHECK(x.argmax().item<std::int64_t>() == 3);
  CHECK(argmin(x).item<std::int64_t>() == 4);
  CHECK(ints(x.argmax(0)) == Ints{1, 0, 1});
  CHECK(to_string(argmax(x, std::nullopt, true).shape()) == "(1, 1)");
  CHECK(ints(argmax(x.t())) == Ints{1});
}

TEST_CASE("mean as a method") {
  const Tensor x = tensor({{1.0, 2.0}, {3.0, 6.0}});
  CHECK(x.mean().item() == 3);
  CHECK(doubles(x.mean({0})) == Doubles{2, 4});
  CHECK(to_string(x.mean({0, 1}, true).shape()) == "(1, 1)");
  CHECK(std::isnan(zeros({0}).mean().item()));
}

TEST_CASE("scatter_add takes the part of src that has indices, and sends gradients there") {
  const Tensor x = zeros({2, 3}, {.requires_grad = true});
  Tensor src = tensor({{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}, {7.0, 8.0, 9.0}});
  src.requires_grad_();
  const Tensor index = tensor({{0, 0}, {2, 1}});
  const Tensor y = scatter_add(x, 1, index, src);
  CHECK(doubles(y) == Doubles{3, 0, 0, 0, 5, 4});
  (y * tensor({{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}})).sum().backward();
  CHECK(doubles(src.grad()) == Doubles{1, 1, 0, 6, 5, 0, 0, 0, 0});
  CHECK(doubles(x.grad()) == Doubles{1, 2, 3, 4, 5, 6});
}

TEST_CASE("scatter_add adds repeated indices; so does the gradient of gather") {
  const Tensor x = tensor({1.0, 2.0, 3.0}, {.requires_grad = true});
  gather(x, 0, tensor({1, 1, 1, 2})).sum().backward();
  CHECK(doubles(x.grad()) == Doubles{0, 3, 1});
}

TEST_CASE("the gradient of max goes to one winner, that of the whole maximum to all") {
  const Tensor x = tensor({2.0, 5.0, 5.0, 5.0}, {.requires_grad = true});
  max(x, 0).values.backward();
  CHECK(doubles(x.grad()) == Doubles{0, 1, 0, 0});
  x.set_grad({});
  max(x).backward();
  const double third = 1.0f / 3.0f;
  CHECK(doubles(x.grad()) == Doubles{0, third, third, third});
}

TEST_CASE("cross_entropy clamps nothing, and gives no gradient to its weight") {
  const Tensor x = tensor({{0.0, -200.0}}, {.requires_grad = true});
  const Tensor loss = cross_entropy(x, tensor({1}));
  CHECK(loss.item() == 200);
  loss.backward();
  CHECK(doubles(x.grad()) == Doubles{1, -1});
  const Tensor weight = ones({2}, {.requires_grad = true});
  CHECK_THROWS_WITH_AS(cross_entropy(x, tensor({1}), {.weight = weight}),
                       doctest::Contains("pass weight.detach()"), GraphError);
  CHECK(cross_entropy(x, tensor({1}), {.weight = weight.detach(), .reduction = "sum"}).item() ==
        200);
}

TEST_CASE("max_pool2d steps by its kernel unless told otherwise") {
  const Tensor x = arange(16.0, {.requires_grad = true}).view({1, 4, 4});
  CHECK(doubles(max_pool2d(x, 2)) == Doubles{5, 7, 13, 15});
  CHECK(doubles(max_pool2d(x, {4, 1})) == Doubles{12, 13, 14, 15});
  CHECK(doubles(max_pool2d(x, 2, {.stride = {2, 1}})) == Doubles{5, 6, 7, 13, 14, 15});
  CHECK(ints(max_pool2d_with_indices(x, 3, {.stride = 1}).indices) == Ints{10, 11, 14, 15});
  CHECK_THROWS_AS(max_pool2d(x, 2, {.stride = 0}), ValueError);
}

TEST_CASE("results are the same for any number of threads") {
  manual_seed(1);
  const Tensor tall = randn({50000, 7}), wide = randn({3, 120000}), scores = randn({3000, 40});
  const Tensor classes = randint(0, 40, {3000});
  check_same_for_any_threads([&] { return tall.sum(); });
  check_same_for_any_threads([&] { return tall.sum({0}); });
  check_same_for_any_threads([&] { return tall.t().mean({1}); });
  check_same_for_any_threads([&] { return wide.sum({1}); });
  check_same_for_any_threads([&] { return softmax(scores, 0); });
  check_same_for_any_threads([&] { return cross_entropy(scores, classes); });
}

TEST_CASE("a long sum of float32 keeps its digits") {
  const std::int64_t n = 10'000'000;
  const Tensor x = full({n}, 0.1);
  CHECK(x.sum().item() == doctest::Approx(0.1f * static_cast<double>(n)).epsilon(1e-7));
  CHECK(x.view({n / 10, 10}).sum({0})[3].item() ==
        doctest::Approx(0.1f * static_cast<double>(n / 10)).epsilon(1e-7));
  CHECK(ones({70000}, {.dtype = DType::f16}).mean().item() == 1);
}
