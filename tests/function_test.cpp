// Functions of the user's own: forward and backward, what they may save, and what is refused.

#include "limpid/autograd/function.h"

#include <doctest/doctest.h>

#include "limpid/autograd/engine.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/autograd/gradcheck.h"
#include "limpid/tensor/creation.h"
#include "tests/thrown.h"

namespace limpid::function_test {

namespace {

using Doubles = std::vector<double>;
Doubles elements(const Tensor& t) { return t.to_vector<double>(); }
constexpr TensorOptions kLeaf{.requires_grad = true};
constexpr TensorOptions kWide{.dtype = DType::f64, .requires_grad = true};

/// The example of function.h: y = x^3.
struct Cube : Function {
  std::string_view name() const override { return "Cube"; }
  Tensors forward(FunctionContext& context, const Tensors& x) override {
    context.save_for_backward({x[0]});
    return {x[0] * x[0] * x[0]};
  }
  Tensors backward(FunctionContext& context, const Tensors& dy) override {
    const Tensor x = context.saved()[0];
    return {dy[0] * x * x * full_like(x, 3)};
  }
};

/// (x y, x + y); saves an output and an input; gradients only where needed.
struct ProductAndSum : Function {
  std::vector<bool>* needed = nullptr;
  std::string_view name() const override { return "ProductAndSum"; }
  Tensors forward(FunctionContext& context, const Tensors& in) override {
    if (needed) *needed = {context.needs_input_grad(0), context.needs_input_grad(1)};
    context.save_for_backward({in[0], in[1]});
    return {in[0] * in[1], in[0] + in[1]};
  }
  Tensors backward(FunctionContext& context, const Tensors& dy) override {
    const Tensors in = context.saved();
    Tensors out(2);
    if (context.needs_input_grad(0)) out[0] = dy[0] * in[1] + dy[1];
    if (context.needs_input_grad(1)) out[1] = dy[0] * in[0] + dy[1];
    return out;
  }
};

/// Forward and backward as they come, for what is refused.
struct Anything : Function {
  std::function<Tensors(FunctionContext&, const Tensors&)> run, back;
  Anything(decltype(run) f, decltype(back) b) : run(std::move(f)), back(std::move(b)) {}
  std::string_view name() const override { return "Anything"; }
  Tensors forward(FunctionContext& c, const Tensors& in) override { return run(c, in); }
  Tensors backward(FunctionContext& c, const Tensors& dy) override { return back(c, dy); }
};
const auto pass_on = [](FunctionContext&, const Tensors& t) { return t; };

}  // namespace

TEST_CASE("function: values, gradients and the name in the record") {
  Tensor x = tensor({1.0, 2.0}, kLeaf);
  const Tensor y = apply(Cube{}, {x})[0];
  CHECK(elements(y) == Doubles{1, 8});
  CHECK(y.grad_fn() == "Cube");
  CHECK(!y.is_leaf());
  y.sum().backward();
  CHECK(elements(x.grad()) == Doubles{3, 12});
}

TEST_CASE("function: derivatives of every order, where backward is made of ops") {
  Tensor x = full({}, 2.0, kWide);
  const Tensor in[] = {x};
  const auto cube = [](std::span<const Tensor> t) { return apply(Cube{}, {t[0]}); };
  CHECK(gradcheck(cube, in).ok);
  CHECK(gradgradcheck(cube, in).ok);
  Tensor d = apply(Cube{}, {x})[0];
  for (double expected : {12.0, 12.0, 6.0}) {
    d = grad(d, x, {.create_graph = true});
    CHECK(d.item() == expected);
  }
  const Tensor two[] = {rand({3}, kWide), rand({3}, kWide)};
  const auto both = [](std::span<const Tensor> t) { return apply(ProductAndSum{}, {t[0], t[1]}); };
  CHECK(gradcheck(both, two).ok);
  CHECK(gradgradcheck(both, two).ok);
}

TEST_CASE("function: a saved output comes back with its history") {
  struct SquareOfSquare : Function {  // y = x^2, z = y^2 saved as outputs; dz/dx = 2 y 2 x
    std::string_view name() const override { return "SquareOfSquare"; }
    Tensors forward(FunctionContext& context, const Tensors& x) override {
      const Tensor y = x[0] * x[0];
      context.save_for_backward({y, x[0]});
      return {y};
    }
    Tensors backward(FunctionContext& context, const Tensors& dy) override {
      const Tensors saved = context.saved();
      CHECK(saved[0].requires_grad() == is_grad_enabled());
      return {dy[0] * (saved[1] + saved[1]) +
              dy[0] * (saved[0] + saved[1] * saved[1] * full({}, -1.0))};
    }
  };
  const Tensor in[] = {rand({3}, kWide)};
  const auto f = [](std::span<const Tensor> t) { return apply(SquareOfSquare{}, {t[0]}); };
  CHECK(gradcheck(f, in).ok);
  CHECK(gradgradcheck(f, in).ok);
}

TEST_CASE("function: several outputs; those without gradient count as zeros") {
  std::vector<bool> needed;
  Tensor x = tensor({2.0, 3.0}, kLeaf), y = tensor({5.0, 7.0});
  ProductAndSum op;
  op.needed = &needed;
  Tensors out = apply(op, {x, y});
  CHECK(needed == std::vector<bool>{true, false});
  out[0].sum().backward({}, {.retain_graph = true});
  CHECK(elements(x.grad()) == Doubles{5, 7});
  out[1].sum().backward();
  CHECK(elements(x.grad()) == Doubles{6, 8});
  CHECK(!y.grad().defined());
  const NoGrad guard;
  out = apply(op, {x, y});
  CHECK(needed == std::vector<bool>{false, false});
  CHECK(!out[0].requires_grad());
  const auto asks_for = [&](int i) {
    const auto ask = [i](FunctionContext& c, const Tensors& t) {
      c.needs_input_grad(i);
      return t;
    };
    apply(Anything(ask, pass_on), {x});
  };
  CHECK_SAYS(IndexError, "there is no input 2, only 1", asks_for(2));
  CHECK_SAYS(IndexError, "there is no input 1, only 1", asks_for(1));
  CHECK_SAYS(IndexError, "there is no input -1, only 1", asks_for(-1));
}

TEST_CASE("function: forward runs without recording") {
  Tensor x = tensor({2.0}, kLeaf);
  bool inside = true, product = true;
  apply(Anything(
            [&](FunctionContext&, const Tensors& t) -> Tensors {
              inside = is_grad_enabled();
              product = (t[0] * t[0]).requires_grad();
              return {t[0] * t[0]};
            },
            pass_on),
        {x});
  CHECK(!inside);
  CHECK(!product);
  CHECK(is_grad_enabled());
}

TEST_CASE("function: saved tensors are checked for changes, freed, or kept on request") {
  Tensor x = tensor({1.0, 2.0}, kLeaf);
  Tensor y = x + x;
  Tensor z = apply(Cube{}, {y})[0];
  z.sum().backward({}, {.retain_graph = true});
  z.sum().backward();
  CHECK(elements(x.grad()) == Doubles{2 * 2 * 12, 2 * 2 * 48});
  CHECK_SAYS(GraphError, "backward of Cube: a second backward through the same graph",
             z.sum().backward());
  z = apply(Cube{}, {y})[0];
  y.add_(ones({2}));
  CHECK_SAYS(GraphError, "that Cube saved for its gradient was changed in place by add_",
             z.sum().backward());
  const auto nothing_saved = Anything(pass_on, pass_on);
  const Tensor w = apply(nothing_saved, {x})[0];
  w.sum().backward();
  CHECK_NOTHROW(w.sum().backward());
}

TEST_CASE("function: calls leave nothing behind, saved outputs and create_graph neither") {
  Tensor x = ones({16}, kLeaf);
  const auto keeps_output = [](FunctionContext& c, const Tensors& t) -> Tensors {
    const Tensor y = t[0] * t[0];
    c.save_for_backward({y, t[0], Tensor()});
    return {y};
  };
  const auto back = [](FunctionContext& c, const Tensors& dy) -> Tensors {
    const Tensors s = c.saved();
    CHECK(!s[2].defined());
    return {dy[0] * (s[1] + s[1])};
  };
  const auto once = [&] {
    Tensor y = apply(Anything(keeps_output, back), {x})[0];
    y.sum().backward({}, {.create_graph = true});
    x.zero_grad();
    apply(Anything(keeps_output, back), {x});  // never used
  };
  for (int i = 0; i < 50; ++i) once();
  const std::size_t before = memory_stats().in_use;
  for (int i = 0; i < 1000; ++i) once();
  CHECK(memory_stats().in_use == before);
}

TEST_CASE("function: outputs that forward did not make are copied") {
  Tensor x = tensor({1.0, 2.0}, kLeaf);
  const Tensor y = apply(Anything(pass_on, pass_on), {x})[0];
  CHECK(!y.is_same(x));
  CHECK(!y.shares_storage(x));
  CHECK(x.is_leaf());
  CHECK(y.grad_fn() == "Anything");
  y.sum().backward();
  CHECK(elements(x.grad()) == Doubles{1, 1});
  const auto views = [](FunctionContext&, const Tensors& t) -> Tensors {
    const Tensor two = t[0] + t[0];
    return {t[0].view({2, 1}), two, two, two.view({1, 2})};
  };
  const auto back = [](FunctionContext&, const Tensors& dy) -> Tensors {
    return {dy[0].view({2}) + dy[1] + dy[2] + dy[3].view({2})};
  };
  const Tensors out = apply(Anything(views, back), {x});
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(out[i].grad_fn() == "Anything");
    for (std::size_t k = 0; k < i; ++k) CHECK(!out[i].shares_storage(out[k]));
  }
  x.zero_grad();
  const Tensor weights[] = {full({2, 1}, 1.0), full({2}, 10.0), full({2}, 100.0),
                            full({1, 2}, 1000.0)};
  backward(out, weights);
  CHECK(elements(x.grad()) == Doubles{1111, 1111});
  Tensor changed = apply(Anything(pass_on, pass_on), {x})[0];
  changed.add_(ones({2}));  // in place on an output: the input keeps its elements
  CHECK(elements(x) == Doubles{1, 2});
}

