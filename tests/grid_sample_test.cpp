// grid_sample beyond the battery: what threads share, and strides that 32 bits do not hold.
#include <doctest/doctest.h>

#include <vector>

#include "limpid/autograd/engine.h"
#include "limpid/backends/cpu/threads.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "tests/op_harness.h"

namespace limpid::grid_sample_test {

using testing::difference;

namespace {

using Values = std::vector<double>;
constexpr TensorOptions kLeaf{.requires_grad = true},
    kWideLeaf{.dtype = DType::f64, .requires_grad = true};

/// The result and both gradients.
std::vector<Values> sampled(Tensor& x, Tensor& grid) {
  x.zero_grad(), grid.zero_grad();
  const Tensor y = grid_sample(x, grid);
  (y * y).sum().backward();
  return {y.detach().to_vector<double>(), x.grad().to_vector<double>(),
          grid.grad().to_vector<double>()};
}

}  // namespace

TEST_CASE("grid_sample: threads share the channels of an image, and its places") {
  const int before = get_num_threads();
  Tensor x = rand({2, 3, 5, 4}, kLeaf), grid = rand({2, 64, 65, 2}, kLeaf);
  set_num_threads(1);
  const std::vector<Values> alone = sampled(x, grid);
  set_num_threads(4);
  CHECK(sampled(x, grid) == alone);
  set_num_threads(before);
}

TEST_CASE("grid_sample: the gradients of several hundred places are those of public ops") {
  Tensor x = rand({2, 3, 5, 4}, kWideLeaf), grid = rand({2, 20, 30, 2}, kWideLeaf);
  const std::vector<Values> found = sampled(x, grid);
  x.zero_grad(), grid.zero_grad();
  const Tensor y = recorded_grid_sample(x, grid, {});
  (y * y).sum().backward();
  const Tensor expected[] = {y.detach(), x.grad(), grid.grad()};
  for (std::size_t k = 0; k < 3; ++k)
    CHECK(difference(tensor(found[k], {.dtype = DType::f64}).reshape(expected[k].shape()),
                     expected[k], ones_like(expected[k]) * 1000.0) == "");  // hundreds of terms
}

TEST_CASE("grid_sample: the last of many places is what it is alone") {
  const Tensor x = rand({1, 2, 4, 5}), places = rand({1, 20, 20, 2}), dy = rand({1, 2, 20, 20});
  const auto gradients = [&](const Tensor& at, const Tensor& arrived) {
    const Tensor leaf[] = {x.clone().requires_grad_(), at.clone().requires_grad_()};
    const Tensor y = grid_sample(leaf[0], leaf[1]);
    return grad(std::span(&y, 1), leaf, std::span(&arrived, 1));
  };
  Tensor last = zeros({20, 20});
  last[19] = 1;
  const auto all = gradients(places, dy * last);
  const auto alone = gradients(places.narrow(1, 19, 1), dy.narrow(2, 19, 1));
  CHECK(all[0].to_vector<double>() == alone[0].to_vector<double>());
  CHECK(all[1].narrow(1, 19, 1).to_vector<double>() == alone[1].to_vector<double>());
}

TEST_CASE("grid_sample: an image of more rows than 32 bits count") {
  const Tensor row = tensor({1, 2, 3}, {.dtype = DType::f32}).reshape({1, 1, 1, 3});
  const Tensor grid = tensor({-2.0 / 3, -1, 2.0 / 3, 0.5}, {.dtype = DType::f32});
  for (const std::int64_t rows : {(std::int64_t{1} << 31) - 2, std::int64_t{1} << 32}) {
    const Tensor y = grid_sample(row.expand({1, 1, rows, 3}), grid.reshape({1, 1, 2, 2}),
                                 {.padding_mode = "border"});
    CHECK(y.to_vector<double>()[0] == doctest::Approx(1));
    CHECK(y.to_vector<double>()[1] == doctest::Approx(3));
  }
}

TEST_CASE("grid_sample: a place on the border has no gradient across it, as one beyond has none") {
  const Tensor x = arange(9, {.dtype = DType::f64}).reshape({1, 1, 3, 3});
  for (const bool dense : {true, false}) {
    const Tensor places =
        tensor({{-1.0, 1.0, 0.0, 0.0, 0.5, -2.0}, {0.0, 0.0, -1.0, 1.0, 0.0, 0.5}}, kWideLeaf);
    const Tensor grid = places.t().unsqueeze(0).unsqueeze(0);
    grid_sample(x, dense ? grid.contiguous() : grid,
                {.padding_mode = "border", .align_corners = true})
        .sum()
        .backward();
    CHECK(places.grad().to_vector<double>() == Values{0, 0, 1, 1, 1, 0, 3, 3, 0, 0, 3, 3});
  }
}

}  // namespace limpid::grid_sample_test
