// Activations of straight pieces. Their gradients are constant between corners: as functions of the
// input their derivative is 0.

// covers: piecewise_activation, margin_loss, op_node

#include "limpid/op/piecewise.h"

#include <doctest/doctest.h>

#include <vector>

#include "limpid/autograd/engine.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "limpid/tensor/reinterpret.h"
#include "tests/call.h"

namespace limpid::piecewise_test {

using testing::Call;

TEST_CASE("composites that choose between straight pieces have a second derivative, which is 0") {
  const Tensor classes = arange(2), slopes = ones({3}) * 0.25;
  const std::vector<Call<Tensor(const Tensor&)>> calls = {
      [](const Tensor& x) { return hardshrink(x); },
      [](const Tensor& x) { return softshrink(x); },
      [](const Tensor& x) { return threshold(x, 0.5, 3); },
      [&](const Tensor& x) { return prelu(x, slopes); },
      [](const Tensor& x) { return rrelu(x, 0.25, 0.5, true); },
      [](const Tensor& x) { return leaky_relu(x); },
      [&](const Tensor& x) { return multi_margin_loss(x, classes); }};
  for (std::size_t i = 0; i < calls.size(); ++i) {
    INFO("call ", i);
    Tensor x = tensor({{-2.0, -0.25, 0.1}, {0.75, 1.0, 3.0}}, {.dtype = DType::f32});
    x.requires_grad_();
    const Tensor first = grad(calls[i](x).sum(), x, {.create_graph = true});
    REQUIRE(first.requires_grad());
    CHECK(grad((first * first).sum(), x).to_vector<float>() == std::vector<float>(6, 0));
  }
}

TEST_CASE("straight pieces of 16-bit floats are computed in float32 and rounded once") {
  const std::vector<Call<Tensor(const Tensor&)>> calls = {
      [](const Tensor& x) { return hardsigmoid(x); }, [](const Tensor& x) { return hardswish(x); },
      [](const Tensor& x) { return relu6(x); }, [](const Tensor& x) { return hardtanh(x); }};
  for (const DType dtype : {DType::bf16, DType::f16}) {
    const Tensor patterns = arange(-32768, 32768, {.dtype = DType::i16});
    const Tensor every = view_as_dtype(patterns, dtype);
    const Tensor finite = masked_select(every, isfinite(every));
    REQUIRE(finite.numel() == (dtype == DType::bf16 ? 65280 : 63488));
    const Tensor dy = full_like(finite, 0.7);
    for (std::size_t i = 0; i < calls.size(); ++i) {
      INFO("call ", i, ", ", name_of(dtype));
      const Tensor x = finite.clone().requires_grad_();
      const Tensor wide = finite.to(DType::f32).requires_grad_();
      const Tensor y = calls[i](x), exact = calls[i](wide);
      CHECK(equal(y, exact.to(dtype)));
      const Tensor dx = grad(std::span(&y, 1), std::span(&x, 1), std::span(&dy, 1))[0];
      const Tensor wide_dy = dy.to(DType::f32);
      const Tensor exact_dx =
          grad(std::span(&exact, 1), std::span(&wide, 1), std::span(&wide_dy, 1))[0];
      CHECK(equal(dx, exact_dx.to(dtype)));
    }
  }
}

TEST_CASE("what is read through corners keeps its history, and costs nothing without one") {
  const Tensor x = ones({2}, {.requires_grad = true});
  const Tensor y = x * 3, same = with_corners(y);
  CHECK(same.data<float>() == y.data<float>());
  same.sum().backward();
  CHECK(x.grad().to_vector<float>() == std::vector<float>{3, 3});
  const Tensor plain = ones({2});
  CHECK(with_corners(plain).impl() == plain.impl());
  const NoGrad guard;
  CHECK(with_corners(y).impl() == y.impl());
}

TEST_CASE("a gradient of straight pieces is a function of what arrives, too") {
  const Tensor x = tensor({-2, 0.5}, {.dtype = DType::f32}).requires_grad_();
  const Tensor dy = ones({2}, {.requires_grad = true}), y = leaky_relu(x, 0.25);
  const Tensor first =
      grad(std::span(&y, 1), std::span(&x, 1), std::span(&dy, 1), {.create_graph = true})[0];
  CHECK(grad(first.sum(), dy).to_vector<float>() == std::vector<float>{0.25, 1});
}

TEST_CASE("gradients that happen to be constant are functions of the input all the same") {
  const Tensor x = ones({1, 1, 3, 3}, {.requires_grad = true}), w = ones({1, 1, 2, 2});
  const Tensor first = grad(conv2d(x, w).sum(), x, {.create_graph = true});
  REQUIRE(first.requires_grad());
  CHECK(grad((first * first).sum(), x).to_vector<float>() == std::vector<float>(9, 0));
}

TEST_CASE("the corners of an input that wants no gradient are not recorded") {
  OpInfo info = describe<Remainder>;
  info.gradient = [](const void*, const Backward& b) {
    return Tensors{b.dy(), piecewise(b.dy(), 1)};
  };
  const Remainder op;
  const Tensor x = ones({2}, {.requires_grad = true}), y = ones({2});
  TensorImpl* in[] = {x.impl(), y.impl()};
  const Tensor rest = apply_one(info, &op, Inputs(in, 2));
  CHECK(grad(rest.sum(), x, {.create_graph = true}).to_vector<float>() == std::vector<float>{1, 1});
}

TEST_CASE("an input without gradient has no corners") {
  const Tensor x = tensor({5, 7}, {.dtype = DType::f32}).requires_grad_();
  const Tensor y = tensor({2, 3}, {.dtype = DType::f32});
  CHECK(grad(fmod(x, y).sum(), x, {.create_graph = true}).to_vector<float>() ==
        std::vector<float>{1, 1});
}

}  // namespace limpid::piecewise_test
