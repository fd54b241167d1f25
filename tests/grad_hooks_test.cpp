// Hooks of tensors and of leaves.

// covers: engine, leaf, node, tensor_autograd
#include <doctest/doctest.h>

#include "limpid/autograd/engine.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/autograd/leaf.h"
#include "limpid/core/str.h"
#include "tests/autograd_parts.h"
#include "tests/thrown.h"

namespace limpid::grad_hooks_test {

using namespace testing;

// ---- hooks

TEST_CASE("hooks: called once a pass with the complete gradient, in order") {
  Tensor x = number(2);
  Tensor y = x * x;
  std::vector<std::string> calls;
  y.register_hook([&](const Tensor& g) {
    calls.push_back(str("first ", g.item()));
    return Tensor();
  });
  y.register_hook([&](const Tensor& g) {
    calls.push_back(str("second ", g.item()));
    return Tensor();
  });
  x.register_hook([&](const Tensor& g) {
    calls.push_back(str("leaf ", g.item()));
    return Tensor();
  });
  (y * y + y + y).backward({}, {.retain_graph = true});  // dy = 2y + 2 = 10, dx = 10 * 2x = 40
  CHECK(calls == std::vector<std::string>{"first 10", "second 10", "leaf 40"});
  CHECK(x.grad().item() == 40);
  (y + y).backward();
  CHECK(calls.size() == 6);
  CHECK(calls[3] == "first 2");
}

TEST_CASE("hooks: replace gradients, one after the other, and can be removed") {
  Tensor x = tensor({1.0, 2.0}, kLeaf);
  const std::int64_t twice = x.register_hook([](const Tensor& g) { return g + g; });
  const std::int64_t plus = x.register_hook([](const Tensor& g) { return g + ones({2}); });
  x.sum().backward();
  CHECK(elements(x.grad()) == Doubles{3, 3});
  x.remove_hook(twice);
  x.zero_grad();
  x.sum().backward();
  CHECK(elements(x.grad()) == Doubles{2, 2});
  x.remove_hook(plus);
  x.zero_grad();
  x.sum().backward();
  CHECK(elements(x.grad()) == Doubles{1, 1});
  CHECK_SAYS(ValueError, str("remove_hook: this tensor has no hook number ", plus),
             x.remove_hook(plus));
  CHECK_SAYS(ValueError, "has no hook number", ones({1}).remove_hook(1));
  CHECK_SAYS(ValueError, "register_hook: there is no hook to call", x.register_hook(nullptr));
  CHECK_SAYS(GraphError, "register_hook: this tensor does not require grad",
             ones({1}).register_hook([](const Tensor& g) { return g; }));
}

TEST_CASE("hooks: a replaced gradient flows on, and reaches grad() too") {
  Tensor x = number(3);
  Tensor y = x * x;
  y.register_hook([](const Tensor& g) { return g * full({}, 10.0); });
  y.backward({}, {.retain_graph = true});
  CHECK(x.grad().item() == 60);
  const Tensor in[] = {y, x};
  const std::vector<Tensor> g = grad(std::span(&y, 1), in);
  CHECK(g[0].item() == 10);
  CHECK(g[1].item() == 60);
}

TEST_CASE("hooks: bad results are refused") {
  Tensor x = zeros({2}, kLeaf);
  const std::int64_t id = x.register_hook([](const Tensor&) { return ones({3}); });
  CHECK_SAYS(ShapeError, "a hook on a tensor of shape (2,) returned a gradient of shape (3,)",
             x.sum().backward());
  x.remove_hook(id);
  x.register_hook([](const Tensor& g) { return g.to(DType::f64); });
  CHECK_SAYS(DTypeError, "a hook on a gradient of float32 (2,) returned one of float64 (2,)",
             x.sum().backward());
  CHECK(!x.grad().defined());
}

TEST_CASE("hooks: one that throws stops the pass and breaks nothing") {
  Tensor x = number(2), w = number(5);
  Tensor y = x * x;
  bool armed = true;
  y.register_hook([&](const Tensor&) -> Tensor {
    if (armed) throw std::runtime_error("from a hook");
    return {};
  });
  bool caught = false;
  try {
    (y * w).backward({}, {.retain_graph = true});
  } catch (const std::runtime_error& e) {
    caught = std::string(e.what()) == "from a hook";
  }
  CHECK(caught);
  CHECK(!x.grad().defined());
  CHECK(!w.grad().defined());  // its gradient was complete, but the pass failed
  armed = false;
  (y * w).backward();
  CHECK(x.grad().item() == 20);
  CHECK(w.grad().item() == 4);
}

TEST_CASE("hooks: one that removes itself, and one that adds another") {
  Tensor x = number(1);
  std::int64_t id = 0;
  int calls = 0, later = 0;
  id = x.register_hook([&](const Tensor&) {
    ++calls;
    x.remove_hook(id);
    x.register_hook([&](const Tensor&) {
      ++later;
      return Tensor();
    });
    return Tensor();
  });
  (x + x).backward();
  CHECK(calls == 1);
  CHECK(later == 0);  // from the next pass on
  (x + x).backward();
  CHECK(calls == 1);
  CHECK(later == 1);
}

TEST_CASE("hooks: a backward inside a hook") {
  Tensor x = number(3), w = number(4);
  Tensor y = x * x;
  y.register_hook([&](const Tensor&) {
    EnableGrad record;
    (w * w).backward();
    return Tensor();
  });
  (y + y).backward();
  CHECK(x.grad().item() == 12);
  CHECK(w.grad().item() == 8);
  Tensor z = number(2);  // and one into the leaf that the outer pass is filling
  Tensor q = z * z;
  q.register_hook([&](const Tensor&) {
    EnableGrad record;
    (z + z).backward();
    return Tensor();
  });
  q.backward();
  CHECK(z.grad().item() == 4 + 2);
}

TEST_CASE("leaves call hooks after their gradient was added, and those may change hooks") {
  Tensor x = number(1);
  auto& leaf = static_cast<Leaf&>(*x->node());
  std::vector<double> seen;
  const std::int64_t first = leaf.add_hook([&] { seen.push_back(x.grad().item()); });
  std::int64_t second = 0;
  second = leaf.add_hook([&] {
    seen.push_back(-1);
    leaf.remove_hook(second);
  });
  int hooks = 0;
  leaf.each_hook([&](const Leaf::Hook&) { ++hooks; });
  CHECK(hooks == 2);
  (x * number(2)).backward();
  (x * number(3)).backward();
  CHECK(seen == std::vector<double>{2, -1, 5});
  leaf.remove_hook(first);
  leaf.remove_hook(first);  // nothing
  x.zero_grad();
  (x * number(3)).backward();
  CHECK(seen.size() == 3);
  leaf.add_hook([&] { seen.push_back(7); });
  const Tensor y = x * number(3);
  x = Tensor();  // and with it the place of the gradient
  y.backward();
  CHECK(seen.size() == 3);
}

TEST_CASE("hooks of a leaf that were dropped are called no more") {
  const Tensor x = number(1);
  auto& leaf = static_cast<Leaf&>(*x->node());
  int calls = 0;
  leaf.add_hook([&] { ++calls; });
  leaf.drop_hooks();
  (x * number(2)).backward();
  CHECK(calls == 0);
}

}  // namespace limpid::grad_hooks_test
