// Winograd's convolution: right for any number of channels, padding and edge, in all three passes;
// its bound on rounding, on random and on adversarial data; when it steps back.

// covers: conv2d
#include "limpid/ops/conv2d/winograd.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "limpid/autograd/engine.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/backends/cpu/simd.h"
#include "limpid/backends/cpu/threads.h"
#include "limpid/core/error.h"
#include "limpid/ops/algorithms.h"
#include "limpid/ops/conv2d/conv2d.h"
#include "limpid/ops/conv2d/conv2d_relu.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"

namespace limpid::winograd_test {

namespace {

/// The bound of docs/performance.md: an error of an output is at most this many eps times the
/// largest |factor| times the sum of the absolute values of what it is multiplied with.
constexpr double kBound = 64;

struct Results {
  Tensor y, dx, dw;
};

Results compute(const char* algorithm, const Tensor& x, const Tensor& w, const Tensor& dy,
                IntPair padding, std::int64_t groups = 1) {
  const AlgorithmGuard guard("conv2d", algorithm);
  const Tensor a = x.detach().requires_grad_(), b = w.detach().requires_grad_();
  const Tensor y = conv2d(a, b, {}, {.padding = padding, .groups = groups});
  const Tensor outputs[] = {y}, inputs[] = {a, b}, seeds[] = {dy};
  const std::vector<Tensor> gradients = grad(outputs, inputs, seeds);
  return {y.detach(), gradients[0], gradients[1]};
}

double largest(const Tensor& t) { return t.abs().max().item(); }

/// The largest error as a multiple of eps * max |x| * max over output channels of sum |w|, and so
/// on.
double worst(const Tensor& found, const Tensor& exact, double scale) {
  const double error = largest(found.to(DType::f64) - exact.to(DType::f64));
  return error / (std::ldexp(1.0, -24) * scale);
}

void check_bound(const Tensor& x, const Tensor& w, IntPair padding = 1, std::int64_t groups = 1) {
  const Tensor y = conv2d(x, w, {}, {.padding = padding, .groups = groups});
  const Tensor dy = randn(y.shape());
  const Results found = compute("winograd", x, w, dy, padding, groups);
  const Results exact =
      compute("im2col", x.to(DType::f64), w.to(DType::f64), dy.to(DType::f64), padding, groups);
  const double of_output = w.abs().sum({1, 2, 3}).max().item() * largest(x);
  const Tensor by_group = w.abs().reshape({groups, -1, w.size(1), w.size(2) * w.size(3)});
  const double of_input = by_group.sum({1, 3}).max().item() * largest(dy);
  const double of_weight = dy.abs().sum({0, 2, 3}).max().item() * largest(x);
  CHECK(worst(found.y, exact.y, of_output) < kBound);
  CHECK(worst(found.dx, exact.dx, of_input) < kBound);
  CHECK(worst(found.dw, exact.dw, of_weight) < kBound);
}

/// +1 and -1 as on a chess board, so that sums cancel and every transform adds up to its most.
Tensor chess(const Shape& shape) {
  const Tensor rows = arange(Scalar(shape[2])).reshape({shape[2], 1}),
               columns = arange(Scalar(shape[3]));
  const Tensor board = remainder(rows + columns, 2).to(DType::f32) * Scalar(2) - Scalar(1);
  return board.expand(shape).contiguous();
}

}  // namespace

TEST_CASE("winograd: any channels, padding and edges, in all three passes") {
  struct Sizes {
    std::int64_t batch, in, out, height, width;
    IntPair padding, kernel = 3;
  };
  const Sizes list[] = {{1, 64, 64, 8, 8, 1},
                        {2, 5, 3, 13, 11, 1},
                        {1, 40, 70, 9, 10, 0},
                        {2, 65, 1, 7, 5, 2},
                        {1, 1, 130, 3, 3, 0},
                        {1, 3, 4, 1, 1, 1},
                        {3, 130, 66, 6, 17, 1},
                        {1, 8, 8, 6, 6, 4},
                        {1, 130, 5, 4, 4, 1},
                        {2, 200, 192, 5, 6, {2, 0}},
                        {1, 64, 64, 9, 8, 2, 5},
                        {2, 21, 70, 7, 12, 1, 5},
                        {1, 3, 5, 5, 5, 4, 5},
                        {2, 64, 64, 1, 33, {0, 1}, {1, 3}},
                        {2, 5, 3, 1, 257, {0, 1}, {1, 3}},
                        {2, 20, 70, 3, 30, {0, 2}, {1, 5}},
                        {1, 65, 3, 2, 9, {1, 0}, {1, 5}}};
  for (const Sizes& s : list) {
    INFO(s.batch << ", " << s.in << " -> " << s.out << ", " << s.height << "x" << s.width
                 << ", padding " << to_string(s.padding) << ", kernel " << to_string(s.kernel));
    check_bound(randn({s.batch, s.in, s.height, s.width}),
                randn({s.out, s.in, s.kernel.height, s.kernel.width}), s.padding);
  }
}

TEST_CASE("winograd: groups, in any order of maps") {
  struct Sizes {
    Shape x, w;
    std::int64_t groups;
    IntPair padding = 1;
  };
  const Sizes list[] = {
      {{2, 32, 9, 10}, {32, 16, 3, 3}, 2}, {{1, 60, 13, 11}, {40, 30, 3, 3}, 2},
      {{2, 12, 8, 8}, {6, 4, 3, 3}, 3, 0}, {{1, 130, 7, 9}, {134, 65, 5, 5}, 2, 2},
      {{1, 6, 5, 5}, {6, 1, 3, 3}, 6},     {{3, 51, 1, 29}, {51, 17, 1, 5}, 3, {0, 2}}};
  for (const Sizes& s : list) {
    INFO("input " << to_string(s.x) << ", " << s.groups << " groups");
    const Tensor x = randn(s.x);
    check_bound(x, randn(s.w), s.padding, s.groups);
    check_bound(x.permute({0, 2, 3, 1}).contiguous().permute({0, 3, 1, 2}), randn(s.w), s.padding,
                s.groups);
  }
}

TEST_CASE("winograd: groups of many tiles, whose gradients of weights come in parts or not") {
  check_bound(randn({3, 48, 44, 45}), randn({40, 24, 3, 3}), 1, 2);
  check_bound(randn({3, 90, 44, 45}), randn({81, 10, 3, 3}), 1, 9);
}

TEST_CASE("winograd: groups have biases of their own, and relu may be the last step") {
  const Tensor x = randn({2, 40, 9, 10}), w = randn({36, 20, 3, 3}), bias = randn({36});
  const auto both = [&](const char* algorithm) {
    const AlgorithmGuard guard("conv2d", algorithm);
    Conv2dRelu card;
    card.padding = {1, 1}, card.groups = 2;
    return std::pair(conv2d(x, w, bias, {.padding = 1, .groups = 2}), apply(card, x, w, bias));
  };
  const auto [y, positive] = both("winograd");
  const auto [expected, expected_positive] = both("rows");
  CHECK(largest(y - expected) < 1e-3);
  CHECK(largest(positive - expected_positive) < 1e-3);
  CHECK(positive.min().item() == 0);
}

TEST_CASE(
    "winograd: chosen for groups of many channels, and of more for the gradient of their weight") {
  const Shape x{8, 32, 16, 16}, w{32, 16, 3, 3};
  const Shape forward[] = {x, w}, gradient[] = {x, x};
  Conv2d card;
  card.padding = {1, 1}, card.groups = 2;
  Conv2dWeightGradient of_weight;
  static_cast<ConvAttributes&>(of_weight) = card;
  of_weight.kernel_size = {3, 3};
  CHECK(algorithm_plan(any(card), forward).chosen == "winograd");
  CHECK(algorithm_plan(any(of_weight), gradient).chosen != "winograd");
  const Shape more[] = {{8, 48, 16, 16}, {8, 48, 16, 16}};
  CHECK(algorithm_plan(any(of_weight), more).chosen == "winograd");
  const Shape fewer[] = {{8, 30, 16, 16}, {32, 15, 3, 3}};
  CHECK(algorithm_plan(any(card), fewer).chosen != "winograd");
}

TEST_CASE("winograd: many tiles, whose gradient of the weight comes in parts") {
  check_bound(randn({4, 33, 44, 45}), randn({49, 33, 3, 3}));
  check_bound(randn({2, 20, 33, 40}), randn({20, 20, 5, 5}), 2);
}

TEST_CASE("winograd: weights in the outer loop, where they are large and tiles are few") {
  check_bound(randn({1, 160, 8, 8}), randn({256, 160, 3, 3}));
}

TEST_CASE("winograd: the bound on rounding holds for adversarial data") {
  const Shape x{1, 64, 12, 12};
  for (const Shape& w : {Shape{64, 64, 3, 3}, Shape{64, 64, 5, 5}, Shape{64, 64, 1, 5}}) {
    INFO("weight " << to_string(w));
    check_bound(chess(x), randn(w));
    check_bound(chess(x), chess(w));
    check_bound(ones(x), chess(w));
    check_bound(rand(x) + Scalar(1000), randn(w));  // a large mean that weights cancel
    Tensor spike = randn(x);
    spike.index_put_({0, 7, 5, 6},
                     Tensor(Scalar(1e6)));  // one pixel that its neighbours must not feel
    check_bound(spike, randn(w));
  }
}

TEST_CASE("winograd: bias, and an image without a batch") {
  const Tensor x = randn({64, 9, 9}), w = randn({64, 64, 3, 3}), bias = randn({64});
  const AlgorithmGuard guard("conv2d", "winograd");
  const Tensor y = conv2d(x, w, bias, {.padding = 1});
  const AlgorithmGuard plain("conv2d", "rows");
  CHECK(largest(y - conv2d(x, w, bias, {.padding = 1})) < 1e-3);
}

TEST_CASE("winograd: an infinity reaches only the outputs that see it") {
  Tensor x = randn({1, 64, 10, 10});
  const Tensor w = randn({64, 64, 3, 3});
  x.index_put_({0, 0, 4, 4}, Tensor(Scalar(std::numeric_limits<double>::infinity())));
  const AlgorithmGuard guard("conv2d", "winograd");
  const Tensor finite = isfinite(conv2d(x, w, {}, {.padding = 1})).sum();
  CHECK(finite.item<std::int64_t>() == 64 * (100 - 9));
}

TEST_CASE("winograd: an infinity reaches only the gradients of weights that see it") {
  for (const std::int64_t size : {6, 40, 64}) {  // few tiles, many, and more than one part
    Tensor x = randn({1, 20, size, size});
    const Tensor w = randn({70, 20, 3, 3}), dy = randn({1, 70, size, size});
    x.index_put_({0, 3, 0, 0}, Tensor(Scalar(std::numeric_limits<double>::infinity())));
    const Tensor finite = isfinite(compute("winograd", x, w, dy, 1).dw).sum();
    CHECK(finite.item<std::int64_t>() == 70 * (20 * 9 - 4));  // those that a corner meets
  }
}

TEST_CASE("winograd: steps back where it cannot compute, and says why") {
  Conv2d card;
  card.stride = {2, 2};
  const Shape shapes[] = {{1, 64, 16, 16}, {64, 64, 3, 3}};
  const AlgorithmPlan plan = algorithm_plan(any(card), shapes);
  CHECK(plan.chosen != "winograd");
  CHECK(plan.ladder.back().name == "winograd");
  CHECK(plan.ladder.back().reason == "the stride is not 1");
  const AlgorithmGuard guard("conv2d", "winograd");
  CHECK_THROWS_WITH_AS(conv2d(randn({1, 2, 5, 5}), randn({2, 2, 2, 2})),
                       doctest::Contains("the kernel is 2x2, not 3x3"), ValueError);
}

TEST_CASE("winograd: the same numbers whatever the number of threads") {
  const int before = get_num_threads();
  const std::pair<Shape, std::int64_t> list[] = {
      {{4, 64, 16, 16}, 128},
      {{4, 64, 32, 32}, 64},   // the gradient of the weight comes in two parts
      {{1, 64, 57, 57}, 64},   // and in several chunks
      {{1, 128, 57, 57}, 35},  // whose size depends on that of the sums
      {{1, 128, 8, 8}, 128},   // fewer panels of outputs than threads
      {{1, 20, 4, 7}, 24},     // fewer tiles than threads
      {{1, 20, 6, 7}, 1}};     // fewer outputs than threads
  for (const auto& [shape, outputs] : list) {
    INFO("input " << to_string(shape));
    const Tensor x = randn(shape), w = randn({outputs, shape[1], 3, 3}),
                 dy = randn({shape[0], outputs, shape[2], shape[3]});
    set_num_threads(1);
    const Results first = compute("winograd", x, w, dy, 1);
    for (const int threads : {2, 3, 4}) {
      set_num_threads(threads);
      const Results second = compute("winograd", x, w, dy, 1);
      CHECK(largest(first.y - second.y) == 0);
      CHECK(largest(first.dx - second.dx) == 0);
      CHECK(largest(first.dw - second.dw) == 0);
    }
  }
  set_num_threads(before);
}

TEST_CASE("winograd: what is finite is not computed by the definition") {
  const Tensor x = randn({1, 64, 9, 10}), w = randn({64, 64, 3, 3}), dy = randn(x.shape());
  const Results found = compute("winograd", x, w, dy, 1), plain = compute("im2col", x, w, dy, 1);
  CHECK(largest(found.y - plain.y) > 0);  // which rounds otherwise
  CHECK(largest(found.dx - plain.dx) > 0);
  CHECK(largest(found.dw - plain.dw) > 0);
}

TEST_CASE("winograd: a sum that overflows on the way does not reach the result") {
  Tensor x = zeros({1, 1, 1, 6}), dy = zeros({1, 1, 1, 4});
  x.index_put_({0, 0, 0, 2}, Tensor(Scalar(1.3e38)));
  dy.index_put_({0, 0, 0, 2}, Tensor(Scalar(1)));
  const Tensor dw = compute("winograd", x, ones({1, 1, 1, 3}), dy, 0).dw;
  CHECK(dw.to_vector<float>() == std::vector<float>{1.3e38F, 0, 0});
}

namespace {

const WinogradKernels& table(SimdLevel level) {
  return at_level(level, LIMPID_LEVELS(winograd_kernels));
}

/// Multiples of 1/8 between -2 and 2.
std::vector<float> eighths(std::int64_t n, std::int64_t seed) {
  std::vector<float> out(static_cast<std::size_t>(n));
  for (std::int64_t i = 0; i < n; ++i)
    out[static_cast<std::size_t>(i)] = static_cast<float>((i * 7 + seed * 5) % 33 - 16) / 8;
  return out;
}

/// a (rows, k) times b (k, columns), where `accumulate` added to what is there; nothing else of c
/// is written.
bool product_is_right(const WinogradKernels& kernels, std::int64_t rows, std::int64_t columns,
                      std::int64_t k, bool turned, bool accumulate) {
  const std::vector<float> a = eighths(rows * k, 1), b = eighths(k * kWinogradPanel, 2);
  std::vector<float> c = eighths((rows + 2) * kWinogradPanel, 3), expected = c;
  const std::int64_t a_row = turned ? 1 : k, a_column = turned ? rows : 1;
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j) {
      const std::int64_t at = (i + 1) * kWinogradPanel + j;
      float sum = accumulate ? c[static_cast<std::size_t>(at)] : 0;
      for (std::int64_t p = 0; p < k; ++p)
        sum += a[static_cast<std::size_t>(i * a_row + p * a_column)] *
               b[static_cast<std::size_t>(p * kWinogradPanel + j)];
      expected[static_cast<std::size_t>(at)] = sum;
    }
  kernels.product(rows, columns, k, a.data(), a_row, a_column, b.data(), c.data() + kWinogradPanel,
                  accumulate, {a.data(), rows});
  return c == expected;
}

}  // namespace