TEST_CASE("function: an output that forward made is not copied") {
  Tensor x = tensor({1.0, 2.0}, kLeaf);
  const float* made = nullptr;
  const auto square = [&](FunctionContext&, const Tensors& t) -> Tensors {
    const Tensor y = t[0] * t[0];
    made = y.data<float>();
    return {y};
  };
  CHECK(apply(Anything(square, pass_on), {x})[0].data<float>() == made);
}

TEST_CASE("function: an input that is returned, too, is saved as the input") {
  Tensor x = tensor({1.0, 2.0}, kLeaf);
  Tensor y = x + x;
  const auto keep = [](FunctionContext& c, const Tensors& t) {
    c.save_for_backward(t);
    return t;
  };
  const auto back = [](FunctionContext& c, const Tensors& dy) -> Tensors {
    return {dy[0] * c.saved()[0]};
  };
  const Tensor z = apply(Anything(keep, back), {y})[0];
  y.add_(ones({2}));
  CHECK_SAYS(GraphError, "that Anything saved for its gradient was changed in place by add_",
             z.sum().backward());
}

TEST_CASE("function: outputs without gradient") {
  Tensor x = tensor({1.0, 2.0}, kLeaf);
  const auto f = [](FunctionContext& c, const Tensors& t) -> Tensors {
    const Tensor mask = t[0] + t[0];
    c.mark_non_differentiable(mask);
    c.save_for_backward({mask});
    return {t[0] * t[0], mask, t[0].to(DType::i64)};
  };
  const auto back = [](FunctionContext& c, const Tensors& dy) -> Tensors {
    CHECK(dy.size() == 3);
    CHECK(!c.saved()[0].requires_grad());
    return {dy[0] * c.saved()[0] + dy[1]};
  };
  const Tensors out = apply(Anything(f, back), {x});
  CHECK(out[0].requires_grad());
  CHECK(!out[1].requires_grad());
  CHECK(!out[2].requires_grad());
  out[0].sum().backward({}, {.create_graph = true});
  CHECK(elements(x.grad()) == Doubles{2, 4});
}

