// Maxima and minima as users call them: functions and methods, with values and positions.

#include "limpid/ops/max/max.h"

#include <doctest/doctest.h>

#include <vector>

#include "limpid/tensor/creation.h"

namespace limpid::max_test {

namespace {
using Doubles = std::vector<double>;
using Ints = std::vector<std::int64_t>;
}  // namespace

TEST_CASE("max and min along an axis give values and positions") {
  const Tensor x = tensor({3.0, 9.0, 4.0, 8.0, 1.0, 6.0}).view({2, 3});
  const auto [largest, at] = max(x, 1);
  CHECK(largest.to_vector<double>() == Doubles{9, 8});
  CHECK(at.to_vector<std::int64_t>() == Ints{1, 0});
  const auto [smallest, where] = min(x, 0, /*keepdim=*/true);
  CHECK(smallest.shape() == Shape{1, 3});
  CHECK(smallest.to_vector<double>() == Doubles{3, 1, 4});
  CHECK(where.to_vector<std::int64_t>() == Ints{0, 1, 0});
}

TEST_CASE("the extreme of all elements, and of some axes, as functions and methods") {
  const Tensor x = tensor({3.0, 9.0, 4.0, 8.0, 1.0, 6.0}).view({2, 3});
  CHECK(max(x).item() == 9);
  CHECK(min(x).item() == 1);
  CHECK(x.max().item() == 9);
  CHECK(x.min().item() == 1);
  CHECK(x.amax({0}).to_vector<double>() == Doubles{8, 9, 6});
  CHECK(x.amin({1}, true).shape() == Shape{2, 1});
  CHECK(x.amin({1}).to_vector<double>() == Doubles{3, 1});
}

TEST_CASE("the gradient of a vector's maximum goes to its place alone") {
  const Tensor x = tensor({1.0, 5.0, 2.0}).requires_grad_();
  (max(x, 0).values * 3).backward();
  CHECK(x.grad().to_vector<double>() == Doubles{0, 3, 0});
}

}  // namespace limpid::max_test
