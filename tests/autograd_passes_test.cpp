// Passes over big graphs; passes that fail, nest, run side by side or are interrupted.

// covers: engine, node, leaf, anomaly
#include <doctest/doctest.h>
#include <pthread.h>

#include <atomic>
#include <thread>

#include "limpid/autograd/anomaly.h"
#include "limpid/autograd/engine.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/autograd/leaf.h"
#include "limpid/core/interrupt.h"
#include "limpid/tensor/allocator.h"
#include "tests/autograd_parts.h"
#include "tests/thrown.h"

namespace limpid::autograd_passes_test {

using namespace testing;

namespace {

/// Far more than a recursion could go down on a small stack; a tenth is still so, where sanitizers
/// look at every block.
constexpr int kMany = detail::kPooling ? 1000000 : 100000;

/// Memory in use after `count` calls of `f`, less that after a few: 0 unless f leaks.
template <class F>
std::int64_t growth(int count, F&& f) {
  for (int i = 0; i < 50; ++i) f();
  const std::size_t before = memory_stats().in_use;
  for (int i = 0; i < count; ++i) f();
  return static_cast<std::int64_t>(memory_stats().in_use) - static_cast<std::int64_t>(before);
}

/// Runs `f` in a thread with a stack of 256 KiB.
template <class F>
void on_small_stack(F f) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 256 << 10);
  pthread_t thread;
  REQUIRE(pthread_create(
              &thread, &attributes,
              [](void* p) -> void* {
                (*static_cast<F*>(p))();
                return nullptr;
              },
              &f) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

}  // namespace

// ---- big graphs

TEST_CASE("autograd: a diamond of 60 levels runs every node once") {
  std::atomic<int> runs = 0;
  Tensor x = number(1);
  Tensor y = x * x;
  for (int level = 0; level < 60; ++level) {
    const Tensor p = probe(y, runs);
    y = p + p;
  }
  y.backward();
  CHECK(runs == 60);
  CHECK(x.grad().item() == 2 * std::ldexp(1.0, 60));
}

TEST_CASE("autograd: a million ops on a small stack") {
  double gradient = 0;
  const std::size_t before = memory_stats().in_use;
  on_small_stack([&] {
    Tensor x = number(1.5);
    const Tensor one = ones({});
    Tensor y = x;
    for (int i = 0; i < kMany; ++i) y = y + one;
    y.backward();
    gradient = x.grad().item();
  });
  CHECK(gradient == 1);
  CHECK(memory_stats().in_use == before);
  on_small_stack([&] {  // destroyed without a backward
    Tensor y = number(1.5) + ones({});
    for (int i = 0; i < kMany; ++i) y = y * y;
  });
  CHECK(memory_stats().in_use == before);
}

TEST_CASE("autograd: a million views of views on a small stack") {
  const std::size_t before = memory_stats().in_use;
  double gradient = 0, changed = 0;
  on_small_stack([&] {
    Tensor x = ones({2, 3}, kLeaf);
    Tensor y = x * x;
    Tensor v = y;
    for (int i = 0; i < kMany; ++i) v = v.t();
    v.sum().backward();
    gradient = x.grad().sum().item();
  });
  CHECK(gradient == 12);
  on_small_stack([&] {  // and a change in place through the last of them
    Tensor x = ones({2, 3}, kLeaf);
    Tensor y = x * x;
    Tensor v = y;
    for (int i = 0; i < 100000; ++i) v = v.t();
    v.mul_(full({}, 3.0));
    y.sum().backward();
    changed = x.grad().sum().item();
  });
  CHECK(changed == 36);
  CHECK(memory_stats().in_use == before);
}

TEST_CASE("autograd: forwards that nobody uses leave nothing behind") {
  Tensor x = ones({16}, kLeaf);
  CHECK(growth(10000, [&] { (x * x + x).sum(); }) == 0);
}

TEST_CASE("autograd: passes leave nothing behind, failed ones neither") {
  Tensor x = ones({16}, kLeaf);
  CHECK(growth(1000, [&] { (x * x).sum().backward(); }) == 0);
  CHECK(growth(1000, [&] {
          try {
            (x * x).backward(ones({3}));
          } catch (const ShapeError&) {
          }
        }) == 0);
  CHECK(growth(1000, [&] {
          const Tensor y = (x * x).sum();
          const Tensor outputs[] = {y, ones({})};
          try {
            backward(outputs);
          } catch (const GraphError&) {
          }
        }) == 0);
  bool armed = true;
  CHECK(growth(1000, [&] {
          try {
            apply(Bomb(&armed), {x * x})[0].sum().backward();
          } catch (const ValueError&) {
          }
        }) == 0);
  CHECK(growth(1000, [&] {  // under create_graph too: .grad refers to the graph, not to the leaf
          Tensor leaf = ones({16}, kLeaf);
          (leaf * leaf * leaf).sum().backward({}, {.create_graph = true});
        }) == 0);
  CHECK(growth(1000, [&] {
          (x * x * x).sum().backward({}, {.create_graph = true});
          x.zero_grad();
        }) == 0);
  CHECK(growth(1000, [&] {  // retained, hooked, changed in place
          Tensor y = x * x;
          y.retain_grad();
          y.register_hook([](const Tensor& g) { return g + g; });
          y.view({4, 4}).add_(ones({4}));
          y.sum().backward();
        }) == 0);
}

// ---- passes that fail, nest or run side by side

TEST_CASE(
    "autograd: a backward that throws leaves every gradient as it was, and later ones right") {
  Tensor a = number(2), b = number(3);
  Tensor kept = a * a;
  kept.retain_grad();
  (a * b).backward();
  CHECK(a.grad().item() == 3);
  bool armed = true;
  const Tensor y = apply(Bomb(&armed), {kept * b})[0] + kept + b;
  CHECK_SAYS(ValueError, "backward of Bomb: it went off", y.backward({}, {.retain_graph = true}));
  CHECK(a.grad().item() == 3);
  CHECK(b.grad().item() == 2);
  CHECK(!kept.grad().defined());
  armed = false;
  y.backward();  // a^2 b + a^2 + b
  CHECK(a.grad().item() == 3 + 12 + 4);
  CHECK(b.grad().item() == 2 + 4 + 1);
  CHECK(kept.grad().item() == 4);
}

TEST_CASE("autograd: a leaf that gets a wrong shape leaves the others alone") {
  struct Wrong : Function {
    std::string_view name() const override { return "Wrong"; }
    Tensors forward(FunctionContext&, const Tensors& x) override { return {x[0].clone()}; }
    Tensors backward(FunctionContext&, const Tensors&) override { return {ones({7})}; }
  };
  Tensor a = ones({2}, kLeaf), b = ones({2}, kLeaf);
  CHECK_SAYS(ShapeError,
             "backward of Wrong: backward returned a gradient of shape (7,) for input 0 of "
             "shape (2,)",
             (a * apply(Wrong{}, {b})[0]).sum().backward());
  CHECK(!a.grad().defined());
  CHECK(!b.grad().defined());
}

TEST_CASE("autograd: a leaf that has another shape by now gets nothing, nor do the others") {
  Tensor x = ones({2, 3}, kLeaf), other = ones({2, 3}, kLeaf);
  const Tensor y = (x * other).sum();
  x->spec.shape = {3, 2}, x->strides = Strides{2, 1};
  CHECK_SAYS(ShapeError, "arrived at a leaf of", y.backward());
  CHECK(!other.grad().defined());
}

TEST_CASE("autograd: a tensor that a binding holds does not become the gradient") {
  const auto before = std::exchange(release_binding, [](void* leaf) {
    static_cast<Leaf*>(leaf)->remove_hook(0);  // waits for the leaf's mutex
  });
  Tensor x = ones({2}, kLeaf);
  x.register_hook([&](const Tensor& gradient) {
    Tensor bound = gradient.clone();
    bound->binding = x->node();
    return bound;
  });
  for (int pass = 1; pass <= 2; ++pass) {
    (x * 3.0).sum().backward();
    CHECK(x.grad()->binding == nullptr);
    CHECK(elements(x.grad()) == std::vector<double>(2, 3.0 * pass));
  }
  release_binding = before;
}

TEST_CASE("autograd: a backward within a backward") {
  struct Nested : Function {  // y = x^2, with a gradient found by another pass
    std::string_view name() const override { return "Nested"; }
    Tensors forward(FunctionContext& context, const Tensors& x) override {
      context.save_for_backward({x[0]});
      return {x[0] * x[0]};
    }
    Tensors backward(FunctionContext& context, const Tensors& dy) override {
      EnableGrad record;
      const Tensor x = context.saved()[0].detach().requires_grad_();
      return {grad(x * x, x) * dy[0]};
    }
  };
  Tensor x = number(5);
  Tensor y = x;
  for (int i = 0; i < 3; ++i) y = apply(Nested{}, {y})[0];
  y.backward();
  CHECK(x.grad().item() == 8 * std::pow(5, 7));
}

TEST_CASE("autograd: two threads train two models") {
  const auto train = [](double target, double* found) {
    Tensor w = full({4}, 0.0, kLeaf);
    for (int step = 0; step < 300; ++step) {
      const Tensor error = w + full({4}, -target);
      (error * error).sum().backward();
      const NoGrad guard;
      w.add_(w.grad() * full({}, -0.1));
      w.zero_grad();
    }
    *found = w.sum().item() / 4;
  };
  double first = 0, second = 0;
  std::thread a(train, 1.0, &first), b(train, -2.0, &second);
  a.join();
  b.join();
  CHECK(first == doctest::Approx(1.0));
  CHECK(second == doctest::Approx(-2.0));
}

TEST_CASE("autograd: two threads run backward into one leaf") {
  Tensor x = ones({8}, kLeaf);
  const auto work = [&x](double weight) {
    for (int i = 0; i < 500; ++i) (x * full({8}, weight)).sum().backward();
  };
  std::thread a(work, 1.0), b(work, 2.0);
  a.join();
  b.join();
  CHECK(elements(x.grad()) == Doubles(8, 1500));
}

TEST_CASE("anomalies: the op whose gradient is NaN is named, where that is asked for") {
  Tensor x = tensor({0.0, 4.0}, kLeaf);
  const auto loss = [&] { return (x.sqrt() * full({}, 0.0)).sum(); };  // 0 * inf in backward
  loss().backward();
  CHECK(std::isnan(elements(x.grad())[0]));
  x.zero_grad();
  {
    DetectAnomaly guard;
    CHECK(is_anomaly_enabled());
    CHECK_SAYS(GraphError,
               "anomaly: backward of Sqrt returned nan values for its input 0 of shape (2,)",
               loss().backward());
    (x * x).sum().backward();  // no NaN, no error
    DetectAnomaly off(false);
    loss().backward();
  }
  CHECK(!is_anomaly_enabled());
}

TEST_CASE("interrupts: a poll that throws ends the pass, and leaves everything usable") {
  struct Stop {};
  static int polls = 0;
  Tensor x = number(1);
  Tensor y = x;
  for (int i = 0; i < 20000; ++i) y = y * x;
  set_interrupt_poll([] { ++polls; });
  y.backward({}, {.retain_graph = true});
  CHECK(polls >= 4);
  CHECK(polls < 100);
  CHECK(x.grad().item() == 20001);
  set_interrupt_poll([] { throw Stop(); });
  CHECK_THROWS_AS(y.backward({}, {.retain_graph = true}), Stop);
  CHECK(x.grad().item() == 20001);
  set_interrupt_poll(nullptr);
  y.backward();
  CHECK(x.grad().item() == 40002);
}

}  // namespace limpid::autograd_passes_test