TEST_CASE("function: what backward returns is checked") {
  Tensor x = tensor({1.0, 2.0}, kLeaf), n = tensor({1.0, 2.0});
  const auto returns = [&](Tensors gradients, const Tensors& in) {
    const auto first = [](FunctionContext&, const Tensors& t) -> Tensors { return {t[0] + t[0]}; };
    const auto back = [gradients](FunctionContext&, const Tensors&) { return gradients; };
    apply(Anything(first, back), in)[0].sum().backward();
  };
  CHECK_SAYS(GraphError,
             "backward of Anything: backward returned 1 gradients for 2 inputs; return an "
             "undefined tensor for inputs that need none",
             returns({ones({2})}, {x, n}));
  CHECK_SAYS(GraphError, "backward returned 2 gradients for 1 inputs",
             returns({ones({2}), n}, {x}));
  CHECK_SAYS(ShapeError, "backward returned a gradient of shape (1, 2) for input 0 of shape (2,)",
             returns({ones({1, 2})}, {x}));
  CHECK(!x.grad().defined());
  returns({ones({2}), ones({77})}, {x, n});  // of an input that needs none: ignored
  CHECK(elements(x.grad()) == Doubles{1, 1});
  returns({Tensor()}, {x});  // none at all
  CHECK(elements(x.grad()) == Doubles{1, 1});
  returns({ones({2}, {.dtype = DType::f64})}, {x});  // brought to the input's dtype
  CHECK(elements(x.grad()) == Doubles{2, 2});
  CHECK_SAYS(
      ValueError, "Anything: forward returned an undefined output 0",
      apply(Anything([](FunctionContext&, const Tensors&) { return Tensors(1); }, pass_on), {x}));
}

