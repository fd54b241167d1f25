// Functions around the backward of one node: added, called in their order, and taken away.

// covers: engine
#include "limpid/autograd/node_hooks.h"

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"

namespace limpid::node_hooks_test {

TEST_CASE("node hooks: called in their order, until they are taken away, and gone with the node") {
  Tensor x = ones({2}).requires_grad_();
  Tensor y = x * 3;
  Node& node = *y->node();
  std::string calls;
  const auto before = [&](const char* name) {
    return add_hook_before(node, [&calls, name](std::span<Tensor>) { calls += name; });
  };
  const auto after = [&](const char* name) {
    return add_hook_after(
        node, [&calls, name](std::span<Tensor>, std::span<const Tensor>) { calls += name; });
  };
  const auto called = [&] {
    calls.clear();
    y.sum().backward({}, {.retain_graph = true});
    return calls;
  };
  CHECK(called() == "");
  const std::int64_t a = before("a"), c = after("c");
  const std::int64_t b = before("b"), d = after("d");
  CHECK(called() == "abcd");
  remove_node_hook(a);
  CHECK(called() == "bcd");
  remove_node_hook(c);
  remove_node_hook(c);
  CHECK(called() == "bd");

  int looks = 0;
  each_hook_of(node, [&](const NodeHooks& hooks) {
    ++looks;
    CHECK(hooks.before.size() == 1);
    CHECK(hooks.after.size() == 1);
    std::thread([&] {  // not while another looks
      each_hook_of(node, [&](const NodeHooks&) { ++looks; });
    })
        .join();
  });
  CHECK(looks == 1);
  const Tensor other = x * 2;
  each_hook_of(*other->node(), [&](const NodeHooks&) { ++looks; });
  CHECK(looks == 1);
  y = Tensor();
  remove_node_hook(b);
  remove_node_hook(d);
  each_hook_of(node, [&](const NodeHooks&) { ++looks; });  // the address alone
  CHECK(looks == 1);
}

TEST_CASE("node hooks: a gradient that they take away goes no further") {
  Tensor x = ones({2}).requires_grad_();
  const Tensor y = x.exp(), z = x * 3;
  const auto take = [](std::span<Tensor> dy) { dy[0] = Tensor(); };
  int calls = 0;
  add_hook_before(*y->node(), take);
  add_hook_after(*y->node(), [&](std::span<Tensor> dx, std::span<const Tensor> dy) {
    ++calls;
    CHECK_FALSE(dx[0].defined());
    CHECK_FALSE(dy[0].defined());
  });
  (y + z).sum().backward({}, {.retain_graph = true});
  CHECK(calls == 1);
  CHECK(x.grad().to_vector<float>() == std::vector<float>{3, 3});
  add_hook_before(*x->node(), take);
  (y + z).sum().backward();
  CHECK(x.grad().to_vector<float>() == std::vector<float>{3, 3});
}

TEST_CASE("node hooks: after a node gradients have the shapes of its inputs, broadcast or not") {
  const Tensor one = ones({1}).requires_grad_(), two = ones({2}).requires_grad_();
  const Tensor y = two * one;
  int calls = 0;
  add_hook_after(*y.impl()->node(), [&](std::span<Tensor> dx, std::span<const Tensor> dy) {
    ++calls;
    REQUIRE(dx.size() == 2);
    CHECK(dx[0].to_vector<float>() == std::vector<float>{1, 1});
    CHECK(dx[1].to_vector<float>() == std::vector<float>{2});
    CHECK(dy.size() == 1);
  });
  y.sum().backward();
  CHECK(calls == 1);
  CHECK(one.grad().to_vector<float>() == std::vector<float>{2});
}

TEST_CASE("node hooks: those of a leaf see its gradient, before and after it is added") {
  const Tensor x = ones({2}).requires_grad_();
  std::vector<float> seen;
  add_hook_before(*x.impl()->node(), [](std::span<Tensor> dy) { dy[0] = dy[0] * 2; });
  add_hook_after(*x.impl()->node(), [&](std::span<Tensor> dx, std::span<const Tensor> dy) {
    CHECK(dx.empty());
    REQUIRE(dy.size() == 1);
    CHECK(x.grad().defined());
    seen = dy[0].to_vector<float>();
  });
  (x * 3).sum().backward();
  CHECK(seen == std::vector<float>{6, 6});
  CHECK(x.grad().to_vector<float>() == seen);
}

}  // namespace limpid::node_hooks_test
