// Changes in place under autograd. The numbers are PyTorch 2.13's for the same lines; where limpid
// allows more (a change that reads its own target) they follow from the formula beside them.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "limpid/autograd/engine.h"
#include "limpid/autograd/function.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/ops/axes/axes.h"
#include "limpid/ops/unfold_view/unfold_view.h"
#include "limpid/tensor/creation.h"
#include "limpid/tensor/index.h"
#include "tests/call.h"
#include "tests/thrown.h"

namespace limpid::inplace_test {

using testing::Call;
using testing::thrown;

namespace {

using Values = std::vector<double>;

Tensor f64(std::initializer_list<Scalar> values) { return tensor(values, {.dtype = DType::f64}); }
Tensor leaf(std::initializer_list<Scalar> values) {
  return tensor(values, {.dtype = DType::f64, .requires_grad = true});
}
Tensor number(double value) { return full({}, value, {.dtype = DType::f64}); }
Values elements(const Tensor& t) { return t.detach().to_vector<double>(); }

/// A tensor with a history and the same elements.
Tensor derived(const Tensor& w) { return w * number(1); }

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("x[0] += 1") {
  Tensor w = leaf({1, 2, 3});
  Tensor x = w * number(2);
  x[0] += number(1);
  CHECK(x.grad_fn() == "ViewScatter");
  (x * x).sum().backward();
  CHECK(elements(x) == Values{3, 4, 6});
  CHECK(elements(w.grad()) == Values{12, 16, 24});
}

TEST_CASE("through a chain of views; the views before it follow") {
  Tensor w = leaf({1, 2, 3, 4});
  Tensor x = derived(w);
  Tensor v = x.narrow(0, 1, 3);
  Tensor u = v.narrow(0, 1, 2);
  u *= number(3);
  ((x * f64({1, 10, 100, 1000})).sum() + v.sum()).backward();
  CHECK(elements(x) == Values{1, 2, 9, 12});
  CHECK(v.grad_fn() == "Slice");
  CHECK(elements(w.grad()) == Values{1, 11, 303, 3003});
}

TEST_CASE("changing the base after taking a view") {
  Tensor w = leaf({1, 2, 3});
  Tensor x = derived(w);
  Tensor v = x.narrow(0, 1, 2);
  x *= number(2);
  (v * v).sum().backward();
  CHECK(elements(v) == Values{4, 6});
  CHECK(elements(w.grad()) == Values{0, 16, 24});
}

TEST_CASE("an op in place that reads its target is its history, for the views before it as well") {
  Tensor w = leaf({1, 4, 16});
  Tensor x = derived(w);
  Tensor v = x.narrow(0, 1, 2);
  x.sqrt_();
  CHECK(x.grad_fn() == "Sqrt");  // no Overwrite, whose other part would be zeros
  v.sum().backward();
  CHECK(elements(w.grad()) == Values{0, 0.25, 0.125});
}

TEST_CASE("changing one of two views of a base") {
  Tensor w = leaf({1, 2, 3});
  Tensor x = derived(w);
  Tensor v = x.narrow(0, 0, 2);
  x.index_put_({1}, number(7));
  Tensor unused = v * v;
  v.index_put_({0}, number(4));
  x.sum().backward();
  CHECK(elements(w.grad()) == Values{0, 0, 1});
}

TEST_CASE("the base may be gone, or need no gradient itself") {
  Tensor w = leaf({1, 2, 3});
  SUBCASE("gone") {
    Tensor v = derived(w).narrow(0, 0, 2);
    v *= number(3);
    v.sum().backward();
    CHECK(elements(w.grad()) == Values{3, 3, 0});
  }
  SUBCASE("no gradient before") {
    Tensor x = zeros({3}, {.dtype = DType::f64});
    x.index_put_({Slice(1)}, w.narrow(0, 0, 2) * number(3));
    CHECK(x.requires_grad());
    (x * f64({1, 10, 100})).sum().backward();
    CHECK(elements(w.grad()) == Values{30, 300, 0});
  }
}

TEST_CASE("leaves are refused, but not under no_grad") {
  Tensor w = leaf({1, 2, 3});
  CHECK(contains(thrown<Error>([&] { w += number(1); }),
                 "a leaf that requires grad cannot be changed"));
  CHECK(contains(thrown<Error>([&] { w[0] += number(1); }), "a view of a leaf that requires grad"));
  CHECK(contains(thrown<Error>([&] { w.index_put_({0}, number(1)); }), "a view of a leaf"));
  CHECK(contains(thrown<Error>([&] { w.index_put_({tensor({0})}, f64({1})); }),
                 "index_put_: a leaf that"));
  Tensor own = zeros({3})[0];
  own.requires_grad_();
  CHECK(contains(thrown<Error>([&] { own += full({}, 1.0); }), "a leaf that requires grad"));
  CHECK(elements(w) == Values{1, 2, 3});
  CHECK(w.version() == 0);
  no_grad([&] { w[0] += number(5); });
  (w * w).sum().backward();
  CHECK(elements(w.grad()) == Values{12, 4, 6});
}

TEST_CASE("views made under no_grad") {
  Tensor w = leaf({1, 2, 3});
  Tensor x = derived(w);
  Tensor v = no_grad([&] { return x[0]; });
  CHECK_FALSE(v.requires_grad());
  SUBCASE("changed while gradients are recorded") {
    CHECK(contains(thrown<Error>([&] { v += number(1); }),
                   "a view made under no_grad is changed in place"));
    // The target may need no gradient when only the value does.
    Tensor plain = zeros({3}, {.dtype = DType::f64});
    Tensor u = no_grad([&] { return plain[0]; });
    CHECK(contains(thrown<Error>([&] { u += w[0]; }),
                   "a view made under no_grad is changed in place"));
    u += number(1);  // nobody needs a gradient
    CHECK(elements(plain) == Values{1, 0, 0});
  }
  SUBCASE("changed under no_grad too") {
    no_grad([&] { v += number(1); });
    x.sum().backward();
    CHECK(elements(w.grad()) == Values{1, 1, 1});
  }
  SUBCASE("used after its base changed") {
    x *= number(2);
    CHECK(contains(thrown<Error>([&] { v* number(2); }),
                   "a view made under no_grad, whose base was changed"));
    CHECK(contains(thrown<Error>([&] { (void)v.requires_grad(); }), "or again after the change"));
    CHECK(to_string(v) == "tensor(2., dtype=float64, grad_fn=<Invalid>)");
  }
}

TEST_CASE("saved tensors: the error names who saved and who changed") {
  Tensor w = leaf({1, 2, 3});
  Tensor x = derived(w);
  Tensor y = x * x;
  SUBCASE("by an index") {
    x.index_put_({0}, number(5));
    const std::string text = thrown<Error>([&] { y.sum().backward(); });
    CHECK(contains(text, "that mul saved for its gradient was changed in place by index_put_"));
    CHECK(contains(text, "now version 1, saved at version 0"));
  }
  SUBCASE("through a view") {
    x.narrow(0, 1, 2).view({2, 1}) *= number(2);
    CHECK(contains(thrown<Error>([&] { y.sum().backward(); }),
                   "mul saved for its gradient was changed in "
                   "place by mul_"));
  }
  SUBCASE("through detach(), which shares the version") {
    Tensor d = x.detach();
    d += number(1);
    CHECK(d.version() == x.version());
    CHECK(contains(thrown<Error>([&] { y.sum().backward(); }), "changed in place by add_"));
  }
  SUBCASE("a view was saved") {
    Tensor v = x.narrow(0, 0, 2);
    Tensor u = v * v;
    v.index_put_({0}, number(4));
    CHECK(contains(thrown<Error>([&] { u.sum().backward(); }), "of shape (2,) that mul saved"));
  }
  SUBCASE("a change that nobody saved is none") {
    Tensor z = x + x;
    x *= number(2);
    z.sum().backward();
    CHECK(elements(w.grad()) == Values{2, 2, 2});
  }
}

TEST_CASE("retain_grad survives") {
  Tensor w = leaf({1, 2, 3});
  Tensor x = derived(w);
  x.retain_grad();
  SUBCASE("a change of all") {
    x *= number(2);
    x.sum().backward();
    CHECK(elements(x.grad()) == Values{1, 1, 1});
    CHECK(elements(w.grad()) == Values{2, 2, 2});
  }
  SUBCASE("a change of a part") {
    x.index_put_({0}, number(7));
    (x * x).sum().backward();
    CHECK(elements(x.grad()) == Values{14, 4, 6});
    CHECK(elements(w.grad()) == Values{0, 4, 6});
  }
}

TEST_CASE("a change brings no wish to keep the gradient") {
  Tensor x = derived(leaf({1, 2, 3}));
  x *= number(2);
  x.sum().backward();
  CHECK(!x.grad().defined());
}

TEST_CASE("a part takes the second output of a node") {
  struct Two : Function {  // y = x, z = 2 x
    std::string_view name() const override { return "Two"; }
    Tensors forward(FunctionContext&, const Tensors& x) override {
      return {x[0] * number(1), x[0] * number(2)};
    }
    Tensors backward(FunctionContext&, const Tensors& dy) override {
      return {dy[0] + dy[1] * number(2)};
    }
  };
  const Tensor w = leaf({1, 2, 3});
  Tensor x = derived(leaf({4, 5, 6}));
  x.index_put_({Slice(0, 3)}, apply(Two{}, {w})[1]);
  x.sum().backward();
  CHECK(elements(x) == Values{2, 4, 6});
  CHECK(elements(w.grad()) == Values{2, 2, 2});
}

TEST_CASE("a view from before its base was transposed in place") {
  Tensor base = derived(leaf({1, 2, 3, 4})).reshape({2, 2}) * number(1);
  const Tensor row = base[0];  // the first column now
  base->strides = Strides{1, 2}, base->contiguous = false;
  CHECK(contains(thrown<Error>([&] { Tensor(row).add_(number(1)); }),
                 "before its base got the shape"));
}

TEST_CASE("without a record: what is read is what was there before") {
  const auto counted = [] { return arange(40, {.dtype = DType::f64}); };
  Tensor x = counted();
  x.narrow(0, 1, 39).add_(x.narrow(0, 0, 39));
  CHECK(elements(x)[39] == 38 + 39);
  x = counted() + 1;
  x.add_(x.narrow(0, 0, 1));
  CHECK(elements(x)[39] == 40 + 1);
  x = counted();
  x.add_(x);
  CHECK(elements(x)[39] == 2 * 39);
  x = f64({1, 2, 3});
  x.index_put_({tensor({2, 1, 0})}, x);
  CHECK(elements(x) == Values{3, 2, 1});
  CHECK_THROWS_AS(x.add_(Tensor()), ValueError);
  CHECK_THROWS_AS(x.add_(zeros({3}, {.dtype = DType::f64, .device = kMeta})), DeviceError);
}

TEST_CASE("a hook set before a change sees the gradient of the tensor before it") {
  Tensor w = leaf({1, 2, 3});
  Tensor x = derived(w);
  Values seen;
  x.register_hook([&](const Tensor& g) {
    seen = elements(g);
    return Tensor();
  });
  x *= number(2);
  x.sum().backward();
  CHECK(seen == Values{2, 2, 2});
}

TEST_CASE("overwritten by a constant, a tensor still takes part") {
  Tensor w = leaf({1, 2, 3});
  Tensor x = derived(w);
  x.fill_(2);
  CHECK(x.requires_grad());
  CHECK(x.grad_fn() == "Overwrite");
  (x * x).sum().backward();
  CHECK(elements(w.grad()) == Values{0, 0, 0});
}

TEST_CASE("copy_ moves the history, through dtypes and broadcasting") {
  Tensor w = leaf({1, 2, 3});
  Tensor x = zeros({2, 3});
  x.copy_(w * number(5));
  CHECK(x.dtype() == DType::f32);
  x.sum().backward();
  CHECK(elements(w.grad()) == Values{10, 10, 10});
}

TEST_CASE("changes that read their own target") {
  SUBCASE("x[1:] += x[:-1] reads before it writes") {
    Tensor w = leaf({1, 2, 3, 4});
    Tensor x = derived(w);
    x.narrow(0, 1, 3) += x.narrow(0, 0, 3);
    CHECK(elements(x) == Values{1, 3, 5, 7});
    (x * f64({1, 10, 100, 1000})).sum().backward();
    CHECK(elements(w.grad()) == Values{11, 110, 1100, 1000});
  }
  SUBCASE("the same without a record") {
    Tensor x = f64({1, 2, 3, 4});
    x.narrow(0, 1, 3) += x.narrow(0, 0, 3);
    CHECK(elements(x) == Values{1, 3, 5, 7});
    x.narrow(0, 0, 3) += x.narrow(0, 1, 3);
    CHECK(elements(x) == Values{4, 8, 12, 7});
    Tensor square = arange(4, {.dtype = DType::f64}).view({2, 2});
    square += square.t();
    CHECK(elements(square) == Values{0, 3, 3, 6});
    Tensor rows = arange(6, {.dtype = DType::f64}).view({3, 2});
    rows += rows.narrow(0, 0, 1);
    CHECK(elements(rows) == Values{0, 2, 2, 4, 4, 6});
    Tensor many = arange(100, {.dtype = DType::f64});
    many.narrow(0, 1, 99) += many.narrow(0, 0, 99);
    for (int i = 1; i < 100; ++i) CHECK(many[i].item() == 2 * i - 1);
  }
  SUBCASE("x += x") {
    Tensor w = leaf({1, 2});
    Tensor x = derived(w);
    x += x;
    x.sum().backward();
    CHECK(elements(w.grad()) == Values{2, 2});
  }
  SUBCASE("x *= x: d(x^2) = 2 x") {
    Tensor w = leaf({1, 2, 3});
    Tensor x = derived(w);
    x *= x;
    x.sum().backward();
    CHECK(elements(x) == Values{1, 4, 9});
    CHECK(elements(w.grad()) == Values{2, 4, 6});
  }
  SUBCASE("x[0] *= x[1], twice differentiable: f = (w0 w1)^2 + w1^2") {
    Tensor w = leaf({2, 3});
    Tensor x = derived(w);
    x[0] *= x[1];
    const Tensor g = grad((x * x).sum(), w, {.create_graph = true});
    CHECK(elements(g) == Values{36, 30});  // 2 w0 w1^2, 2 w0^2 w1 + 2 w1
    g.sum().backward();
    CHECK(elements(w.grad()) == Values{42, 34});  // 2 w1^2 + 4 w0 w1, 4 w0 w1 + 2 w0^2 + 2
  }
}

TEST_CASE("a change in place needs no more memory") {
  constexpr std::int64_t n = 1 << 18;
  Tensor x = ones({n});
  const Tensor y = ones({n}), last = full({n}, n - 1, {.dtype = DType::i64});
  const auto taken = [](auto&& change) {
    reset_peak_memory();
    const std::size_t before = memory_stats().peak_in_use;
    change();
    return memory_stats().peak_in_use - before;
  };
  CHECK(taken([&] { x += y; }) == 0);
  CHECK(taken([&] { x += x; }) == 0);
  CHECK(taken([&] { x.relu_(); }) == 0);
  CHECK(taken([&] { x.exp_(); }) == 0);
  CHECK(taken([&] { x.scatter_(0, last, y); }) == 0);
  CHECK(taken([&] { x + y; }) > 0);
}

TEST_CASE("an input that is undefined is refused where a copy of it would be saved") {
  Tensor x = derived(leaf({1, 2}));
  CHECK(contains(thrown<Error>([&] { x *= Tensor(); }), "other is undefined"));
}

TEST_CASE("views whose base has other strides") {
  SUBCASE("the gradient that comes back is transposed") {
    Tensor w = leaf({1, 2, 3, 4});
    Tensor x = derived(w);
    Tensor y = x.view({2, 2});
    y *= number(2);
    const Tensor weight = tensor({{1.0, 2.0}, {3.0, 4.0}}, {.dtype = DType::f64});
    (y.t() * weight).sum().backward();
    CHECK(elements(w.grad()) == Values{2, 6, 4, 8});
  }
  SUBCASE("a view that merges axes") {
    Tensor w = leaf({1, 2, 3, 4});
    Tensor x = derived(w).view({2, 2}).clone();
    x.view({4}) *= number(2);
    const Tensor weight = tensor({{1.0, 2.0}, {3.0, 4.0}}, {.dtype = DType::f64});
    (x.t() * weight).sum().backward();
    CHECK(elements(w.grad()) == Values{2, 6, 4, 8});
  }
  SUBCASE("the target is transposed") {
    Tensor w = leaf({1, 2, 3, 4});
    Tensor x = derived(w).view({2, 2}).t();
    x *= number(3);
    x[0] *= number(2);
    (x * tensor({{1.0, 2.0}, {3.0, 4.0}}, {.dtype = DType::f64})).sum().backward();
    CHECK(elements(x) == Values{6, 18, 6, 12});
    CHECK(elements(w.grad()) == Values{6, 9, 12, 12});
  }
  SUBCASE("backwards") {
    Tensor w = leaf({1, 2, 3, 4});
    Tensor x = derived(w);
    x.index({Slice(std::nullopt, std::nullopt, -2)}) *= f64({10, 100});
    CHECK(elements(x) == Values{1, 200, 3, 40});
    x.sum().backward();
    CHECK(elements(w.grad()) == Values{1, 100, 1, 10});
  }
}

TEST_CASE("index arrays and masks") {
  Tensor w = leaf({1, 2, 3});
  SUBCASE("replace; of repeated indices the last one stays") {
    Tensor x = derived(w);
    x.index_put_({tensor({0, 0, 2})}, f64({5, 6, 7}));
    CHECK(x.grad_fn() == "IndexPut");
    (x * x).sum().backward();
    CHECK(elements(x) == Values{6, 2, 7});
    CHECK(elements(w.grad()) == Values{0, 4, 0});
  }
  SUBCASE("add; repeated indices add up") {
    Tensor v = leaf({10, 20, 30}), x = derived(w);
    x.index_put_({tensor({0, 0, 2})}, derived(v), /*accumulate=*/true);
    (x * x).sum().backward();
    CHECK(elements(x) == Values{31, 2, 33});
    CHECK(elements(w.grad()) == Values{62, 4, 66});
    CHECK(elements(v.grad()) == Values{62, 62, 66});
  }
  SUBCASE("a mask through a view") {
    Tensor u = leaf({1, 2, 3, 4, 5, 6});
    Tensor x = derived(u).view({2, 3});
    x[0].index_put_({tensor({true, false, true})}, u.narrow(0, 3, 2));
    (x * x).sum().backward();
    CHECK(elements(x) == Values{4, 2, 5, 4, 5, 6});
    CHECK(elements(u.grad()) == Values{0, 4, 0, 16, 20, 12});
  }
}

TEST_CASE("targets that cannot be written are refused with the fix") {
  const Tensor w = leaf({1, 2, 3});
  struct Bad {
    Call<void()> call;
    const char* text;
  };
  const std::vector<Bad> table = {
      {[&] { zeros({1}).expand({3}) += full({}, 1.0); },
       "dimension 0 of the target is expanded: several "
       "of its elements are one place in memory; write to a clone()"},
      {[&] {
         zeros({2, 1}).expand({2, 3}).copy_(zeros({3}));
       },
       "dimension 1 of the target is expanded"},
      {[&] { unfold_view(zeros({4}), 0, 2, 1).add_(ones({})); },
       "dimensions 0 and 1 of the target overlap: several of its elements are one place in memory"},
      {[&] { unfold_view(zeros({8}), 0, 3, 2).add_(ones({})); }, "of the target overlap"},
      {[&] { derived(w).unbind(0)[1] += w[0]; },
       "add_: this is one of several views that unbind gave, and cannot be changed in place"},
      {[&] { derived(w).split(2)[0] += w[0]; }, "this is one of several views that split gave"},
      {[&] { derived(w).chunk(2)[0].narrow(0, 1, 1) += w[0]; }, "several views that split gave"},
      {[&] { zeros({3}).unbind(0)[0] += w[0]; }, "several views that unbind gave"},
      {[&] { zeros({3}, {.dtype = DType::i64}) += w; },
       "a result of float64 cannot be written into a "
       "target of int64"},
      {[&] { arange(3).div_(arange(3)); },
       "a result of float32 cannot be written into a target of int64"},
      {[&] { arange(3).sigmoid_(); },
       "a result of float32 cannot be written into a target of int64"},
      {[&] {
         zeros({3}) += zeros({2, 3});
       },
       "a value of shape (2, 3) does not fit the target of shape (3,)"},
      {[&] { zeros({3}) += zeros({4}); }, "shapes (3,) and (4,) do not broadcast"},
      {[&] { derived(w)[0].detach_(); }, "detach_: this tensor is a view; use detach() instead"},
  };
  for (const Bad& bad : table) {
    const std::string text = thrown<Error>(bad.call);
    CAPTURE(text);
    CHECK_MESSAGE(contains(text, bad.text), bad.text);
  }
}

TEST_CASE("windows that do not overlap, and parts without a record, can be changed") {
  Tensor x = zeros({6}, {.dtype = DType::f64});
  unfold_view(x, 0, 2, 2).add_(ones({}, {.dtype = DType::f64}));
  CHECK(elements(x) == Values(6, 1));
  unfold_view(x, 0, 3, 1)[2].add_(ones({}, {.dtype = DType::f64}));
  CHECK(elements(x) == Values{1, 1, 2, 2, 2, 1});
  x.unbind(0)[0].add_(number(4));
  x.split(3)[1].add_(number(1));
  CHECK(elements(x) == Values{5, 1, 2, 3, 3, 2});
  const Tensor w = leaf({1, 2, 3}), y = derived(w);
  {
    const NoGrad guard;
    y.unbind(0)[0].add_(number(4));
    CHECK(elements(y) == Values{5, 2, 3});
  }
  (tensor_split(derived(w), 3)[1] += number(1)).sum().backward();  // as in PyTorch
  CHECK(elements(w.grad()) == Values{0, 1, 0});
}

}  // namespace limpid::inplace_test