TEST_CASE("function: optional inputs may be undefined") {
  Tensor x = tensor({1.0, 2.0}, kLeaf);
  const auto f = [](FunctionContext& c, const Tensors& t) -> Tensors {
    CHECK(c.needs_input_grad(0));
    CHECK(!c.needs_input_grad(1));
    c.save_for_backward({t[1], t[0]});
    return {t[0] * t[0]};
  };
  const auto back = [](FunctionContext& c, const Tensors& dy) -> Tensors {
    CHECK(!c.saved()[0].defined());
    return {dy[0] * c.saved()[1], Tensor()};
  };
  apply(Anything(f, back), {x, Tensor()})[0].sum().backward();
  CHECK(elements(x.grad()) == Doubles{1, 2});
}

TEST_CASE("function: five inputs and five outputs") {
  Tensors in(5);
  for (std::size_t i = 0; i < 5; ++i) in[i] = full({2}, static_cast<double>(i + 1), kLeaf);
  const auto scale = [](FunctionContext& c, const Tensors& t) {
    c.save_for_backward(t);
    Tensors out(5);
    for (std::size_t i = 0; i < 5; ++i) out[i] = t[i] * t[4 - i];
    return out;
  };
  const auto back = [](FunctionContext& c, const Tensors& dy) {
    const Tensors t = c.saved();
    Tensors out(5);
    for (std::size_t i = 0; i < 5; ++i) out[i] = (dy[i] + dy[4 - i]) * t[4 - i];
    return out;
  };
  const Tensors out = apply(Anything(scale, back), in);
  Tensor total = out[0].sum();
  for (std::size_t i = 1; i < 5; ++i) total = total + out[i].sum();
  total.backward();
  for (std::size_t i = 0; i < 5; ++i) CHECK(elements(in[i].grad()) == Doubles(2, 2.0 * (5 - i)));
}

TEST_CASE("function: without materialized gradients, what never arrived is undefined") {
  Tensor x = tensor({1.0, 2.0}, kLeaf);
  const auto f = [](FunctionContext& c, const Tensors& t) -> Tensors {
    c.set_materialize_grads(false);
    return {t[0] * t[0], t[0] + t[0]};
  };
  const auto back = [](FunctionContext&, const Tensors& dy) -> Tensors {
    CHECK(!dy[0].defined());
    return {dy[1] + dy[1]};
  };
  apply(Anything(f, back), {x})[1].sum().backward();
  CHECK(elements(x.grad()) == Doubles{2, 2});
}

TEST_CASE("function: an output and what was saved of it may both retain their gradient") {
  Tensor kept;
  const auto square = [](FunctionContext& c, const Tensors& t) -> Tensors {
    const Tensor y = t[0] * t[0];
    c.save_for_backward({y, t[0]});
    return {y};
  };
  const auto back = [&](FunctionContext& c, const Tensors& dy) -> Tensors {
    if (!kept.defined()) kept = c.saved()[0];
    return {dy[0] * (c.saved()[1] + c.saved()[1])};
  };
  Tensor x = tensor({1.0, 2.0}, kLeaf);
  const Tensor y = apply(Anything(square, back), {x})[0];
  y.sum().backward({}, {.create_graph = true});
  kept.retain_grad();
  y.retain_grad();
  y.sum().backward();
  CHECK(elements(kept.grad()) == Doubles{1, 1});
  CHECK(elements(y.grad()) == Doubles{1, 1});
}

}  // namespace limpid::function_test
