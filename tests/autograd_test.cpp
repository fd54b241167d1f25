// The record and the engine: what PyTorch promises of gradients.

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "limpid/autograd/engine.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/core/walk.h"
#include "tests/autograd_parts.h"
#include "tests/thrown.h"

namespace limpid::autograd_test {

using namespace testing;

namespace {

Tensor power(const Tensor& x, int n) { return n == 1 ? x : x * power(x, n - 1); }

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

}  // namespace limpid::autograd_test
