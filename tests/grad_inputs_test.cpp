// grad(outputs, inputs) computes what leads from the outputs to these inputs, and nothing else.

// covers: engine, op_node

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "limpid/autograd/anomaly.h"
#include "limpid/autograd/engine.h"
#include "limpid/autograd/function.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/ops/matmul/matmul.h"
#include "limpid/tensor/creation.h"

namespace limpid::grad_inputs_test {

namespace {

constexpr TensorOptions kLeaf{.requires_grad = true};

/// The identity, which counts its backwards.
struct Counted : Function {
  int& count;
  explicit Counted(int& c) : count(c) {}
  std::string_view name() const override { return "Counted"; }
  Tensors forward(FunctionContext&, const Tensors& x) override { return {x[0].clone()}; }
  Tensors backward(FunctionContext&, const Tensors& dy) override {
    ++count;
    return {dy[0]};
  }
};
Tensor counted(const Tensor& x, int& count) { return apply(Counted{count}, {x})[0]; }

}  // namespace

TEST_CASE("grad: of two branches only the one that leads to the input runs") {
  const Tensor a = ones({3}, kLeaf), b = ones({3}, kLeaf);
  int left = 0, right = 0, both = 0;
  const Tensor y =
      counted(counted(a * a, left) + counted(counted(b * b, right), right), both).sum();
  const GradOptions again{.retain_graph = true};
  CHECK(grad(y, a, again).to_vector<double>() == std::vector<double>(3, 2));
  CHECK(left == 1);
  CHECK(right == 0);
  CHECK(both == 1);
  CHECK(grad(y, b, again).to_vector<double>() == std::vector<double>(3, 2));
  CHECK(left == 1);
  CHECK(right == 2);
  const Tensor inputs[] = {a, b};
  grad(std::span(&y, 1), inputs, {}, again);
  CHECK(left == 2);
  CHECK(right == 4);
  y.backward();
  CHECK(left == 3);
  CHECK(right == 6);
}

// The gradient of the weight would be 0 * inf: with anomalies watched, computing it is an error.
TEST_CASE("grad: a node computes the gradients that are wanted, and no other") {
  const Tensor x = full({2, 3}, INFINITY, kLeaf), w = ones({3, 2}, kLeaf);
  const Tensor zero = zeros({2, 2});
  const DetectAnomaly guard;
  const auto gradient = [&](const Tensor& y, const Tensor& input) {
    return grad(std::span(&y, 1), std::span(&input, 1), std::span(&zero, 1))[0];
  };
  CHECK(gradient(matmul(x, w), x).to_vector<double>() == std::vector<double>(6, 0));
  CHECK_THROWS_AS(gradient(matmul(x, w), w), GraphError);
  const Tensor square = ones({2, 2}, kLeaf), wild = full({2, 2}, INFINITY, kLeaf);
  CHECK(gradient(square * wild, wild).to_vector<double>() == std::vector<double>(4, 0));
  CHECK_THROWS_AS(gradient(square * wild, square), GraphError);
  const Tensor y = square * wild;
  CHECK_THROWS_AS(y.backward(zero), GraphError);  // all leaves: both are computed
}

TEST_CASE("grad: what is left out has its history all the same where the pass is recorded") {
  const Tensor x = full({}, 3.0, kLeaf), w = full({}, 5.0, kLeaf);
  const Tensor y = x * x * w;
  const Tensor dx = grad(y, x, {.create_graph = true});  // 2 x w
  CHECK(dx.item() == 30);
  CHECK(grad(dx, w, {.retain_graph = true}).item() == 6);  // 2 x
  CHECK(grad(dx, x).item() == 10);                         // 2 w
}

TEST_CASE("grad: a pass inside a node's backward has its own inputs") {
  struct Inner : Function {
    std::string_view name() const override { return "Inner"; }
    Tensors forward(FunctionContext& context, const Tensors& x) override {
      context.save_for_backward({x[0]});
      return {x[0] * x[0]};
    }
    Tensors backward(FunctionContext& context, const Tensors& dy) override {
      Tensor x = context.saved()[0].detach();
      x.requires_grad_();
      Tensor w = full({}, 1.0, kLeaf);
      EnableGrad on;
      (x * x * w).backward(dy[0]);
      CHECK(w.grad().item() == 18);  // dy x x
      return {x.grad()};
    }
  };
  const Tensor x = full({}, 3.0, kLeaf), other = full({}, 2.0, kLeaf);
  CHECK(grad(apply(Inner{}, {x})[0] * other, x).item() == 12);
}

}  // namespace limpid::grad_inputs_test
