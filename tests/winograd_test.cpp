// Winograd's convolution: right for any number of channels, padding and edge, in all three passes;
// its bound on rounding, on random and on adversarial data; when it steps back.

// covers: conv2d
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "limpid/autograd/engine.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/backends/cpu/threads.h"
#include "limpid/core/error.h"
#include "limpid/ops/algorithms.h"
#include "limpid/ops/conv2d/conv2d.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"

using namespace limpid;

namespace {

/// The bound of docs/performance.md: an error of an output is at most this many eps times the
/// largest |factor| times the sum of the absolute values of what it is multiplied with.
constexpr double kBound = 64;

struct Results {
  Tensor y, dx, dw;
};

Results compute(const char* algorithm, const Tensor& x, const Tensor& w, const Tensor& dy,
                IntPair padding) {
  const AlgorithmGuard guard("conv2d", algorithm);
  const Tensor a = x.detach().requires_grad_(), b = w.detach().requires_grad_();
  const Tensor y = conv2d(a, b, {}, {.padding = padding});
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

void check_bound(const Tensor& x, const Tensor& w, IntPair padding = 1) {
  const Tensor y = conv2d(x, w, {}, {.padding = padding});
  const Tensor dy = randn(y.shape());
  const Results found = compute("winograd", x, w, dy, padding);
  const Results exact =
      compute("im2col", x.to(DType::f64), w.to(DType::f64), dy.to(DType::f64), padding);
  const double of_output = w.abs().sum({1, 2, 3}).max().item() * largest(x);
  const double of_input = w.abs().sum({0, 2, 3}).max().item() * largest(dy);
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
                        {2, 200, 192, 5, 6, {2, 0}},
                        {1, 64, 64, 9, 8, 2, 5},
                        {2, 21, 70, 7, 12, 1, 5},
                        {1, 3, 5, 5, 5, 4, 5},
                        {2, 64, 64, 1, 33, {0, 1}, {1, 3}},
                        {2, 20, 70, 3, 30, {0, 2}, {1, 5}},
                        {1, 65, 3, 2, 9, {1, 0}, {1, 5}}};
  for (const Sizes& s : list) {
    INFO(s.batch << ", " << s.in << " -> " << s.out << ", " << s.height << "x" << s.width
                 << ", padding " << to_string(s.padding) << ", kernel " << to_string(s.kernel));
    check_bound(randn({s.batch, s.in, s.height, s.width}),
                randn({s.out, s.in, s.kernel.height, s.kernel.width}), s.padding);
  }
}

TEST_CASE("winograd: many tiles, whose gradient of the weight comes in parts") {
  check_bound(randn({4, 24, 44, 45}), randn({40, 24, 3, 3}));
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
  for (const std::int64_t size : {16, 32}) {  // at 32 the gradient of the weight comes in two parts
    INFO("size " << size);
    const std::int64_t outputs = 2048 / size;
    const Tensor x = randn({4, 64, size, size}), w = randn({outputs, 64, 3, 3}),
                 dy = randn({4, outputs, size, size});
    set_num_threads(1);
    const Results first = compute("winograd", x, w, dy, 1);
    for (const int threads : {2, 3}) {
      set_num_threads(threads);
      const Results second = compute("winograd", x, w, dy, 1);
      CHECK(largest(first.y - second.y) == 0);
      CHECK(largest(first.dx - second.dx) == 0);
      CHECK(largest(first.dw - second.dw) == 0);
    }
  }
  set_num_threads(before);
}
