// Depthwise convolution: right for any number of channels, stride, dilation, padding and kernel, in
// both orders of maps and all three passes; the same for any number of threads.

// covers: conv2d
#include <doctest/doctest.h>

#include <random>

#include "limpid/backends/cpu/threads.h"
#include "limpid/core/error.h"
#include "limpid/ops/algorithms.h"
#include "limpid/ops/conv2d/conv2d.h"
#include "limpid/ops/conv2d/conv2d_relu.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "tests/op_harness.h"

namespace limpid::depthwise_test {

using namespace testing;

namespace {

struct Sizes {
  std::int64_t batch, channels, height, width;
  IntPair kernel = 3, stride = 1, padding = 1, dilation = 1;
};

Tensor channels_last(const Tensor& t) {
  return t.permute({0, 2, 3, 1}).contiguous().permute({0, 3, 1, 2});
}

template <class Card>
Card card_of(const Sizes& s) {
  Card card;
  card.stride = {s.stride.height, s.stride.width};
  card.padding = {s.padding.height, s.padding.width};
  card.dilation = {s.dilation.height, s.dilation.width};
  card.groups = s.channels;
  return card;
}

/// y, dx and dw.
std::vector<Tensor> compute(const Sizes& s, const Tensor& x, const Tensor& w, const Tensor& bias,
                            const Tensor& dy) {
  auto of_input = card_of<Conv2dInputGradient>(s);
  of_input.size = {s.height, s.width};
  auto of_weight = card_of<Conv2dWeightGradient>(s);
  of_weight.kernel_size = {s.kernel.height, s.kernel.width};
  return {apply(card_of<Conv2d>(s), x, w, bias), apply(of_input, dy, w), apply(of_weight, x, dy)};
}

/// All three passes against rows in double, maps in each order.
void check(const Sizes& s) {
  INFO(s.batch << " x " << s.channels << " x " << s.height << " x " << s.width << ", kernel "
               << s.kernel.height << "x" << s.kernel.width << ", stride " << s.stride.height << ","
               << s.stride.width << ", padding " << s.padding.height << "," << s.padding.width
               << ", dilation " << s.dilation.height << "," << s.dilation.width);
  const Tensor x = randn({s.batch, s.channels, s.height, s.width}),
               w = randn({s.channels, 1, s.kernel.height, s.kernel.width}),
               bias = randn({s.channels});
  const auto wide = [](const Tensor& t) { return t.to(DType::f64); };
  const auto size = [](const Tensor& t) { return t.to(DType::f64).abs(); };
  const Tensor dy = randn(apply(card_of<Conv2d>(s), x, w, bias).shape());
  const std::vector<Tensor> exact = compute(s, wide(x), wide(w), wide(bias), wide(dy)),
                            terms = compute(s, size(x), size(w), size(bias), size(dy));
  const AlgorithmGuard guard("conv2d", "depthwise");
  for (const bool x_last : {false, true})
    for (const bool y_last : {false, true}) {
      INFO("channels-last: input " << x_last << ", gradient " << y_last);
      const std::vector<Tensor> found =
          compute(s, x_last ? channels_last(x) : x, w, bias, y_last ? channels_last(dy) : dy);
      for (std::size_t i = 0; i < 3; ++i)
        CHECK(difference(found[i], exact[i].to(DType::f32), terms[i]) == "");
    }
}

}  // namespace

TEST_CASE("depthwise: hard sizes") {
  const Sizes list[] = {{2, 1, 5, 5},
                        {1, 3, 4, 7},
                        {3, 17, 9, 8},
                        {1, 70, 6, 21},
                        {2, 33, 1, 40, {1, 5}, 1, {0, 2}},
                        {1, 16, 40, 1, {4, 1}, {2, 1}, {3, 0}},
                        {2, 20, 7, 7, 7, 1, 3},
                        {1, 24, 11, 9, 5, 2, 2},
                        {1, 8, 2, 2, 3, 1, {4, 5}},
                        {1, 40, 9, 10, {2, 3}, {3, 4}, {0, 1}},
                        {1, 12, 15, 17, 3, {2, 3}, 2, {2, 3}},
                        {2, 9, 8, 8, 2, {5, 3}, 0},
                        {1, 130, 60, 62},
                        {5, 6, 3, 3, 3, 1, 0},
                        {18, 3, 4, 4},
                        {1, 5, 40, 40, 32, 1, 16}};
  for (const Sizes& s : list) check(s);
}

TEST_CASE("depthwise: random sizes") {
  std::mt19937 random(7);
  const auto pick = [&](int low, int high) -> std::int64_t {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  for (int round = 0; round < 60; ++round) {
    Sizes s{.batch = pick(1, 3), .channels = pick(1, 40), .height = 1, .width = 1};
    s.kernel = {pick(1, 5), pick(1, 5)}, s.stride = {pick(1, 3), pick(1, 3)};
    s.padding = {pick(0, 3), pick(0, 3)}, s.dilation = {pick(1, 3), pick(1, 3)};
    const auto least = [](std::int64_t kernel, std::int64_t dilation, std::int64_t padding) {
      return std::max<std::int64_t>(1, dilation * (kernel - 1) + 1 - 2 * padding);
    };
    s.height = least(s.kernel.height, s.dilation.height, s.padding.height) + pick(0, 9);
    s.width = least(s.kernel.width, s.dilation.width, s.padding.width) + pick(0, 30);
    check(s);
  }
}

TEST_CASE("depthwise: what lies outside the image is not read, beside infinities and NaN neither") {
  const Sizes s{1, 20, 6, 6};
  const AlgorithmGuard guard("conv2d", "depthwise");
  for (const bool last : {false, true}) {
    Tensor w = randn({20, 1, 3, 3});
    w.index_put_({19, 0, 0, 0}, Tensor(Scalar(NAN)));  // sees zeros of the padding in 11 pixels
    const Tensor x = randn({1, 20, 6, 6});
    const Tensor y = apply(card_of<Conv2d>(s), last ? channels_last(x) : x, w, Tensor());
    CHECK(isfinite(y).sum().item<std::int64_t>() == 19 * 36 + 11);
  }
}

TEST_CASE("depthwise: relu may be its last step, in either order of maps") {
  const AlgorithmGuard guard("conv2d", "depthwise");
  for (const std::int64_t channels : {5, 70, 130}) {
    const Tensor x = randn({2, channels, 7, 9}), w = randn({channels, 1, 3, 3}),
                 b = randn({channels});
    const Conv2dOptions options{.padding = 1, .groups = channels};
    const Tensor expected = relu(conv2d(x, w, b, options));
    CHECK(equal(conv2d_relu(x, w, b, options), expected));
    CHECK(equal(conv2d_relu(channels_last(x), w, b, options), expected));
  }
}

TEST_CASE("depthwise: the same for any number of threads") {
  const Sizes s{3, 48, 30, 30};
  const Tensor x = randn({3, 48, 30, 30}), w = randn({48, 1, 3, 3}), dy = randn({3, 48, 30, 30});
  const int before = get_num_threads();
  set_num_threads(1);
  const std::vector<Tensor> one = compute(s, x, w, Tensor(), dy);
  for (const int threads : {2, 3, 7}) {
    set_num_threads(threads);
    const std::vector<Tensor> several = compute(s, x, w, Tensor(), dy);
    for (std::size_t i = 0; i < 3; ++i) CHECK(equal(several[i], one[i]));
  }
  set_num_threads(before);
}

TEST_CASE("depthwise: refuses what it cannot compute") {
  const AlgorithmGuard guard("conv2d", "depthwise");
  CHECK_THROWS_WITH_AS(conv2d(randn({1, 4, 5, 5}), randn({4, 2, 3, 3}), {}, {.groups = 2}),
                       doctest::Contains("not each in a group of their own"), ValueError);
  CHECK_THROWS_WITH_AS(conv2d(randn({1, 4, 40, 40}), randn({4, 1, 33, 32}), {}, {.groups = 4}),
                       doctest::Contains("the kernel has more than 1024 taps"), ValueError);
}

}  // namespace limpid::depthwise_test
