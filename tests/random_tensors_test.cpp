// Tensors of random numbers: what they hold, and that a seed gives them again.

// covers: creation
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "limpid/core/random.h"
#include "limpid/tensor/creation.h"
#include "tests/elements.h"
#include "tests/thrown.h"

namespace limpid::random_tensors_test {

using namespace testing;

TEST_CASE("random: normal numbers are those of the stream, scaled and moved") {
  Generator generator(5), same(5);
  Tensor drawn = empty({6}, {.dtype = DType::f64});
  fill_normal(drawn, 2, 3, generator);
  const RandomStream stream = same.reserve(6);
  for (std::uint64_t i = 0; i < 6; ++i)
    CHECK(elements(drawn)[i] == doctest::Approx(2 + 3 * stream.normal(i)));
}

TEST_CASE("random: ranges, permutations, seeds") {
  Generator generator(5);
  const UseGenerator use(generator);
  for (DType dtype : {DType::f16, DType::bf16, DType::f32, DType::f64}) {
    INFO(name_of(dtype));
    const Doubles u = elements(rand({100000}, {.dtype = dtype}));
    CHECK(*std::min_element(u.begin(), u.end()) >= 0);
    CHECK(*std::max_element(u.begin(), u.end()) < 1);
    CHECK(*std::max_element(u.begin(), u.end()) > 0.99);
    double total = 0;
    for (double v : u) total += v;
    CHECK(std::abs(total / 1e5 - 0.5) < 0.006);  // 0.002 is the half step of bfloat16
    Tensor far = empty({20000}, {.dtype = dtype});
    fill_uniform(far, 1000, 1000.5, generator);  // rounding would reach the upper end
    const Doubles f = elements(far);
    CHECK(*std::min_element(f.begin(), f.end()) >= 1000);
    CHECK(*std::max_element(f.begin(), f.end()) < 1000.5);
    const Doubles z = elements(randn({50000}, {.dtype = dtype}));
    double square = 0;
    for (double v : z) square += v * v;
    CHECK(std::abs(square / 5e4 - 1) < 0.03);
  }
  CHECK_SAYS(DTypeError, "rand: needs a floating dtype, got int64",
             rand({2}, {.dtype = DType::i64}));
  CHECK_SAYS(DTypeError, "randn: needs a floating dtype", randn({2}, {.dtype = DType::boolean}));

  const auto dice = randint(-3, 4, {5000}).to_vector<std::int64_t>();
  for (std::int64_t face = -3; face < 4; ++face) {
    const auto times = std::count(dice.begin(), dice.end(), face);
    CHECK(times > 600);
    CHECK(times < 830);
  }
  CHECK(*std::min_element(dice.begin(), dice.end()) == -3);
  CHECK(*std::max_element(dice.begin(), dice.end()) == 3);
  CHECK(randint(INT64_MIN, INT64_MAX, {100}).dtype() == DType::i64);
  CHECK_SAYS(ValueError, "randint: the range [2, 2) is empty", randint(2, 2, {1}));
  CHECK(randint(0, 256, {3}, {.dtype = DType::u8}).numel() == 3);
  CHECK_SAYS(ValueError, "holds 256, which does not fit into uint8",
             randint(0, 257, {3}, {.dtype = DType::u8}));

  for (std::int64_t n : {0, 1, 2, 1000}) {
    auto order = randperm(n).to_vector<std::int64_t>();
    const bool moved = !std::is_sorted(order.begin(), order.end());
    CHECK(moved == (n == 1000 || (n == 2 && order[0] == 1)));
    std::sort(order.begin(), order.end());
    for (std::int64_t i = 0; i < n; ++i) CHECK(order[static_cast<std::size_t>(i)] == i);
  }
  int first_is_first = 0;  // each place is equally likely
  for (int i = 0; i < 4000; ++i) first_is_first += randperm(4).to_vector<int>()[0] == 0;
  CHECK(std::abs(first_is_first - 1000) < 120);

  manual_seed(11);
  const Doubles once = elements(randn({10}));
  const Doubles more = elements(randn({10}));
  CHECK(once != more);
  manual_seed(11);
  CHECK(elements(randn({10})) == once);
  CHECK(elements(randn({10})) == more);
  manual_seed(12);
  CHECK(elements(randn({10})) != once);
}

TEST_CASE("random: filling follows strides and counts as a change in place") {
  const Tensor base = zeros({4, 3});
  const Tensor column = base.view({2, 2, 3}).permute({2, 0, 1});
  Generator generator(3), again(3);
  const auto version = base.version();
  fill_uniform(column, 1, 2, generator);
  CHECK(base.version() == version + 1);
  const Doubles plain = [&] {
    const Tensor t = zeros({3, 2, 2});
    fill_uniform(t, 1, 2, again);
    return elements(t);
  }();
  CHECK(elements(column) == plain);
  fill_normal(column, 5, 0, generator);
  CHECK(elements(base) == Doubles(12, 5));
}

}  // namespace limpid::random_tensors_test
