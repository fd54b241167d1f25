// Weights that kernels packed and keep: used while the weight stays as it is, never after it
// changed, freed with it.

// covers: conv2d, onednn
#include "limpid/backends/cpu/packed_weight.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <thread>
#include <vector>

#include "limpid/autograd/grad_mode.h"
#include "limpid/config.h"
#include "limpid/nn/conv.h"
#include "limpid/ops/algorithms.h"
#include "limpid/ops/ops.h"
#include "limpid/optim/optim.h"
#include "limpid/tensor/allocator.h"
#include "limpid/tensor/creation.h"
#include "tests/call.h"

namespace limpid::packed_weight_test {

using testing::Call;

namespace {

std::size_t packed() { return memory_stats().packed; }
double largest(const Tensor& t) { return t.abs().max().item(); }

/// Winograd's, and one for oneDNN where there is one.
struct Way {
  const char* algorithm;
  std::int64_t stride;
};
std::vector<Way> ways() {
  std::vector<Way> out = {{"winograd", 1}};
  if (LIMPID_HAS_ONEDNN) out.push_back({"direct", 2});
  return out;
}

Tensor compute(const Way& way, const Tensor& x, const Tensor& w, const char* by = nullptr) {
  const AlgorithmGuard guard("conv2d", by ? by : way.algorithm);
  return conv2d(x, w, {}, {.stride = way.stride, .padding = 1});
}
/// Whether the result is that of the weight as it is now.
bool is_right(const Way& way, const Tensor& x, const Tensor& w) {
  return largest(compute(way, x, w) - compute(way, x, w, "rows")) < 1e-3;
}

}  // namespace

TEST_CASE("packed weights: kept from the second call on, and freed with the weight") {
  const NoGrad guard;
  for (const Way& way : ways()) {
    INFO(std::string(way.algorithm));
    const std::size_t before = packed();
    const Tensor x = randn({2, 40, 9, 9});
    {
      const Tensor w = randn({48, 40, 3, 3});
      const Tensor first = compute(way, x, w);
      CHECK(packed() == before);
      const Tensor second = compute(way, x, w);
      const std::size_t kept = packed();
      CHECK(kept >= before + 4 * static_cast<std::size_t>(w.numel()));
      const Tensor third = compute(way, x, w);
      CHECK(packed() == kept);
      CHECK(largest(second - first) == 0);
      CHECK(largest(third - first) == 0);
      CHECK(is_right(way, randn({3, 40, 7, 9}), w));  // other images, the same weight
    }
    CHECK(packed() == before);
  }
}

TEST_CASE("packed weights: a weight may serve convolutions of different groups") {
  const NoGrad guard;
  const Tensor w = randn({64, 32, 3, 3});  // one panel, or two that are half full
  for (int i = 0; i < 3; ++i)
    for (std::int64_t groups = 1; groups <= 2; ++groups) {
      INFO("time " << i << ", " << groups << " groups");
      const Tensor x = randn({2, 32 * groups, 9, 9});
      const auto by = [&](const char* algorithm) {
        const AlgorithmGuard chosen("conv2d", algorithm);
        return conv2d(x, w, {}, {.padding = 1, .groups = groups});
      };
      CHECK(largest(by("winograd") - by("rows")) < 1e-3);
    }
}

TEST_CASE("packed weights: every change of the weight is seen") {
  const Shape shape{48, 40, 3, 3};
  const std::pair<const char*, Call<void(nn::Conv2d&)>> changes[] = {
      {"add_", [](nn::Conv2d& layer) { layer.weight.add_(1); }},
      {"copy_", [&](nn::Conv2d& layer) { layer.weight.copy_(randn(shape)); }},
      {"through a view", [](nn::Conv2d& layer) { layer.weight[3].fill_(2); }},
      {"through detach()", [](nn::Conv2d& layer) { layer.weight.detach().mul_(3); }},
      {"one element",
       [](nn::Conv2d& layer) {
         layer.weight.index_put_({0, 0, 0, 0}, full({}, 9));
       }},
      {"load_state_dict",
       [](nn::Conv2d& layer) {
         nn::Conv2d other(40, 48, 3, {.bias = false});
         layer.load_state_dict(other.state_dict());
       }},
      {"a step of SGD",
       [](nn::Conv2d& layer) {
         optim::SGD sgd(layer.parameters(), {.lr = 0.5});
         layer.weight.set_grad(randn(layer.weight.shape()));
         sgd.step();
       }},
      {"a step of Adam",
       [](nn::Conv2d& layer) {
         optim::Adam adam(layer.parameters(), {.lr = 0.5});
         layer.weight.set_grad(randn(layer.weight.shape()));
         adam.step();
       }},
      {"a pointer", [](nn::Conv2d& layer) { layer.weight.data<float>()[5] = 7; }},
  };
  for (const Way& way : ways())
    for (const auto& [name, change] : changes) {
      INFO(way.algorithm << ", " << name);
      const NoGrad guard;
      nn::Conv2d layer(40, 48, 3, {.bias = false});
      const Tensor x = randn({2, 40, 9, 9});
      const std::size_t before = packed();
      for (int i = 0; i < 3; ++i) CHECK(is_right(way, x, layer.weight));
      const std::size_t kept = packed();
      CHECK(kept > before);
      change(layer);
      for (int i = 0; i < 3; ++i) CHECK(is_right(way, x, layer.weight));
      CHECK(packed() <= kept);  // the old form is gone
    }
}

TEST_CASE("packed weights: a pointer that was handed out may change elements at any time") {
  const NoGrad guard;
  for (const Way& way : ways()) {
    const Tensor w = randn({48, 40, 3, 3}), x = randn({2, 40, 9, 9});
    float* const elements = w.data<float>();
    const std::size_t before = packed();
    for (int i = 0; i < 3; ++i) {
      elements[i] = 5;
      CHECK(is_right(way, x, w));
    }
    CHECK(packed() == before);
  }
}

TEST_CASE("packed weights: a convolution and its gradients each have their own form") {
  for (const Way& way : ways()) {
    const Tensor w = randn({48, 40, 3, 3});
    const auto gradient = [&](const Tensor& x, const char* algorithm) {
      const Tensor leaf = x.detach().requires_grad_();
      compute(way, leaf, w, algorithm).square().sum().backward();
      return leaf.grad();
    };
    for (int i = 0; i < 4; ++i) {
      const Tensor x = randn({2, 40, 9, 9}), expected = gradient(x, "rows");
      CHECK(largest(gradient(x, way.algorithm) - expected) < 1e-4 * largest(expected));
    }
  }
}

TEST_CASE("packed weights: training keeps nothing") {
  for (const Way& way : ways()) {
    const AlgorithmGuard guard("conv2d", way.algorithm);
    nn::Conv2d layer(40, 48, 3, {.stride = way.stride, .padding = 1});
    optim::SGD sgd(layer.parameters(), {.lr = 0.01});
    const Tensor x = randn({2, 40, 9, 9}).requires_grad_();
    const std::size_t before = packed();
    for (int i = 0; i < 4; ++i) {
      sgd.zero_grad();
      layer(x).sum().backward();
      sgd.step();
      CHECK(packed() == before);
    }
  }
}

TEST_CASE(
    "packed weights: weights that share memory, each with its own form, the latest few kept") {
  const NoGrad guard;
  for (const Way& way : ways()) {
    const Tensor all = randn({8, 48, 40, 3, 3}), x = randn({2, 40, 9, 9});
    const std::size_t before = packed();
    std::size_t of_one = 0;
    for (int i = 0; i < 8; ++i)
      for (int call = 0; call < 3; ++call) {
        CHECK(is_right(way, x, all[i]));
        if (i == 0) of_one = packed() - before;
      }
    CHECK(of_one > 0);
    CHECK(packed() - before == 4 * of_one);
    const Tensor turned = all[0].transpose(2, 3);  // not contiguous: not kept, and right
    for (int call = 0; call < 3; ++call) CHECK(is_right(way, x, turned));
  }
}

TEST_CASE("packed weights: one weight, several threads") {
  const NoGrad guard;
  for (const Way& way : ways()) {
    const Tensor w = randn({48, 40, 3, 3}), x = randn({2, 40, 9, 9});
    const Tensor expected = compute(way, x, w);
    std::vector<int> good(4, 0);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < good.size(); ++t)
      threads.emplace_back([&, t] {
        const NoGrad inside;
        bool all_good = true;
        for (int i = 0; i < 5; ++i) all_good &= largest(compute(way, x, w) - expected) < 1e-4;
        good[t] = all_good;
      });
    for (std::thread& thread : threads) thread.join();
    for (int g : good) CHECK(g);
  }
}

TEST_CASE("packed weights: no more than the limit") {
  if (std::getenv("LIMPID_PACKED_WEIGHTS_MB")) return;
  const Tensor w = ones({4});
  const AnyView view = w->as_view();
  constexpr std::size_t bytes = 64, most = std::size_t{1} << 30;
  const auto has_room_beside = [&](std::size_t others) {
    const auto more = static_cast<std::ptrdiff_t>(others - packed());
    count_packed(more);
    const bool has = static_cast<bool>(PackedWeight(&view, "of a test", 0, bytes));
    count_packed(-more);
    return has;
  };
  CHECK_FALSE(has_room_beside(0));  // seen for the first time
  CHECK(has_room_beside(most - bytes));
  CHECK_FALSE(has_room_beside(most - bytes + 1));
}

}  // namespace limpid::packed_weight_test
