// The record and the engine: what PyTorch promises of gradients, and what must never happen.

#include <doctest/doctest.h>
#include <pthread.h>

#include <atomic>
#include <cmath>
#include <thread>

#include "limpid/autograd/anomaly.h"
#include "limpid/autograd/engine.h"
#include "limpid/autograd/function.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/autograd/gradcheck.h"
#include "limpid/autograd/leaf.h"
#include "limpid/core/interrupt.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/tensor/allocator.h"
#include "limpid/tensor/creation.h"
#include "tests/thrown.h"

using namespace limpid;

namespace {

using Doubles = std::vector<double>;
Doubles elements(const Tensor& t) { return t.to_vector<double>(); }

constexpr TensorOptions kLeaf{.requires_grad = true};
constexpr TensorOptions kWide{.dtype = DType::f64, .requires_grad = true};

/// Far more than a recursion could go down on a small stack; a tenth is still so, where sanitizers
/// look at every block.
constexpr int kMany = detail::kPooling ? 1000000 : 100000;

Tensor number(double value) { return full({}, value, kLeaf); }
Tensor power(const Tensor& x, int n) { return n == 1 ? x : x * power(x, n - 1); }

/// y = x, and counts how often its gradient was computed.
struct Probe : Function {
  std::atomic<int>* runs;
  explicit Probe(std::atomic<int>* counter) : runs(counter) {}
  std::string_view name() const override { return "Probe"; }
  Tensors forward(FunctionContext&, const Tensors& x) override { return {x[0].clone()}; }
  Tensors backward(FunctionContext&, const Tensors& dy) override {
    ++*runs;
    return {dy[0]};
  }
};
Tensor probe(const Tensor& x, std::atomic<int>& runs) { return apply(Probe(&runs), {x})[0]; }

/// y = x whose gradient throws, as long as *armed.
struct Bomb : Function {
  bool* armed;
  explicit Bomb(bool* flag) : armed(flag) {}
  std::string_view name() const override { return "Bomb"; }
  Tensors forward(FunctionContext&, const Tensors& x) override { return {x[0].clone()}; }
  Tensors backward(FunctionContext&, const Tensors& dy) override {
    if (*armed) throw ValueError("it went off");
    return {dy[0]};
  }
};

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

// ---- first derivatives

TEST_CASE("autograd: the same tensor used twice") {
  Tensor x = number(3);
  (x * x).backward();
  CHECK(x.grad().item() == 6);
  Tensor y = number(5);
  (y + y).backward();
  CHECK(y.grad().item() == 2);
  Tensor z = number(2);
  (z * z * z + z).backward();
  CHECK(z.grad().item() == 13);
}

TEST_CASE("autograd: gradients accumulate over passes until cleared") {
  Tensor x = tensor({1.0, 2.0}, kLeaf);
  (x * x).sum().backward();
  CHECK(elements(x.grad()) == Doubles{2, 4});
  (x * x).sum().backward();
  (x + x).sum().backward();
  CHECK(elements(x.grad()) == Doubles{6, 10});
  x.zero_grad();
  CHECK(!x.grad().defined());
  x.sum().backward();
  CHECK(elements(x.grad()) == Doubles{1, 1});
}

TEST_CASE("autograd: gradients of two leaves are no aliases of one another") {
  Tensor a = zeros({2}, kLeaf), b = zeros({2}, kLeaf);
  const Tensor seed = ones({2});
  (a + b).backward(seed);
  a.grad().add_(ones({2}));
  CHECK(elements(b.grad()) == Doubles{1, 1});
  CHECK(elements(seed) == Doubles{1, 1});
  a.sum().backward();
  CHECK(elements(a.grad()) == Doubles{3, 3});
  CHECK(elements(seed) == Doubles{1, 1});
  Tensor c = zeros({2}, kLeaf);
  c.backward(seed);
  c.grad().add_(ones({2}));
  CHECK(elements(seed) == Doubles{1, 1});
}

TEST_CASE("autograd: a gradient that nobody else holds becomes the leaf's, without a copy") {
  Tensor x = ones({4}, kLeaf);
  const float* arrived = nullptr;
  x.register_hook([&](const Tensor& g) {
    arrived = g.data<float>();
    return Tensor();
  });
  (x * x).sum().backward();
  CHECK(x.grad().data<float>() == arrived);
}

TEST_CASE("autograd: what arrives is not added to memory that another gradient lies in") {
  for (const bool view_first : {true, false}) {  // dy goes to b as it is, and to x as a view of it
    Tensor x = tensor({1.0, 2.0}, kLeaf), b = tensor({{3.0}, {4.0}}, kLeaf);
    const Tensor y = x.reshape({2, 1}) + b;
    const Tensor one = (y * y).sum(), other = (x * x).sum();
    (view_first ? one + other : other + one).backward();
    CHECK(elements(b.grad()) == Doubles{8, 12});
    CHECK(elements(x.grad()) == Doubles{10, 16});
  }
}

TEST_CASE("autograd: the gradient that comes in weights the result") {
  Tensor x = tensor({1.0, 2.0, 3.0}, kLeaf);
  const Tensor y = x * x;
  y.backward(tensor({1.0, 10.0, 100.0}));
  CHECK(elements(x.grad()) == Doubles{2, 40, 600});
  const Tensor z = x * x;
  CHECK_SAYS(GraphError, "a tensor of shape (3,) needs a gradient of that shape", z.backward());
  CHECK_SAYS(ShapeError, "the gradient has shape (2,) but the tensor has (3,)",
             z.backward(ones({2})));
  CHECK_SAYS(GraphError, "does not depend on any tensor that requires grad", ones({}).backward());
  x.zero_grad();
  z.backward(ones({3}, {.dtype = DType::f64}));  // brought to the tensor's dtype
  CHECK(x.grad().dtype() == DType::f32);
  CHECK(elements(x.grad()) == Doubles{2, 4, 6});
  Tensor one = tensor({{4.0}}, kLeaf);
  (one * one).backward();  // one element needs no gradient
  CHECK(elements(one.grad()) == Doubles{8});
}

TEST_CASE("autograd: gradients of 0-d tensors and of broadcasting with them") {
  Tensor s = number(2), x = tensor({{1.0, 2.0}, {3.0, 4.0}}, kLeaf);
  (s * x).sum().backward();
  CHECK(s.grad().dim() == 0);
  CHECK(s.grad().item() == 10);
  CHECK(elements(x.grad()) == Doubles{2, 2, 2, 2});
}

TEST_CASE("autograd: broadcasting gradients for every pair of small shapes, by brute force") {
  std::vector<Shape> shapes{{}};
  for (std::int64_t a : {1, 2, 3}) {
    shapes.push_back({a});
    for (std::int64_t b : {1, 2, 3}) {
      shapes.push_back({a, b});
      for (std::int64_t c : {1, 2, 3}) shapes.push_back({a, b, c});
    }
  }
  shapes.push_back({0});
  shapes.push_back({0, 1});
  shapes.push_back({3, 1, 4});
  int pairs = 0;
  for (const Shape& sa : shapes) {
    for (const Shape& sb : shapes) {
      Shape common;
      try {
        common = broadcast_shapes(sa, sb);
      } catch (const ShapeError&) {
        continue;
      }
      ++pairs;
      Tensor a = rand(sa, kWide), b = rand(sb, kWide);
      const Tensor w = rand(common, {.dtype = DType::f64});
      (a * b + b).backward(w);
      Doubles da(static_cast<std::size_t>(a.numel())), db(static_cast<std::size_t>(b.numel()));
      const Strides ia = broadcast_strides(a->as_view(), common);
      const Strides ib = broadcast_strides(b->as_view(), common);
      const Strides iw = contiguous_strides(common);
      walk<3>(common, {ia.data(), ib.data(), iw.data()}, [&](const auto& at) {
        const double g = w.data<double>()[at[2]];
        da[static_cast<std::size_t>(at[0])] += g * b.data<double>()[at[1]];
        db[static_cast<std::size_t>(at[1])] += g * a.data<double>()[at[0]] + g;
      });
      INFO(to_string(sa), " with ", to_string(sb));
      REQUIRE(a.grad().shape() == sa);
      REQUIRE(b.grad().shape() == sb);
      const Doubles found_a = elements(a.grad()), found_b = elements(b.grad());
      for (std::size_t i = 0; i < da.size(); ++i) CHECK(found_a[i] == doctest::Approx(da[i]));
      for (std::size_t i = 0; i < db.size(); ++i) CHECK(found_b[i] == doctest::Approx(db[i]));
    }
  }
  CHECK(pairs > 300);
}

TEST_CASE("autograd: (3, 1) times (3, 4) has gradients of those shapes") {
  Tensor a = tensor({{1.0}, {2.0}, {3.0}}, kLeaf), b = ones({3, 4}, kLeaf);
  (a * b).sum().backward();
  CHECK(a.grad().shape() == Shape{3, 1});
  CHECK(elements(a.grad()) == Doubles{4, 4, 4});
  CHECK(elements(b.grad()) == Doubles{1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3});
}

TEST_CASE("autograd: mixed dtypes give gradients of the leaf's dtype") {
  Tensor half = ones({2}, {.dtype = DType::f16, .requires_grad = true});
  Tensor wide = full({2}, 3.0, kWide);
  (half * wide).sum().backward();
  CHECK(half.grad().dtype() == DType::f16);
  CHECK(elements(half.grad()) == Doubles{3, 3});
  CHECK(wide.grad().dtype() == DType::f64);
  Tensor x = ones({2}, kLeaf);
  (x * arange(2)).sum().backward();
  CHECK(elements(x.grad()) == Doubles{0, 1});
}

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

// ---- higher derivatives

TEST_CASE("autograd: derivatives of x^4 up to the fifth") {
  Tensor x = full({}, 3.0, kWide);
  Tensor d = power(x, 4);
  const double expected[] = {4 * 27, 12 * 9, 24 * 3, 24};
  for (double e : expected) {
    d = grad(d, x, {.create_graph = true});
    CHECK(d.item() == doctest::Approx(e));
  }
  CHECK(!x.grad().defined());  // grad() leaves .grad alone
}

TEST_CASE("autograd: create_graph through backward, and the gradient of a gradient's norm") {
  Tensor x = tensor({1.0, 2.0}, kLeaf);
  power(x, 3).sum().backward({}, {.create_graph = true});
  const Tensor g = x.grad();  // 3 x^2
  CHECK(g.requires_grad());
  CHECK(elements(g) == Doubles{3, 12});
  x.zero_grad();
  (g * g).sum().backward();  // d/dx 9 x^4 = 36 x^3
  CHECK(elements(x.grad()) == Doubles{36, 288});
  Tensor a = number(2), b = number(5);
  const Tensor da = grad(a * a * b, a, {.create_graph = true});
  CHECK(grad(da, b).item() == 4);  // mixed derivative 2a
}

TEST_CASE("autograd: accumulation under create_graph stays differentiable") {
  Tensor x = number(2);
  power(x, 2).backward({}, {.create_graph = true});
  power(x, 3).backward({}, {.create_graph = true});
  const Tensor total = x.grad();  // 2x + 3x^2
  CHECK(total.item() == 16);
  CHECK(grad(total, x).item() == 14);
}

TEST_CASE("autograd: without create_graph a gradient has no history") {
  Tensor x = number(2);
  (x * x).backward();
  CHECK(!x.grad().requires_grad());
  CHECK(!grad(x * x, x).requires_grad());
}

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

// ---- retain_grad, retain_graph

TEST_CASE("retain_grad: a tensor that is no leaf keeps its gradient") {
  Tensor x = number(3);
  Tensor y = x * x;
  y.retain_grad();
  y.retain_grad();  // once is enough
  (y * y).backward();
  CHECK(y.grad().item() == 18);
  CHECK(x.grad().item() == 108);
  Tensor plain = x * x;
  (plain + plain).backward();
  CHECK(!plain.grad().defined());
  x.retain_grad();  // a leaf does anyway
  CHECK_SAYS(GraphError, "retain_grad: this tensor does not require grad", ones({1}).retain_grad());
}

TEST_CASE("retain_grad: accumulates, sees what hooks return, and is no alias") {
  Tensor x = number(3);
  Tensor y = x + ones({});
  y.retain_grad();
  y.register_hook([](const Tensor& g) { return g + g; });
  y.backward({}, {.retain_graph = true});
  CHECK(y.grad().item() == 2);
  y.grad().add_(ones({}));
  CHECK(x.grad().item() == 2);
  y.backward();
  CHECK(y.grad().item() == 5);
}

TEST_CASE("retain_grad: survives changes in place, as in PyTorch") {
  Tensor x = tensor({1.0, 2.0}, kLeaf);
  Tensor y = x * x;
  y.retain_grad();
  y.mul_(full({}, 3.0));
  (y * tensor({1.0, 10.0})).sum().backward();
  CHECK(elements(y.grad()) == Doubles{1, 10});  // of y as it is after the change
  CHECK(elements(x.grad()) == Doubles{6, 120});
  Tensor z = x * x;
  z.retain_grad();
  z.view({2, 1}).add_(ones({1}));  // through a view
  z.sum().backward();
  CHECK(elements(z.grad()) == Doubles{1, 1});
}

TEST_CASE("retain_grad: a tensor that dies before backward is forgotten") {
  Tensor x = number(3), z;
  {
    Tensor y = x * x;
    y.retain_grad();
    z = y + y;
  }
  z.backward();
  CHECK(x.grad().item() == 12);
  Tensor q = x * x;  // and one that dies during it
  q.retain_grad();
  Tensor r = q + q;
  x.register_hook([&](const Tensor&) {
    q = Tensor();
    return Tensor();
  });
  CHECK_NOTHROW(r.backward());
}

TEST_CASE("retain_graph: a second backward works with it and is refused without") {
  Tensor x = number(3);
  const Tensor y = x * x;
  y.backward({}, {.retain_graph = true});
  y.backward();
  CHECK(x.grad().item() == 12);
  CHECK_SAYS(GraphError,
             "a second backward through the same graph: its saved tensors were freed by the "
             "first; pass retain_graph = true to the first",
             y.backward());
  CHECK(x.grad().item() == 12);
  const Tensor sum = x + x;  // nothing saved: nothing to free
  sum.backward();
  CHECK_NOTHROW(sum.backward());
}

// ---- detach, modes

TEST_CASE("detach: the same memory and version without history") {
  Tensor x = tensor({1.0, 2.0}, kLeaf);
  const Tensor y = x * x;
  const Tensor d = y.detach();
  CHECK(!d.requires_grad());
  CHECK(d.is_leaf());
  CHECK(d.shares_storage(y));
  (d * x).sum().backward();
  CHECK(elements(x.grad()) == Doubles{1, 4});  // d is a constant
  Tensor(d).copy_(zeros({2}));
  CHECK(elements(y) == Doubles{0, 0});
  CHECK(y.version() == d.version());
  Tensor z = x * x;
  z.detach_();
  CHECK(!z.requires_grad());
  CHECK(z.grad_fn() == "");
  CHECK_SAYS(GraphError, "detach_: this tensor is a view; use detach() instead",
             (x * x).view({2}).detach_());
  Tensor retained = x * x;
  retained.retain_grad();
  retained.detach_();
  CHECK(!retained.requires_grad());
}

TEST_CASE("no_grad and enable_grad nest, restore on exceptions, and hold for their thread") {
  Tensor x = number(2);
  CHECK(is_grad_enabled());
  {
    const NoGrad outer;
    CHECK(!is_grad_enabled());
    CHECK(!(x * x).requires_grad());
    {
      const EnableGrad inner;
      CHECK(is_grad_enabled());
      CHECK((x * x).requires_grad());
      const NoGrad again;
      CHECK(!is_grad_enabled());
    }
    CHECK(!is_grad_enabled());
    bool elsewhere = false;
    std::thread([&] { elsewhere = is_grad_enabled(); }).join();
    CHECK(elsewhere);
    CHECK(enable_grad([&] { return (x * x).requires_grad(); }));
  }
  CHECK(is_grad_enabled());
  try {
    const NoGrad guard;
    throw ValueError("out");
  } catch (const ValueError&) {
  }
  CHECK(is_grad_enabled());
  CHECK_THROWS_AS(no_grad([&]() -> Tensor { return x * ones({2, 3}).view({4}); }), ShapeError);
  CHECK(is_grad_enabled());
  bool armed = true;
  CHECK_THROWS(apply(Bomb(&armed), {x})[0].backward());
  CHECK(is_grad_enabled());  // backward runs without recording
  const NoGrad guard;
  Tensor leaf = ones({2});
  leaf.requires_grad_();  // leaves can be made, and changed in place
  CHECK(leaf.requires_grad());
  leaf.add_(ones({2}));
  CHECK(leaf.is_leaf());
  CHECK(elements(leaf) == Doubles{2, 2});
}

TEST_CASE("leaves: requires_grad_, is_leaf, grad_fn, set_grad") {
  Tensor x = zeros({2});
  CHECK(x.is_leaf());
  CHECK(!x.requires_grad());
  x.requires_grad_();
  x.requires_grad_(true);
  CHECK(x.requires_grad());
  CHECK(x.is_leaf());
  CHECK(x.grad_fn() == "");
  const Tensor y = x * x;
  CHECK(!y.is_leaf());
  CHECK(y.grad_fn() == "Multiply");
  CHECK(x.view({2, 1}).grad_fn() == "View");
  CHECK(!(arange(2) * arange(2)).requires_grad());
  CHECK_SAYS(GraphError,
             "requires_grad_(false): this tensor is the result of Multiply; use detach()",
             Tensor(y).requires_grad_(false));
  CHECK_SAYS(DTypeError, "only floating tensors have gradients, this one is int64; convert it",
             arange(3).requires_grad_());
  CHECK_SAYS(DTypeError, "this one is bool", full({1}, true).requires_grad_());
  x.requires_grad_(false);
  CHECK(!x.requires_grad());
  CHECK(!(x * x).requires_grad());
  x.requires_grad_();
  x.set_grad(full({2}, 5.0));
  x.sum().backward();
  CHECK(elements(x.grad()) == Doubles{6, 6});
  CHECK_SAYS(ShapeError, "set_grad: a gradient of float32 (3,) for a tensor of float32 (2,)",
             x.set_grad(ones({3})));
  CHECK_SAYS(ShapeError, "set_grad", x.set_grad(ones({2}, {.dtype = DType::f64})));
  CHECK_SAYS(ShapeError, "set_grad", x.set_grad(ones({2}, {.device = kMeta})));
  CHECK(elements(x.grad()) == Doubles{6, 6});
  x.set_grad({});
  CHECK(!x.grad().defined());
}

TEST_CASE("a view that is a leaf can stop to require grad, and keeps what it got") {
  Tensor base = ones({4}), x = base.view({2, 2});
  x.requires_grad_();
  (x * 3).sum().backward();
  x.requires_grad_(false);
  CHECK(x.is_leaf());
  CHECK_FALSE(x.requires_grad());
  CHECK(x.grad().to_vector<float>() == std::vector<float>{3, 3, 3, 3});
  x.requires_grad_();
  CHECK_SAYS(GraphError, "detach_: this tensor is a view", x.detach_());
}

// ---- grad()

TEST_CASE("grad: inputs in the middle, several outputs, unused inputs") {
  Tensor x = number(2), w = number(7), unused = number(1);
  const Tensor y = x * x;
  const Tensor z = y * w;
  const Tensor in[] = {y, x, w, y};
  std::vector<Tensor> g = grad(std::span(&z, 1), in, {}, {.retain_graph = true});
  CHECK(g[0].item() == 7);
  CHECK(g[1].item() == 28);
  CHECK(g[2].item() == 4);
  CHECK(g[3].item() == 7);
  CHECK(!x.grad().defined());
  CHECK(grad(z, z, {.retain_graph = true}).item() == 1);
  CHECK(grad(y, y, {.retain_graph = true}).item() == 1);
  const Tensor outputs[] = {z, y};
  const Tensor weights[] = {full({}, 10.0), full({}, 100.0)};
  g = grad(outputs, std::span(&x, 1), weights, {.retain_graph = true});
  CHECK(g[0].item() == 10 * 28 + 100 * 4);
  const Tensor partly[] = {Tensor(), full({}, 100.0)};
  g = grad(outputs, std::span(&x, 1), partly, {.retain_graph = true});
  CHECK(g[0].item() == 28 + 100 * 4);
  const Tensor two[] = {x, unused};
  CHECK_SAYS(GraphError, "grad: input 1 does not influence the outputs; pass allow_unused",
             grad(std::span(&z, 1), two, {}, {.retain_graph = true}));
  CHECK_SAYS(GraphError, "grad: input 0 does not influence the outputs",
             grad(z, unused, {.retain_graph = true}));
  g = grad(std::span(&z, 1), two, {}, {.allow_unused = true});
  CHECK(g[0].item() == 28);
  CHECK(!g[1].defined());
  CHECK_SAYS(GraphError, "grad: one of the inputs does not require grad", grad(x * x, ones({})));
  CHECK_SAYS(GraphError, "grad: one of the inputs does not require grad", grad(x * x, Tensor()));
  CHECK_SAYS(GraphError, "does not depend on any tensor", grad(Tensor(), x));
  const Tensor square = x * x, ones_of_two[] = {ones({}), ones({})};
  CHECK_SAYS(GraphError, "backward: 2 gradients for 1 outputs; give one for each",
             grad(std::span(&square, 1), std::span(&x, 1), ones_of_two));
}

TEST_CASE("grad: what lies beyond the inputs is neither run nor freed") {
  std::atomic<int> before = 0, after = 0, beside = 0;
  Tensor x = number(2);
  const Tensor early = probe(x * x, before);
  const Tensor middle = early * early;
  const Tensor late = probe(middle, after) + probe(x, beside);
  const Tensor g = grad(late, middle);
  CHECK(g.item() == 1);
  CHECK(after == 1);
  CHECK(before == 0);
  CHECK(beside == 0);  // leads to no input
  middle.backward();   // its graph is whole
  CHECK(x.grad().item() == 4 * 8);
  CHECK(before == 1);
}

TEST_CASE("grad: an output that lies within the graph of another") {
  Tensor x = number(3);
  const Tensor y = x * x, z = y * y;
  const Tensor outputs[] = {y, z, y};
  backward(outputs);
  CHECK(x.grad().item() == 6 + 108 + 6);
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

// ---- saved tensors and changes in place

TEST_CASE("in place: changing what was saved is an error that names both ops") {
  Tensor x = tensor({1.0, 2.0}, kLeaf);
  Tensor y = x * x;
  const Tensor z = y * y;
  y.add_(ones({2}));
  CHECK_SAYS(GraphError,
             "a tensor of shape (2,) that mul saved for its gradient was changed in place by "
             "add_ (now version 1, saved at version 0); change a clone() instead",
             z.sum().backward());
  CHECK(!x.grad().defined());
  Tensor w = ones({2}), u = x * w;
  w.view({2, 1}).mul_(full({}, 2.0));  // through a view
  CHECK_SAYS(GraphError, "that mul saved for its gradient was changed in place by mul_",
             u.sum().backward());
  Tensor v = x * x;
  const Tensor sum = v + v;  // add saves nothing
  v.add_(ones({2}));
  CHECK_NOTHROW(sum.sum().backward());
}

TEST_CASE("in place: history follows, through views as well") {
  Tensor x = tensor({1.0, 2.0, 3.0, 4.0}, kLeaf);
  Tensor y = x * x;
  Tensor before = y.view({2, 2});
  y.mul_(tensor({1.0, 10.0, 100.0, 1000.0}));
  CHECK(before.grad_fn() == "View");
  before.sum().backward();  // a view made earlier sees the change
  CHECK(elements(x.grad()) == Doubles{2, 40, 600, 8000});
  x.zero_grad();
  y = x * x;
  y.view({2, 2}).t().mul_(tensor({{1.0, 10.0}, {100.0, 1000.0}}));  // chain of views
  CHECK(y.grad_fn() == "ViewScatter");
  y.sum().backward();
  CHECK(elements(x.grad()) == Doubles{2, 400, 60, 8000});
  x.zero_grad();
  Tensor base = zeros({4});  // a constant that takes in a gradient
  base.view({2, 2}).add_(x.view({2, 2}));
  CHECK(base.requires_grad());
  (base * base).sum().backward();
  CHECK(elements(x.grad()) == Doubles{2, 4, 6, 8});
  x.zero_grad();
  y = x * x;
  y.copy_(zeros({4}));  // nothing of the old value is left, so nothing flows to x
  CHECK(y.requires_grad());
  y.sum().backward();
  CHECK((!x.grad().defined() || elements(x.grad()) == Doubles{0, 0, 0, 0}));
}

TEST_CASE("in place: double backward through a changed view") {
  Tensor x = tensor({1.0, 2.0}, kWide);
  const Tensor in[] = {x};
  const auto f = [](std::span<const Tensor> inputs) -> Tensors {
    Tensor y = inputs[0] * inputs[0];
    y.view({2, 1}).mul_(inputs[0].view({2, 1}));
    return {y};
  };
  CHECK_MESSAGE(gradcheck(f, in).ok, gradcheck(f, in).worst);
  CHECK_MESSAGE(gradgradcheck(f, in).ok, gradgradcheck(f, in).worst);
}

TEST_CASE("in place: leaves and views of them are refused while recording") {
  Tensor x = ones({4}, kLeaf);
  CHECK_SAYS(GraphError, "add_: a leaf that requires grad cannot be changed in place",
             x.add_(ones({4})));
  CHECK_SAYS(GraphError, "a view of a leaf that requires grad", x.view({2, 2}).add_(ones({2})));
  CHECK_SAYS(GraphError, "a leaf that requires grad", x.copy_(ones({4})));
  CHECK_SAYS(GraphError, "a leaf that requires grad", x.fill_(3));
  CHECK(x.version() == 0);
  CHECK(elements(x) == Doubles(4, 1));
  Tensor y = x * x, v;
  {
    const NoGrad guard;
    v = y.view({2, 2});
  }
  CHECK_SAYS(GraphError, "a view made under no_grad is changed in place", v.add_(x.view({2, 2})));
  const NoGrad guard;
  x.view({2, 2}).add_(ones({2}));
  CHECK(elements(x) == Doubles(4, 2));
}

// ---- gradcheck

TEST_CASE("gradcheck: names the worst element of a wrong gradient, and refuses float32") {
  struct Sloppy
      : Function {  // y = x^2 with a wrong slope at one element, a little wrong at another
    std::string_view name() const override { return "Sloppy"; }
    Tensors forward(FunctionContext& context, const Tensors& x) override {
      context.save_for_backward({x[0]});
      return {x[0] * x[0]};
    }
    Tensors backward(FunctionContext& context, const Tensors& dy) override {
      const Tensor x = context.saved()[0];
      const Tensor wrong = tensor({{0.0, 0.0, 0.0}, {1e-3, 0.0, 0.5}}, {.dtype = DType::f64});
      return {dy[0] * (x + x + wrong)};
    }
  };
  const auto sloppy = [](std::span<const Tensor> in) { return apply(Sloppy{}, {in[1]}); };
  const Tensor in[] = {ones({2}, kWide), rand({2, 3}, kWide)};
  const GradcheckResult result = gradcheck(sloppy, in);
  CHECK(!result.ok);
  CHECK(!result);
  CHECK(result.worst_excess > 1);
  CHECK(result.worst.find("input 1 at (1, 2): gradient ") == 0);
  CHECK(result.worst.find(", central difference ") != std::string::npos);
  const auto square = [](std::span<const Tensor> t) { return Tensors{t[0] * t[0], t[0] + t[0]}; };
  const Tensor good[] = {rand({3}, kWide)};
  CHECK(gradcheck(square, good).ok);
  CHECK(gradgradcheck(square, good).ok);
  CHECK(gradcheck(square, good).worst_excess <= 1);
  const Tensor narrow[] = {rand({3}, kLeaf)};
  CHECK_SAYS(DTypeError, "gradcheck: inputs must be float64, got float32",
             gradcheck(square, narrow));
  const Tensor constant[] = {rand({3}, {.dtype = DType::f64})};
  CHECK_SAYS(GraphError, "gradcheck: no input requires grad", gradcheck(square, constant));
  const auto integers = [](std::span<const Tensor>) { return Tensors{arange(3)}; };
  CHECK_SAYS(GraphError, "no floating output", gradcheck(integers, good));
  CHECK_SAYS(GraphError, "no output depends on the inputs", gradgradcheck(integers, good));
  const Tensor before = good[0].detach().clone();
  CHECK(elements(good[0]) == elements(before));
  const auto nan = [](std::span<const Tensor> t) { return Tensors{t[0] * full({}, double(NAN))}; };
  CHECK(!gradcheck(nan, good).ok);
}

TEST_CASE("gradcheck: a difference of just what is allowed is right") {
  struct Doubled : Function {  // y = x, with a slope of 2
    std::string_view name() const override { return "Doubled"; }
    Tensors forward(FunctionContext&, const Tensors& x) override { return {x[0] + 0.0}; }
    Tensors backward(FunctionContext&, const Tensors& dy) override { return {dy[0] * 2.0}; }
  };
  const auto doubled = [](std::span<const Tensor> t) { return apply(Doubled{}, {t[0]}); };
  const Tensor in[] = {zeros({2}, kWide)};  // of which sums and differences are exact
  const GradcheckResult result = gradcheck(doubled, in, {.step = 0.5, .atol = 0, .rtol = 1});
  CHECK(result.worst_excess == 1);
  CHECK(result.ok);
}

TEST_CASE("gradcheck: a gradient that forgets part of the graph is noticed") {
  const auto forgets = [](std::span<const Tensor> t) { return Tensors{t[0] * t[0].detach()}; };
  const Tensor in[] = {rand({3}, kWide)};
  CHECK(!gradcheck(forgets, in).ok);
  struct Linear : Function {  // a right gradient that is not differentiable
    std::string_view name() const override { return "Linear"; }
    Tensors forward(FunctionContext& context, const Tensors& x) override {
      context.save_for_backward({x[0]});
      return {x[0] * x[0]};
    }
    Tensors backward(FunctionContext& context, const Tensors& dy) override {
      const Tensor x = context.saved()[0].detach();
      return {dy[0] * (x + x)};
    }
  };
  const auto once = [](std::span<const Tensor> t) { return apply(Linear{}, {t[0]}); };
  CHECK(gradcheck(once, in).ok);
  CHECK(!gradgradcheck(once, in).ok);
  const auto second = [](std::span<const Tensor> t) {
    return Tensors{t[0] * t[0], t[0] * t[0].detach()};
  };
  CHECK(!gradcheck(second, in).ok);
  const auto idle = [](std::span<const Tensor> t) { return Tensors{t[1] * t[1]}; };
  const Tensor two[] = {rand({3}, kWide), rand({2}, kWide)};
  CHECK(gradcheck(idle, two).ok);
  CHECK(gradgradcheck(idle, two).ok);
}

TEST_CASE("gradcheck: an output may be constant by declaration beside one that is not") {
  const Tensor in[] = {rand({3}, kWide)};
  const auto declared = [](std::span<const Tensor> t) {
    return Tensors{t[0] * t[0], t[0].detach() * t[0].detach()};
  };
  CHECK(gradcheck(declared, in).ok);
}

TEST_CASE("gradgradcheck: outputs of several shapes") {
  const Tensor in[] = {rand({3}, kWide)};
  const auto both = [](std::span<const Tensor> t) {
    const Tensor square = t[0] * t[0];
    return Tensors{square, square.sum()};
  };
  CHECK(gradgradcheck(both, in).ok);
}

TEST_CASE("gradcheck: errors of two outputs do not make up for one another") {
  // Both outputs are x^2. Of the first the slope is twice what it should be, of the second nothing.
  struct Lopsided : Function {
    std::string_view name() const override { return "Lopsided"; }
    Tensors forward(FunctionContext& context, const Tensors& x) override {
      context.save_for_backward({x[0]});
      return {x[0] * x[0], x[0] * x[0]};
    }
    Tensors backward(FunctionContext& context, const Tensors& dy) override {
      const Tensor x = context.saved()[0];
      return {dy[0] * (x + x + x + x)};
    }
  };
  // The slopes are right. Of the first the slope's slope is nothing, of the second twice too much.
  struct Bent : Lopsided {
    Tensors backward(FunctionContext& context, const Tensors& dy) override {
      const Tensor x = context.saved()[0], fixed = x.detach() + x.detach();
      return {dy[0] * fixed + dy[1] * (x + x + x + x - fixed)};
    }
  };
  const Tensor in[] = {rand({3}, kWide)};
  const auto lopsided = [](std::span<const Tensor> t) { return apply(Lopsided{}, {t[0]}); };
  const auto bent = [](std::span<const Tensor> t) { return apply(Bent{}, {t[0]}); };
  CHECK(!gradcheck(lopsided, in).ok);
  CHECK(gradcheck(bent, in).ok);
  CHECK(!gradgradcheck(bent, in).ok);
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
