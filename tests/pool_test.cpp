// The ladders of max and average pooling: every algorithm against the reference, forward and
// backward, over random shapes; and what poolings promise beyond the battery.

// covers: max_pool2d, avg_pool2d, adaptive_pool, pooling, fold
#include <doctest/doctest.h>

#include <random>

#include "limpid/autograd/engine.h"
#include "limpid/core/error.h"
#include "limpid/ops/adaptive_pool/adaptive_pool.h"
#include "limpid/ops/algorithms.h"
#include "limpid/ops/avg_pool2d/avg_pool2d.h"
#include "limpid/ops/max_pool2d/max_pool2d.h"
#include "limpid/ops/max_pool2d/take_larger.h"
#include "limpid/ops/ops.h"
#include "limpid/ops/pooling/mean_loops.h"
#include "limpid/tensor/creation.h"
#include "tests/op_harness.h"

namespace limpid::pool_test {

using namespace testing;

namespace {

struct Drawn {
  Shape x;
  IntPair kernel, stride, padding, dilation;
  bool ceil_mode;
};

/// Overlapping windows and gaps, padding, dilation, rows of every length.
Drawn draw(std::mt19937& random, bool dilated) {
  const auto pick = [&](int low, int high) -> std::int64_t {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  Drawn d{.x = {},
          .kernel = {pick(1, 4), pick(1, 5)},
          .stride = {pick(1, 4), pick(1, 4)},
          .padding = 0,
          .dilation = dilated ? IntPair(pick(1, 2), pick(1, 2)) : IntPair(1),
          .ceil_mode = pick(0, 1) == 1};
  d.padding = {pick(0, static_cast<int>(d.kernel.height / 2)),
               pick(0, static_cast<int>(d.kernel.width / 2))};
  d.x = {pick(1, 2), pick(1, 3), d.dilation.height * d.kernel.height + pick(0, 7),
         d.dilation.width * d.kernel.width + pick(0, 30)};
  return d;
}

/// y and the gradient of x under an algorithm, with dy of small whole numbers.
std::vector<Tensor> run(const AnyOp& op, const Tensor& x) {
  const Tensor inputs[] = {x};
  const Tensors y = apply(op, inputs);
  const Tensor dy = (arange(y[0].numel(), {.dtype = DType::f64}) * Scalar(0.25))
                        .to(y[0].dtype())
                        .reshape(y[0].shape());
  const Tensor outputs[] = {y[0]}, seeds[] = {dy};
  std::vector<Tensor> out(y.begin(), y.end());
  out.push_back(grad(outputs, inputs, seeds)[0]);
  return out;
}

Tensor bound(const Tensor& t, double terms) {
  return full(t.shape(), terms, {.dtype = DType::f64});
}

void compare(const char* name, const AnyOp& op, const Tensor& x) {
  const Tensor inputs[] = {x.detach()};
  const Tensors expected = run_reference(op, inputs);
  Tensor first;  // the gradient of the first rung, to which the others are held
  for (const std::string_view rung : algorithms(name)) {
    INFO(name << " " << rung << ", input " << to_string(x.shape()) << " of "
              << std::string(limpid::name_of(x.dtype())));
    const AlgorithmGuard guard(name, rung);
    const std::vector<Tensor> found = run(op, x);
    for (std::size_t i = 0; i < expected.size(); ++i)
      CHECK(difference(found[i], expected[i], bound(expected[i], 4)) == "");
    if (!first.defined()) first = found.back();
    CHECK(difference(found.back(), first, bound(first, 400)) == "");
  }
}

}  // namespace

TEST_CASE("max_pool2d: every algorithm agrees with the reference, forward and backward") {
  std::mt19937 random(2);
  for (int round = 0; round < 60; ++round) {
    const Drawn d = draw(random, true);
    const MaxPool2d op{d.kernel, d.stride, d.padding, d.dilation, d.ceil_mode};
    for (const DType dtype : {DType::f32, DType::f64, DType::f16}) {
      // Few different numbers, so that there are ties; every second map lies channels-last.
      const Tensor x = randint(-3, 4, d.x).to(dtype);
      const Tensor last = x.permute({0, 2, 3, 1}).contiguous().permute({0, 3, 1, 2});
      compare("max_pool2d", any(op), (round % 2 ? last : x).detach().requires_grad_());
    }
  }
}

TEST_CASE("max_pool2d: maps so large that places are written past the caches") {
  for (const std::int64_t channels : {64, 72, 83}) {  // lines of places, some apart, none
    INFO(channels << " channels");
    const Tensor x = randn({1, 182, 184, channels}).permute({0, 3, 1, 2});
    const auto by = [&](const char* algorithm) {
      const AlgorithmGuard guard("max_pool2d", algorithm);
      return max_pool2d_with_indices(x, 2);
    };
    const auto [values, places] = by("direct");
    const auto [expected_values, expected_places] = by("rows");
    REQUIRE(places.numel() >= 1 << 19);
    CHECK(equal(values, expected_values));
    CHECK(equal(places, expected_places));
  }
}

TEST_CASE("avg_pool2d: every algorithm agrees with the reference, forward and backward") {
  std::mt19937 random(3);
  for (int round = 0; round < 60; ++round) {
    const Drawn d = draw(random, false);
    const AvgPool2d op{d.kernel,    d.stride,       d.padding,
                       d.ceil_mode, round % 2 == 0, round % 5 ? 0 : 3};
    for (const DType dtype : {DType::f32, DType::f64}) {
      const Tensor x = randn(d.x, {.dtype = dtype, .requires_grad = true});
      compare("avg_pool2d", any(op), x);
    }
  }
}

TEST_CASE("max_pool2d: every algorithm takes NaN, infinities and integers alike") {
  const double inf = INFINITY, nan = NAN;
  const Tensor x = tensor({{nan, 1.0, -inf, -inf},
                           {2.0, nan, -inf, -inf},
                           {1.0, 1.0, inf, 0.0},
                           {1.0, 1.0, nan, inf}})
                       .reshape({1, 1, 4, 4});
  const Tensor whole = randint(-100, 100, {2, 3, 7, 9}), lowest = full({1, 1, 5, 5}, -inf);
  for (const std::string_view rung : algorithms("max_pool2d")) {
    INFO("algorithm " << rung);
    const AlgorithmGuard guard("max_pool2d", rung);
    for (const Tensor& input : {x, whole, lowest}) {
      const MaxPool2d op{3, 2, 1, 1, true};
      const Tensor inputs[] = {input};
      const Tensors expected = run_reference(any(op), inputs);
      const auto [values, indices] =
          max_pool2d_with_indices(input, 3, {.stride = 2, .padding = 1, .ceil_mode = true});
      CHECK(difference(values, expected[0], bound(expected[0], 0)) == "");
      CHECK(difference(indices, expected[1], bound(expected[1], 0)) == "");
    }
  }
}

TEST_CASE("poolings: an algorithm can be named, and the plan says which runs") {
  CHECK(ops_with_algorithms() ==
        std::vector<std::string_view>{"conv2d", "max_pool2d", "avg_pool2d"});
  CHECK(algorithms("avg_pool2d") ==
        std::vector<std::string_view>{"loops", "rows", "im2col", "direct"});
  const Shape inputs[] = {{8, 16, 64, 64}};
  const AlgorithmPlan plan = algorithm_plan(any(AvgPool2d{2, 2}), inputs);
  CHECK(plan.chosen == "direct");
  CHECK(plan.ladder.size() == 4);
  CHECK(plan.ladder[0].reason.find("to be read") != std::string::npos);
  CHECK(to_string(plan).find("direct (sums of rows, then of columns, in vectors): runs") !=
        std::string::npos);
  set_algorithm("max_pool2d", "rows");
  CHECK(algorithm("max_pool2d") == "rows");
  CHECK(algorithm("avg_pool2d") == "auto");  // each ladder has a choice of its own
  CHECK(algorithm_plan(any(MaxPool2d{2, 2}), inputs).chosen == "rows");
  set_algorithm("max_pool2d", "auto");
  CHECK(algorithm_plan(any(MaxPool2d{2, 2}), inputs).chosen == "direct");
  const Shape huge[] = {{1, 1, 65536, 65536}};
  CHECK(algorithm_plan(any(MaxPool2d{2, 2}), huge).chosen == "rows");
  const Shape vector[] = {{4}};
  CHECK_THROWS_WITH_AS(algorithm_plan(any(MaxPool2d{2, 2}), vector),
                       doctest::Contains("max_pool2d: input must be (N, C, H, W)"), ShapeError);
  CHECK_THROWS_WITH_AS(algorithm_plan(any(AvgPool2d{2, 0}), inputs),
                       doctest::Contains("avg_pool2d: stride must be at least 1"), ValueError);
  CHECK_THROWS_WITH_AS(algorithm_plan(any(AvgPool2d{2, 2}), {}),
                       doctest::Contains("avg_pool2d: input is undefined"), ValueError);
  CHECK_THROWS_WITH_AS(set_algorithm("softmax", "loops"),
                       doctest::Contains("'softmax' has no choice of algorithms; these have: "
                                         "conv2d, max_pool2d, avg_pool2d"),
                       ValueError);
}

TEST_CASE("poolings: sizes at the limits") {
  const std::int64_t most = std::int64_t{1} << 30, places = std::int64_t{1} << 31;
  const auto plan_of = [](std::int64_t height, std::int64_t width) {
    const Shape inputs[] = {{1, 1, height, width}};
    return algorithm_plan(any(MaxPool2d{1, 1}), inputs);
  };
  CHECK(plan_of(1, places - 1).chosen == "direct");  // the last place is 2^31 - 2
  CHECK(plan_of(1, places).chosen == "rows");
  const auto im2col = [&](std::int64_t width) {
    const AlgorithmPlan plan = plan_of(std::int64_t{1} << 20, width);
    REQUIRE(plan.ladder[2].name == "im2col");
    return plan.ladder[2].reason;
  };
  CHECK(im2col(std::int64_t{1} << 20) == "it copies every window and uses each copy once");
  CHECK(im2col((std::int64_t{1} << 20) + 1).find("more than 2^40") != std::string::npos);
  CHECK_THROWS_WITH_AS(max_pool2d(ones({1, 1, 2, 2}), {1, most + 1}),
                       doctest::Contains("kernel_size must be at most 2^30"), ValueError);
  const auto unpool = [](std::int64_t size) {  // of elements that are one in memory
    const Tensor x = zeros({1, 1}), index = zeros({1, 1}, {.dtype = DType::i64});
    return max_unpool1d(x.expand({1, size}), index.expand({1, size}), 1,
                        {.stride = 1, .padding = std::int64_t{1} << 30});
  };
  CHECK_THROWS_WITH_AS(unpool(most), doctest::Contains("use less padding"), ShapeError);
  CHECK_THROWS_WITH_AS(unpool(most + 1), doctest::Contains("the length is impossibly large"),
                       ShapeError);
}

TEST_CASE("poolings: a kernel may be far larger than the image") {
  const Tensor x = tensor(std::vector<double>{1, 2, 3, 4, 9, 6, 7, 8, 5}).reshape({1, 1, 3, 3});
  const IntPair kernel = std::int64_t{1} << 30, padding = std::int64_t{1} << 29;
  const Tensor inputs[] = {x};
  const auto check_max = [&](const Tensor& values, const Tensor& indices) {
    CHECK(equal(values, full({1, 1, 4, 4}, 9, {.dtype = x.dtype()})));
    CHECK(equal(indices, full({1, 1, 4, 4}, 4, {.dtype = DType::i64})));
  };
  const Tensor mean = full({1, 1, 4, 4}, 5, {.dtype = x.dtype()});
  const Tensors winners = run_reference(any(MaxPool2d{kernel, 1, padding}), inputs);
  check_max(winners[0], winners[1]);
  CHECK(equal(run_reference(any(AvgPool2d{kernel, 1, padding, false, true, 9}), inputs)[0], mean));
  for (const char* name : {"loops", "rows", "direct"}) {
    INFO("algorithm " << name);
    const AlgorithmGuard max_guard("max_pool2d", name), avg_guard("avg_pool2d", name);
    const Tensor leaf = x.clone().requires_grad_(), leaves[] = {leaf};
    const auto [values, indices] =
        max_pool2d_with_indices(leaf, kernel, {.stride = 1, .padding = padding});
    check_max(values.detach(), indices);
    const Tensor averages =
        avg_pool2d(leaf, kernel, {.stride = {1, 1}, .padding = padding, .divisor_override = 9});
    CHECK(equal(averages.detach(), mean));
    const Tensor sums[] = {(values + averages * 9).sum()};
    CHECK(
        equal(grad(sums, leaves)[0],
              tensor(std::vector<double>{16, 16, 16, 16, 32, 16, 16, 16, 16}).reshape(x.shape())));
  }
  for (const char* op : {"max_pool2d", "avg_pool2d"}) {
    const AlgorithmGuard guard(op, "im2col");
    const auto call = [&] {
      if (op == std::string_view("max_pool2d"))
        max_pool2d(x, kernel, {.stride = 1, .padding = padding});
      else avg_pool2d(x, kernel, {.stride = {1}, .padding = padding});
    };
    CHECK_THROWS_WITH_AS(
        call(), doctest::Contains("the matrix of windows would have more than 2^40 entries"),
        ValueError);
  }
}

TEST_CASE("avg_pool2d and adaptive_avg_pool2d: second derivatives") {
  // y is linear, so the gradient of sum(y^2) is 2 A^T A x, and its derivative along v is 2 |A v|^2.
  const Tensor x = randn({2, 2, 7, 6}, {.dtype = DType::f64, .requires_grad = true});
  const Tensor v = randn({2, 2, 7, 6}, {.dtype = DType::f64});
  const auto check = [&](auto f) {
    const Tensor y = f(x), loss = (y * y).sum(), inputs[] = {x}, outputs[] = {loss};
    const Tensor dx = grad(outputs, inputs, {}, {.create_graph = true})[0];
    const Tensor along[] = {(dx * v).sum()};
    const Tensor moved = f(v);
    CHECK((grad(along, inputs)[0] * v).sum().item() ==
          doctest::Approx(2 * (moved * moved).sum().item()));
  };
  check([](const Tensor& t) { return avg_pool2d(t, 3, {.stride = 2, .padding = 1}); });
  check([](const Tensor& t) { return adaptive_avg_pool2d(t, 4); });
}

TEST_CASE("avg_pool2d: a divisor left out is the size of the window") {
  CHECK(equal(avg_pool2d(full({1, 1, 4, 4}, 3.0), 2), full({1, 1, 2, 2}, 3.0)));
}

TEST_CASE("adaptive_avg_pool2d: a size left out stays") {
  const Tensor x = randn({1, 2, 5, 7});
  CHECK(adaptive_avg_pool2d(x, {std::nullopt, 3}).shape() == Shape{1, 2, 5, 3});
  CHECK(adaptive_max_pool2d(x, {2, std::nullopt}).shape() == Shape{1, 2, 2, 7});
  const Tensor volumes = randn({1, 2, 3, 5, 7});
  CHECK(equal(adaptive_avg_pool3d(volumes, {std::nullopt, std::nullopt, std::nullopt}), volumes));
}

TEST_CASE("the loop of max pooling writes as many channels as it is asked for, and no more") {
  constexpr std::int64_t kMost = 80;
  std::vector<float> x(4 * kMost);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>((i * 29) % 31);
  for (const SimdLevel level : available_simd_levels())
    for (const std::int64_t far_ahead : {0, 160})
      for (std::int64_t n = 1; n <= kMost; ++n) {
        INFO(std::string(name_of(level)) << ", " << n << " channels, ahead " << far_ahead);
        alignas(64) std::int64_t places[kMost + 8];
        std::vector<float> values(kMost + 1, -7);
        std::fill_n(places, kMost + 8, -7);
        const ChannelWindow window{.x = x.data(),
                                   .rows = 2,
                                   .columns = 2,
                                   .row_step = 2 * kMost,
                                   .column_step = kMost,
                                   .first = 10,
                                   .place_row = 20,
                                   .place_column = 1,
                                   .far_ahead = far_ahead};
        at_level(level, LIMPID_LEVELS(pool_loops)).window(window, n, values.data(), places);
        bool right = values[static_cast<std::size_t>(n)] == -7;
        for (std::int64_t i = n; i < kMost + 8; ++i) right &= places[i] == -7;
        for (std::int64_t c = 0; c < n; ++c) {
          std::int64_t best = 0;
          for (std::int64_t k = 1; k < 4; ++k)
            if (x[static_cast<std::size_t>(k * kMost + c)] >
                x[static_cast<std::size_t>(best * kMost + c)])
              best = k;
          right &= values[static_cast<std::size_t>(c)] ==
                       x[static_cast<std::size_t>(best * kMost + c)] &&
                   places[c] == 10 + best / 2 * 20 + best % 2;
        }
        CHECK(right);
      }
}

TEST_CASE("the loops of average pooling write as many sums as they are asked for, and no more") {
  const auto& loops = at_level(simd_level(), LIMPID_LEVELS(mean_loops_f32));
  const std::vector<float> x(32, 1);
  for (const int stride : {1, 2, 3})
    for (const int kernel : {1, 2, 3}) {
      std::vector<float> out(8, -1);
      loops.sum_windows(x.data(), stride, kernel, 7, out.data());
      CHECK(out[6] == static_cast<float>(kernel));
      CHECK(out[7] == -1);
    }
}

TEST_CASE("fold and unfold are each other's gradient") {
  const Tensor x = randn({2, 3, 6, 7}, {.dtype = DType::f64, .requires_grad = true});
  const FoldOptions o{.dilation = {2, 1}, .padding = 1, .stride = {1, 2}};
  const Tensor columns = unfold(x, 3, o), dy = randn(columns.shape(), {.dtype = DType::f64});
  const Tensor outputs[] = {columns}, inputs[] = {x}, seeds[] = {dy};
  const Tensor dx = grad(outputs, inputs, seeds)[0];
  CHECK(difference(fold(dy, {6, 7}, 3, o), dx, bound(dx, 10)) == "");
}

}  // namespace limpid::pool_test
