// gradcheck finds wrong gradients, and takes right ones.

// covers: gradcheck
#include "limpid/autograd/gradcheck.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/autograd_parts.h"
#include "tests/thrown.h"

namespace limpid::gradcheck_test {

using namespace testing;

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

}  // namespace limpid::gradcheck_test
