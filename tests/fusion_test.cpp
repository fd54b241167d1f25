// Layers joined: batch norm folded into a convolution, activations computed with a product. Against
// the same layers one after the other.

// covers: conv2d_relu, linear_relu
#include "limpid/nn/fusion.h"

#include <doctest/doctest.h>

#include <functional>
#include <thread>
#include <vector>

#include "limpid/autograd/grad_mode.h"
#include "limpid/backends/cpu/threads.h"
#include "limpid/nn/activation.h"
#include "limpid/nn/sequential.h"
#include "limpid/op/observe.h"
#include "limpid/ops/algorithms.h"
#include "limpid/ops/conv2d/conv2d_relu.h"
#include "limpid/ops/linear/linear_relu.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "tests/thrown.h"

namespace limpid::fusion_test {

using testing::thrown;

namespace {

double largest(const Tensor& t) { return t.abs().max().item(); }
bool near(const Tensor& a, const Tensor& b, double tolerance = 1e-4) {
  return a.shape() == b.shape() && largest(a - b) < tolerance;
}

/// A batch norm that has seen data, with parameters of its own.
template <class Norm>
void use(Norm& norm, const Tensor& x) {
  NoGrad guard;
  norm.weight.copy_(rand(norm.weight.shape()) + 0.5);
  norm.bias.copy_(randn(norm.bias.shape()));
  norm.train();
  norm(x);
  norm.eval();
}

}  // namespace

TEST_CASE("fusion: one convolution or linear layer in place of it and its batch norm") {
  manual_seed(1);
  for (const bool bias : {true, false}) {
    nn::Conv2d conv(4, 6, {3, 2}, {.stride = 2, .padding = 1, .groups = 2, .bias = bias});
    nn::BatchNorm2d norm(6);
    const Tensor x = randn({2, 4, 7, 8});
    CHECK(thrown<ValueError>([&] { nn::fuse_conv_bn_eval(conv, norm); }) ==
          "fuse_conv_bn_eval: fusion is for evaluation; call .eval() on both");
    use(norm, conv(x));
    conv.eval();
    nn::Conv2d fused = nn::fuse_conv_bn_eval(conv, norm);
    CHECK(near(fused(x), norm(conv(x))));
    CHECK(fused.extra_repr() ==
          "4, 6, kernel_size=(3, 2), stride=(2, 2), padding=(1, 1), groups=2");
    CHECK(!fused.is_training());

    nn::Linear linear(5, 3, {.bias = bias});
    nn::BatchNorm1d features(3);
    const Tensor rows = randn({8, 5});
    use(features, linear(rows));
    linear.eval();
    CHECK(near(nn::fuse_linear_bn_eval(linear, features)(rows), features(linear(rows))));
  }
  nn::Conv2d conv(2, 3, 1);
  nn::BatchNorm2d norm(3, {.track_running_stats = false});
  conv.eval(), norm.eval();
  CHECK(thrown<ValueError>([&] { nn::fuse_conv_bn_eval(conv, norm); }) ==
        "fuse_conv_bn_eval: the batch norm keeps no running statistics to fold");
}

TEST_CASE("fusion: joining layers draws no random numbers") {
  nn::Conv2d conv(2, 3, 3);
  nn::BatchNorm2d norm(3);
  conv.eval(), norm.eval();
  manual_seed(5);
  const Tensor wanted = rand({4});
  manual_seed(5);
  nn::fuse_conv_bn_eval(conv, norm);
  CHECK(largest(rand({4}) - wanted) == 0);
}

TEST_CASE("ConvBNReLU: the steps of its parts, in one convolution where nothing is recorded") {
  manual_seed(2);
  for (const bool relu : {true, false}) {
    nn::ConvBNReLU layer(16, 20, 3, {.relu = relu});
    nn::Sequential parts(nn::Conv2d(16, 20, 3, {.padding = 1, .bias = false}), nn::BatchNorm2d(20));
    if (relu) parts.append(nn::ReLU());
    const Tensor x = randn({2, 16, 12, 12});
    use(layer.norm, layer.conv(x));
    layer.train();
    parts.load_state_dict(layer.state_dict());
    CHECK(near(layer(x), parts(x)));
    CHECK(near(layer.norm.running_mean, parts.get_buffer("1.running_mean")));
    layer.eval(), parts.eval();
    CHECK(near(layer(x), parts(x)));
    NoGrad guard;
    for (int call = 0; call < 3; ++call) CHECK(near(layer(x), parts(x)));
  }
}

TEST_CASE("ConvBNReLU: what was folded is made again when anything changes") {
  NoGrad guard;
  manual_seed(3);
  nn::ConvBNReLU layer(3, 4);
  layer.eval();
  const Tensor x = randn({1, 3, 6, 6});
  const auto right = [&] { return near(layer(x), relu(layer.norm(layer.conv(x)))); };
  CHECK(right());
  for (const Tensor& t : {layer.conv.weight, layer.norm.weight, layer.norm.bias,
                          layer.norm.running_mean, layer.norm.running_var}) {
    Tensor changed = t;
    changed.mul_(1.5);
    changed.add_(0.25);
    CHECK(right());
  }
  layer.conv.weight = randn({4, 3, 3, 3});  // another tensor
  CHECK(right());
  float* elements = layer.conv.weight.data<float>();  // a change that no version tells of
  CHECK(right());
  elements[0] += 1;
  CHECK(right());
}

TEST_CASE("ConvBNReLU: several threads evaluate one layer") {
  nn::ConvBNReLU layer(8, 16);
  layer.eval();
  const Tensor x = randn({1, 8, 9, 9});
  std::vector<Tensor> results(4);
  std::vector<std::thread> threads;
  for (Tensor& result : results)
    threads.emplace_back([&] {
      NoGrad guard;
      for (int i = 0; i < 20; ++i) result = layer(x);
    });
  for (std::thread& thread : threads) thread.join();
  for (const Tensor& result : results) CHECK(near(result, results[0], 1e-6));
}

TEST_CASE("LinearReLU: the numbers and gradients of a linear layer and relu") {
  manual_seed(4);
  nn::LinearReLU layer(7, 5);
  nn::Linear plain(7, 5);
  plain.load_state_dict(layer.state_dict());
  const Tensor x = randn({6, 7}), weights = randn({6, 5});
  (layer(x) * weights).sum().backward();
  (relu(plain(x)) * weights).sum().backward();
  CHECK(near(layer.weight.grad(), plain.weight.grad()));
  CHECK(near(layer.bias.grad(), plain.bias.grad()));
}

TEST_CASE("conv2d_relu: every algorithm ends with it, and NaN stays NaN") {
  manual_seed(6);
  Tensor x = randn({2, 32, 10, 11});
  const Tensor w = randn({70, 32, 3, 3}), b = randn({70});  // two of Winograd's panels
  for (const std::string_view name : algorithms("conv2d")) {
    if (name == "depthwise") continue;  // of other convolutions: depthwise_test.cpp
    INFO(std::string(name));
    const AlgorithmGuard guard("conv2d", name);
    for (const std::int64_t outputs : {48, 70}) {
      const Tensor some = w.narrow(0, 0, outputs), bias = b.narrow(0, 0, outputs);
      CHECK(near(conv2d_relu(x, some, bias, {.padding = 1}),
                 relu(conv2d(x, some, bias, {.padding = 1})), 1e-3));
    }
  }
  const int before = get_num_threads();
  set_num_threads(3);
  const AlgorithmGuard loops("conv2d", "loops");
  const Tensor many = randn({3, 4, 40, 40}), taps = randn({24, 4, 1, 1});
  CHECK(near(conv2d_relu(many, taps), relu(conv2d(many, taps))));
  set_num_threads(before);
  x.fill_(NAN);
  for (const std::string_view name : algorithms("conv2d")) {
    if (name == "depthwise") continue;  // of other convolutions: depthwise_test.cpp
    INFO(std::string(name));
    const AlgorithmGuard guard("conv2d", name);
    CHECK(isnan(conv2d_relu(x, w, b)).all().item<bool>());
  }
}

}  // namespace limpid::fusion_test