TEST_CASE("winograd: the products of every SIMD level, which write nothing else") {
  for (const SimdLevel level : available_simd_levels())
    for (std::int64_t rows = 1; rows < 14; ++rows)
      for (std::int64_t columns = table(level).lanes; columns <= kWinogradPanel;
           columns += table(level).lanes)
        for (const bool turned : {false, true})
          for (const bool accumulate : {false, true}) {
            INFO(std::string(name_of(level)) << ", " << rows << " x " << columns);
            CHECK(product_is_right(table(level), rows, columns, 5, turned, accumulate));
          }
}

TEST_CASE("winograd: gradients of weights of every SIMD level, and nothing behind the last") {
  constexpr std::int64_t kPlane = kWinogradPanel;
  for (const SimdLevel level : available_simd_levels())
    for (const WinogradTransforms& t : table(level).transforms) {
      const auto taps = static_cast<std::size_t>(t.kernel_height * t.kernel_width);
      const std::vector<float> du = eighths(t.points * kPlane, 4);
      alignas(64) float check[16] = {};
      std::vector<float> all(std::size_t{kWinogradPanel} * taps);
      t.weight_gradient(du.data(), kPlane, kWinogradPanel, all.data(), check);
      for (std::size_t channels = 1; channels < std::size_t{kWinogradPanel}; ++channels) {
        INFO(std::string(name_of(level)) << ", " << taps << " taps, " << channels << " channels");
        std::vector<float> some(all.size(), -1), expected = some;
        std::copy_n(all.begin(), channels * taps, expected.begin());
        t.weight_gradient(du.data(), kPlane, static_cast<std::int64_t>(channels), some.data(),
                          check);
        CHECK(some == expected);
      }
    }
}

}  // namespace limpid::winograd_test
