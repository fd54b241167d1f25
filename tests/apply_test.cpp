// What a call goes through whatever its op is: inputs that meet, errors that name them, the record.

// covers: op_node, op_info
#include "limpid/op/apply.h"

#include <doctest/doctest.h>

#include "limpid/autograd/engine.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "tests/thrown.h"

namespace limpid::apply_test {

namespace {

constexpr TensorOptions kLeaf{.requires_grad = true}, kOnMeta{.device = kMeta};

Tensor called(const OpInfo& info, const Tensor& x) {
  TensorImpl* in[] = {x.impl()};
  const Relu relu;
  return apply_one(info, &relu, Inputs(in, 1));
}

}  // namespace

TEST_CASE("apply: the dtype in which inputs meet") {
  const Tensor mask = ones({2}, {.dtype = DType::boolean}), whole = arange(2);
  CHECK((mask + full({}, 3)).dtype() == DType::i64);
  CHECK((whole + full({}, 0.5)).dtype() == DType::f32);
  CHECK((whole.to(DType::i32) + full({}, 3)).dtype() == DType::i32);
  CHECK(exp(whole).dtype() == DType::f32);
  CHECK(exp(whole).to_vector<double>()[0] == 1);
}

TEST_CASE("apply: what is left out stays so where the others are converted") {
  OpInfo info = describe<Relu>;
  info.input_count = 2, info.optional_inputs = 0b10;
  info.traits.promotion = Promotion::floating;
  info.kernels[static_cast<std::size_t>(DeviceType::cpu)] = info.reference;
  const Tensor x = tensor({-1, 2});
  TensorImpl* in[] = {x.impl(), nullptr};
  const Relu relu;
  const Tensor y = apply_one(info, &relu, Inputs(in, 2));
  CHECK(y.dtype() == DType::f32);
  CHECK(y.to_vector<double>() == std::vector<double>{0, 2});
}

TEST_CASE("apply: errors name the inputs and give their shapes") {
  const Tensor x = ones({2, 3}), w = ones({4, 3});
  CHECK_SAYS(ShapeError, "[input (2, 3), weight (4, 3), bias (7,)]", linear(x, w, ones({7})));
  CHECK_SAYS(DeviceError, "input is on cpu but bias is on meta", linear(x, w, ones({4}, kOnMeta)));
  CHECK_SAYS(ValueError, "weight is undefined", linear(x, Tensor()));
  CHECK_SAYS(ValueError, "tensors 1 is undefined", cat({x, Tensor()}));
  CHECK_SAYS(DeviceError, "input is on cpu but indices 0 is on meta",
             apply(AdvancedIndex{{0}}, x, zeros({1}, {.dtype = DType::i64, .device = kMeta})));
}

TEST_CASE("apply: errors of a composite's parts say which part, and of what where that differs") {
  const Tensor x = ones({3, 4});
  CHECK_SAYS(IndexError, "[input (3, 4), index (1,); in index of input (12,), indices 0 (1,)]",
             take(x, tensor({12})));
  CHECK_SAYS(IndexError, "[input (3, 4); in sort]", argsort(x, 9));
}

TEST_CASE("apply: elements tell the shape, where there are elements") {
  CHECK(nonzero(tensor({0, 1, 2})).shape() == Shape{2, 1});
  CHECK_SAYS(DeviceError, "which meta tensors do not have", nonzero(zeros({3}, kOnMeta)));
}

TEST_CASE("apply: an op without a kernel says which there are") {
  OpInfo info = describe<Relu>;
  const auto cpu = static_cast<std::size_t>(DeviceType::cpu);
  const Kernel kernel = std::exchange(info.kernels[cpu], nullptr);
  CHECK_SAYS(DeviceError, "there is no kernel for cpu; kernels here: reference [",
             called(info, ones({2})));
  info.kernels[static_cast<std::size_t>(DeviceType::meta)] = kernel;
  CHECK_SAYS(DeviceError, "kernels here: reference, meta [", called(info, ones({2})));
}

TEST_CASE("apply: views of meta tensors have no memory") {
  CHECK(zeros({4}, kOnMeta).narrow(0, 1, 2)->data == nullptr);
}

TEST_CASE("apply: nothing is recorded under no_grad, of several outputs either") {
  const Tensor x = ones({2, 3}, kLeaf);
  const NoGrad guard;
  CHECK(!max(x, 0).values.requires_grad());
}

TEST_CASE("op_node: a gradient that reads what its card did not save is refused") {
  OpInfo info = describe<Relu>;
  info.saves = [](Needs) { return Saves{}; };
  const Tensor x = ones({2}, kLeaf);
  CHECK_SAYS(GraphError, "relu did not save output 0", called(info, x).sum().backward());
}

TEST_CASE("op_node: constant outputs take no part in second derivatives") {
  const Tensor x = rand({2, 3, 2}, kLeaf), weight = ones({3}, kLeaf);
  const Tensor mean = zeros({3}), var = ones({3}) * 4.0;
  const Tensor y = batch_norm(x, mean, var, weight, zeros({3}));
  const Tensor first = grad(y.sum(), x, {.create_graph = true});
  const Tensor second = grad(first.sum(), weight);  // 4 elements a channel, each w / sqrt(var)
  for (double value : second.to_vector<double>()) CHECK(value == doctest::Approx(4 / 2.0));
}

}  // namespace limpid::apply_test
