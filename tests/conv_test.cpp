// The ladder of convolution algorithms: every one against the reference, in all three passes, over
// random shapes; and which one is chosen.

// covers: conv2d, onednn
#include <doctest/doctest.h>

#include <random>
#include <thread>

#include "limpid/autograd/engine.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/backends/cpu/threads.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/ops/algorithms.h"
#include "limpid/ops/conv1d/conv1d.h"
#include "limpid/ops/conv2d/conv2d.h"
#include "limpid/ops/conv2d/ladder.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "tests/op_harness.h"

namespace limpid::conv_test {

using namespace testing;

namespace {

struct Drawn {
  Shape x, w;
  Conv2dOptions options;
};

/// Sizes of every kind: not square, with more padding than pixels, dilated, in groups, depthwise.
Drawn draw(std::mt19937& random) {
  const auto pick = [&](int low, int high) -> std::int64_t {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  const std::int64_t groups = pick(0, 2) ? 1 : pick(2, 4);
  const std::int64_t in = pick(0, 3) ? pick(1, 5) : 1, out = pick(0, 3) ? pick(1, 5) : 1;
  const IntPair kernel(pick(1, 4), pick(1, 4)), dilation(pick(1, 2), pick(1, 2));
  const IntPair padding(pick(0, 3), pick(0, 3));
  const std::int64_t rows = dilation.height * (kernel.height - 1) + 1 - 2 * padding.height;
  const std::int64_t columns = dilation.width * (kernel.width - 1) + 1 - 2 * padding.width;
  return {{pick(1, 3), groups * in, std::max<std::int64_t>(rows, 1) + pick(0, 6),
           std::max<std::int64_t>(columns, 1) + pick(0, 21)},
          {groups * out, in, kernel.height, kernel.width},
          {.stride = {pick(1, 3), pick(1, 3)},
           .padding = padding,
           .dilation = dilation,
           .groups = groups}};
}

/// Result and gradients under one algorithm, given dy.
Tensors compute(const Tensor& x, const Tensor& w, const Tensor& bias, const Conv2dOptions& options,
                const Tensor& dy) {
  const Tensor y = conv2d(x, w, bias, options);
  if (!dy.defined()) return {y};
  const Tensor outputs[] = {y}, seeds[] = {dy}, inputs[] = {x, w};
  const std::vector<Tensor> gradients = grad(outputs, inputs, seeds);
  return {y, gradients[0], gradients[1]};
}

/// The same by the reference kernels.
Tensors compute_by_reference(const Tensor& x, const Tensor& w, const Tensor& bias,
                             const ConvAttributes& op, const Tensor& dy) {
  Conv2d forward;
  Conv2dInputGradient of_input;
  Conv2dWeightGradient of_weight;
  static_cast<ConvAttributes&>(forward) = op;
  static_cast<ConvAttributes&>(of_input) = op;
  static_cast<ConvAttributes&>(of_weight) = op;
  of_input.size = {x.size(2), x.size(3)};
  of_weight.kernel_size = {w.size(2), w.size(3)};
  const Tensor forward_in[] = {x, w, bias}, input_in[] = {dy, w}, weight_in[] = {x, dy};
  return {run_reference(any(forward), forward_in)[0], run_reference(any(of_input), input_in)[0],
          run_reference(any(of_weight), weight_in)[0]};
}

ConvAttributes attributes_of(const Conv2dOptions& o) {
  return {.stride = {o.stride.height, o.stride.width},
          .padding = {o.padding.pair.height, o.padding.pair.width},
          .dilation = {o.dilation.height, o.dilation.width},
          .groups = o.groups};
}

AlgorithmPlan plan_of(const Shape& x, const Shape& w, const ConvAttributes& op = {},
                      DType dtype = DType::f32) {
  Conv2d card;
  static_cast<ConvAttributes&>(card) = op;
  const Shape inputs[] = {x, w};
  return algorithm_plan(any(card), inputs, dtype);
}

/// Of the gradient of an image of that shape.
AlgorithmPlan input_gradient_plan_of(const Shape& x, const Shape& w, const Shape& stride = {1, 1}) {
  Conv2dInputGradient card;
  card.size = {x[2], x[3]};
  card.stride = stride;
  const Shape dy{x[0], w[0], (x[2] - w[2]) / stride[0] + 1, (x[3] - w[3]) / stride[1] + 1};
  const Shape inputs[] = {dy, w};
  return algorithm_plan(any(card), inputs);
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// A bound for sums of up to a few hundred products of numbers of size 1.
Tensor bound(const Tensor& t, double terms) {
  return full(t.shape(), terms, {.dtype = DType::f64});
}

}  // namespace

TEST_CASE("conv2d: every algorithm agrees with the reference, forward and in both gradients") {
  std::mt19937 random(1);
  for (int round = 0; round < 150; ++round) {
    const Drawn d = draw(random);
    for (const DType dtype : {DType::f32, DType::f64}) {
      const Tensor x = randn(d.x, {.dtype = dtype, .requires_grad = true});
      const Tensor w = randn(d.w, {.dtype = dtype, .requires_grad = true});
      const Tensor bias = round % 2 ? randn({d.w[0]}, {.dtype = dtype}) : Tensor();
      const Tensor dy = randn(conv2d(x, w, bias, d.options).shape(), {.dtype = dtype});
      const Tensors expected = compute_by_reference(x, w, bias, attributes_of(d.options), dy);
      for (const char* name : {"auto", "loops", "rows", "im2col", "direct"}) {
        if (dtype != DType::f32 && std::string_view(name) == "direct") continue;
        INFO("round " << round << ", " << name << ", input " << to_string(d.x) << ", weight "
                      << to_string(d.w) << ", stride " << d.options.stride.height << ","
                      << d.options.stride.width);
        AlgorithmGuard guard("conv2d", name);
        if (LIMPID_HAS_ONEDNN == 0 && std::string_view(name) == "direct") continue;
        const Tensors found = compute(x, w, bias, d.options, dy);
        for (std::size_t i = 0; i < 3; ++i)
          CHECK(difference(found[i], expected[i], bound(expected[i], 200)) == "");
      }
    }
  }
}

TEST_CASE("conv2d: same and valid padding") {
  const Tensor x = randn({2, 3, 5, 8}), w = randn({4, 3, 2, 3});
  CHECK(conv2d(x, w, {}, {.padding = "valid"}).shape() == Shape{2, 4, 4, 6});
  const Tensor same = conv2d(x, w, {}, {.padding = "same"});
  CHECK(same.shape() == Shape{2, 4, 5, 8});
  Conv2d below;  // the odd row of zeros goes below: top 0, left 1, bottom 1, right 1
  below.padding = {0, 1, 1, 1};
  const Tensor inputs[] = {x, w, Tensor()};
  const Tensor expected = run_reference(any(below), inputs)[0];
  CHECK(difference(same, expected, bound(expected, 50)) == "");
  CHECK_THROWS_WITH_AS(conv2d(x, w, {}, {.stride = 2, .padding = "same"}),
                       doctest::Contains("padding 'same' needs stride 1"), ValueError);
  CHECK_THROWS_WITH_AS(conv2d(x, w, {}, {.padding = "full"}),
                       doctest::Contains("'full'; it must be numbers, 'same' or 'valid'"),
                       ValueError);
  CHECK_THROWS_WITH_AS(
      conv2d(x, w, {}, {.padding = "same", .dilation = {std::int64_t{1} << 62, 4}}),
      doctest::Contains("dilation (4611686018427387904, 4) is impossibly large"), ValueError);
}

TEST_CASE("conv2d: an algorithm that cannot run is refused, not replaced") {
  const Tensor x = randn({1, 2, 5, 5}, {.dtype = DType::f64}),
               w = randn({3, 2, 3, 3}, {.dtype = DType::f64});
  AlgorithmGuard guard("conv2d", "direct");
  CHECK_THROWS_WITH_AS(conv2d(x, w),
                       doctest::Contains("algorithm 'direct' was asked for but cannot run"),
                       ValueError);
  const AlgorithmPlan plan = plan_of(x.shape(), w.shape(), {}, DType::f64);
  CHECK(plan.chosen.empty());
}

TEST_CASE("conv2d: the plan says what runs and why the rest does not") {
  const AlgorithmPlan large = plan_of({8, 64, 56, 56}, {64, 64, 3, 3});
  CHECK(large.chosen == "winograd");
  REQUIRE(large.ladder.size() == 6);
  for (const AlgorithmPlan::Step& step : large.ladder)
    CHECK(step.reason.empty() == (step.name == large.chosen));
  const AlgorithmPlan strided = plan_of({8, 64, 56, 56}, {64, 64, 3, 3}, {.stride = {2, 2}});
  CHECK(strided.chosen == (LIMPID_HAS_ONEDNN ? "direct" : "im2col"));
  const AlgorithmPlan wide = plan_of({8, 64, 56, 56}, {64, 64, 3, 3}, {}, DType::f64);
  CHECK(wide.chosen == "im2col");
  CHECK(!wide.ladder[3].reason.empty());
  CHECK(plan_of({1, 4, 6, 6}, {4, 1, 3, 3}, {.groups = 4}, DType::f64).chosen == "rows");
  CHECK(plan_of({1, 32, 6, 6}, {32, 1, 3, 3}, {.groups = 32}).chosen == "depthwise");
  CHECK(plan_of({1, 32, 6, 6}, {32, 2, 3, 3}, {.groups = 16}).chosen != "depthwise");
  CHECK(has(to_string(large), str(large.chosen, " (")));
  AlgorithmGuard guard("conv2d", "loops");
  const AlgorithmPlan named = plan_of({8, 64, 56, 56}, {64, 64, 3, 3});
  CHECK(named.chosen == "loops");
  CHECK(has(named.ladder[1].reason, "'loops' was asked for"));
}

TEST_CASE("conv2d: what suits few channels") {
  const char* const direct = LIMPID_HAS_ONEDNN ? "direct" : "depthwise";
  const auto depthwise = [](std::int64_t channels, std::int64_t size, DType dtype = DType::f32) {
    return plan_of({8, channels, size, size}, {channels, 1, 3, 3}, {.groups = channels}, dtype)
        .chosen;
  };
  CHECK(depthwise(3, 6) != "depthwise");
  CHECK(depthwise(4, 6) == "depthwise");
  CHECK(depthwise(8, 56) == direct);
  CHECK(depthwise(16, 56) == "depthwise");
  CHECK(depthwise(32, 56, DType::bf16) == "depthwise");
  CHECK(plan_of({1, 4, 6, 6}, {8, 1, 3, 3}, {.groups = 4}, DType::f64).chosen == "im2col");
  if (!LIMPID_HAS_ONEDNN) return;
  CHECK(input_gradient_plan_of({64, 4, 10, 10}, {1, 4, 3, 3}).chosen == "direct");
  CHECK(input_gradient_plan_of({64, 4, 10, 10}, {2, 4, 3, 3}).chosen == "im2col");
  CHECK(input_gradient_plan_of({64, 8, 10, 10}, {2, 8, 3, 3}).chosen == "direct");
}

TEST_CASE("conv2d: what Winograd's tiles suit") {
  const auto winograd = [](const Shape& x, const Shape& w, const ConvAttributes& op = {}) {
    return plan_of(x, w, op).chosen == "winograd";
  };
  CHECK(winograd({8, 16, 56, 56}, {16, 16, 3, 3}));
  CHECK(!winograd({8, 15, 56, 56}, {64, 15, 3, 3}));
  CHECK(winograd({8, 64, 56, 56}, {20, 64, 3, 3}));
  CHECK(!winograd({8, 64, 56, 56}, {18, 64, 3, 3}));  // 14 of 32 columns would be zeros
  CHECK(winograd({8, 20, 56, 56}, {64, 20, 3, 3}));
  CHECK(winograd({1, 64, 18, 18}, {64, 64, 3, 3}));
  CHECK(!winograd({1, 64, 14, 14}, {64, 64, 3, 3}));  // too few tiles
  for (const ConvAttributes& op :
       {ConvAttributes{.stride = {2, 1}}, ConvAttributes{.stride = {1, 2}},
        ConvAttributes{.dilation = {2, 1}}, ConvAttributes{.dilation = {1, 2}}})
    CHECK(!winograd({8, 64, 56, 56}, {64, 64, 3, 3}, op));
}

TEST_CASE("conv2d: the plan of a gradient of the image") {
  const auto plan = [](std::int64_t in, std::int64_t out, const Shape& stride) {
    return input_gradient_plan_of({8, in, 57, 57}, {out, in, 3, 3}, stride).chosen;
  };
  for (const Shape& stride : {Shape{2, 2}, Shape{1, 2}, Shape{2, 1}}) {
    CHECK(plan(64, 64, stride) == "im2col");
    CHECK((plan(64, 63, stride) == "direct") == (LIMPID_HAS_ONEDNN == 1));
    CHECK((plan(63, 64, stride) == "direct") == (LIMPID_HAS_ONEDNN == 1));
  }
  CHECK(plan(64, 64, {1, 1}) == "winograd");
  const Shape row{8, 64, 1, 57}, kernel{64, 64, 1, 3};
  CHECK(input_gradient_plan_of(row, kernel, {1, 2}).chosen ==
        (LIMPID_HAS_ONEDNN ? "direct" : "im2col"));
  // 64 pixels from 144, and below from 121
  CHECK(input_gradient_plan_of({64, 20, 12, 12}, {50, 20, 5, 5}).chosen == "im2col");
  CHECK(input_gradient_plan_of({64, 16, 12, 12}, {50, 16, 5, 5}).chosen == "im2col");
  if (!LIMPID_HAS_ONEDNN) return;
  CHECK(input_gradient_plan_of({64, 20, 11, 11}, {50, 20, 4, 4}).chosen == "direct");
  CHECK(input_gradient_plan_of({64, 15, 12, 12}, {50, 15, 5, 5}).chosen == "direct");
  CHECK(input_gradient_plan_of({64, 16, 12, 12}, {15, 16, 5, 5}).chosen == "direct");
}

TEST_CASE("conv2d: patches of large kernels take no more memory than those of small ones") {
  const Tensor w = ones({16, 16, 40, 40}), dy = ones({1, 16, 24, 24});
  Conv2dInputGradient card;
  card.size = {63, 63};
  reset_peak_memory();
  const std::size_t before = memory_stats().peak_in_use;
  const Tensor dx = apply(card, dy, w);
  CHECK(memory_stats().peak_in_use - before < std::size_t{1} << 25);
  CHECK(dx[0][0][31][31].item<float>() == 16 * 24 * 24);
}

TEST_CASE("conv2d: the plan of a gradient of the weight") {
  const auto plan = [](const Shape& x, const Shape& dy, const Shape& stride = {1, 1}) {
    Conv2dWeightGradient card;
    card.kernel_size = {3, 3};
    card.stride = stride;
    const Shape inputs[] = {x, dy};
    return algorithm_plan(any(card), inputs).chosen;
  };
  CHECK(plan({8, 64, 56, 56}, {8, 64, 54, 54}) == "winograd");
  CHECK(plan({1, 64, 18, 18}, {1, 64, 16, 16}) == "winograd");
  CHECK(plan({1, 64, 14, 18}, {1, 64, 12, 16}) != "winograd");  // 12 tiles are too few
  CHECK(plan({8, 32, 57, 57}, {8, 64, 28, 28}, {2, 2}) == "im2col");
  CHECK(plan({8, 32, 57, 30}, {8, 64, 28, 28}, {2, 1}) == "im2col");
  CHECK(plan({8, 32, 30, 57}, {8, 64, 28, 28}, {1, 2}) == "im2col");
  if (LIMPID_HAS_ONEDNN) CHECK(plan({8, 31, 57, 57}, {8, 64, 28, 28}, {2, 2}) == "direct");
}

TEST_CASE("conv2d: bfloat16 is computed as such by oneDNN alone") {
  const auto plan = [] { return plan_of({8, 64, 56, 56}, {64, 64, 3, 3}, {}, DType::bf16).chosen; };
  ConvProblem problem;
  problem.dtype = DType::bf16;
  const bool can = kConvDirect.cannot(problem).empty();
  CHECK(plan() == (can ? "direct" : "winograd"));
  for (const char* name : {"winograd", "im2col"}) {
    const AlgorithmGuard guard("conv2d", name);
    CHECK(plan() == name);
  }
}

TEST_CASE("conv2d: second derivatives go through all three cards") {
  // y = sum(conv(x, w)^2) is quadratic in x, so its second derivative along v is 2 conv(v, w)^2.
  const Tensor x = randn({1, 2, 5, 6}, {.dtype = DType::f64, .requires_grad = true});
  const Tensor w = randn({3, 2, 3, 2}, {.dtype = DType::f64, .requires_grad = true});
  const Tensor v = randn({1, 2, 5, 6}, {.dtype = DType::f64});
  const Conv2dOptions options{.stride = {2, 1}, .padding = 1};
  const Tensor y = conv2d(x, w, {}, options);
  const Tensor loss = (y * y).sum(), inputs[] = {x}, outputs[] = {loss};
  const Tensor dx = grad(outputs, inputs, {}, {.create_graph = true})[0];
  const Tensor along[] = {(dx * v).sum()};
  const Tensor hessian_v = grad(along, inputs)[0];
  const Tensor moved = conv2d(v, w.detach(), {}, options);
  CHECK((hessian_v * v).sum().item() == doctest::Approx(2 * (moved * moved).sum().item()));
}

TEST_CASE("conv2d: a gradient that is constant is a function of its input all the same") {
  const Tensor x = randn({1, 2, 5, 6}), w = randn({3, 2, 3, 2});
  for (const bool of_image : {false, true}) {
    const Tensor input = (of_image ? x : w).detach().requires_grad_();
    const Tensor y = of_image ? conv2d(input, w) : conv2d(x, input);
    const Tensor outputs[] = {y.sum()}, inputs[] = {input};
    CHECK(grad(outputs, inputs, {}, {.create_graph = true})[0].requires_grad());
  }
}

TEST_CASE("conv2d: infinite weights do not meet the zeros of the padding") {
  const AlgorithmGuard guard("conv2d", "im2col");
  for (const DType dtype : {DType::f32, DType::f64})
    for (std::int64_t k = 0; k < 27; ++k) {
      Tensor w = ones({27}, {.dtype = dtype});
      w[k].fill_(INFINITY);
      const Tensor y =
          conv2d(ones({1, 3, 4, 4}, {.dtype = dtype}), w.view({1, 3, 3, 3}), {}, {.padding = 1});
      INFO(dtype << ", weight " << k);
      CHECK(!isnan(y).any().item<bool>());
    }
}

TEST_CASE("conv2d: sizes at their limits") {
  const Tensor x = randn({1, 1, 3, 4}), w = randn({1, 1, 1, 1});
  const std::int64_t most = std::int64_t{1} << 40;
  CHECK(conv2d(x, w, {}, {.stride = most}).shape() == Shape{1, 1, 1, 1});
  CHECK(conv2d(x, w, {}, {.dilation = most}).shape() == x.shape());
  CHECK(conv1d(x.select(2, 0), w[0], {}, {.stride = std::int64_t{1} << 30}).size(-1) == 1);
  Conv2dInputGradient none;  // of an image that is all padding
  none.size = {3, 0}, none.padding = {0, 1};
  CHECK(apply(none, randn({1, 1, 3, 2}), w).shape() == Shape{1, 1, 3, 0});
}

TEST_CASE("conv2d: as many threads as there are, more than there are images, or fewer") {
  const int before = get_num_threads();
  for (const Shape& w_shape : {Shape{6, 4, 3, 3}, Shape{6, 4, 1, 1}})
    for (const char* name : {"loops", "rows", "im2col", "auto"}) {
      const AlgorithmGuard guard("conv2d", name);
      for (const std::int64_t batch : {1, 2, 9}) {
        const Tensor x = randn({batch, 4, 40, 40}, {.requires_grad = true}),
                     w = randn(w_shape, {.requires_grad = true});
        set_num_threads(1);
        const Tensor dy = randn(conv2d(x, w).shape());
        const double terms = static_cast<double>(dy.numel()) / 6;  // of a weight's gradient
        const Tensors one = compute(x, w, {}, {}, dy);
        for (const int threads : {2, 3}) {
          INFO(name << ", batch " << batch << ", threads " << threads);
          set_num_threads(threads);
          const Tensors several = compute(x, w, {}, {}, dy);
          for (std::size_t i = 0; i < 3; ++i)
            CHECK(difference(several[i], one[i], bound(one[i], terms)) == "");
        }
      }
    }
  set_num_threads(before);
}

TEST_CASE("conv2d: several threads at once") {
  const Tensor x = randn({4, 16, 12, 12}), w = randn({16, 16, 3, 3});
  const Tensor expected = conv2d(x, w, {}, {.padding = 1});
  std::vector<std::thread> threads;
  std::vector<std::string> differences(4);
  for (std::size_t t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      NoGrad guard;
      for (int i = 0; i < 20; ++i) {
        const Tensor found = conv2d(x, w, {}, {.padding = 1});
        differences[t] += difference(found, expected, bound(expected, 100));
      }
    });
  for (std::thread& thread : threads) thread.join();
  for (const std::string& text : differences) CHECK(text == "");
}

}  // namespace limpid::conv_test
