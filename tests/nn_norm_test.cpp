// Normalisation and dropout layers: PyTorch's numbers, state names, text, training and evaluation.

// covers: batch_norm, group_norm, instance_norm, layer_norm, local_response_norm, rms_norm,
// dropout, feature_dropout

#include <doctest/doctest.h>

#include <cmath>

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/nn/nn.h"
#include "limpid/ops/attention/attention.h"
#include "limpid/ops/batch_norm/batch_norm.h"
#include "limpid/ops/dropout/dropout.h"
#include "limpid/ops/feature_dropout/feature_dropout.h"
#include "limpid/ops/group_norm/group_norm.h"
#include "limpid/ops/instance_norm/instance_norm.h"
#include "limpid/ops/layer_norm/layer_norm.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/rms_norm/rms_norm.h"
#include "limpid/tensor/creation.h"
#include "tests/call.h"
#include "tests/thrown.h"

namespace limpid::nn_norm_test {

using testing::Call;
using testing::thrown;

namespace {

void check_values(const Tensor& found, const std::vector<double>& expected, double epsilon = 1e-5) {
  const std::vector<double> values = found.detach().to_vector<double>();
  REQUIRE(values.size() == expected.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    CHECK_MESSAGE(std::abs(values[i] - expected[i]) <= epsilon * (1 + std::abs(expected[i])),
                  "element ", i, ": ", values[i], " is not ", expected[i]);
}

std::string state_names(const nn::Module& module) {
  std::string out;
  for (const NamedTensor& entry : module.state_dict()) out += (out.empty() ? "" : " ") + entry.name;
  return out;
}

const Tensor kRows = tensor({{1.0, 2.0, 4.0, -1.0}, {0.0, 3.0, -2.0, 5.0}});

Tensor samples() {  // (2, 2, 3)
  return tensor({1.0, 2.0, 4.0, 0.0, 3.0, -2.0, 5.0, 5.0, 8.0, 1.0, -1.0, 2.0}).reshape({2, 2, 3});
}

}  // namespace

TEST_CASE("LayerNorm, RMSNorm and GroupNorm give PyTorch's numbers") {
  check_values(nn::LayerNorm(4)(kRows), {-0.2773497, 0.2773497, 1.3867484, -1.3867484, -0.5570856,
                                         0.5570856, -1.2998666, 1.2998666});
  check_values(nn::RMSNorm(4)(kRows), {0.4264014, 0.8528029, 1.7056057, -0.4264014, 0.0, 0.9733285,
                                       -0.6488857, 1.6222142});
  check_values(nn::GroupNorm(2, 4)(kRows), {-0.99998, 0.99998, 0.9999992, -0.9999992, -0.9999978,
                                            0.9999978, -0.9999996, 0.9999996});
  check_values(nn::LayerNorm(Shape{2, 4}, {.bias = false})(kRows.unsqueeze(0)),
               nn::LayerNorm(8)(kRows.reshape({1, 8})).to_vector<double>());
}

TEST_CASE("normalisations take an eps of 0, and refuse less") {
  const double a = std::sqrt(1.5);
  const Tensor row = tensor({{1.0, 2.0, 3.0}});
  check_values(layer_norm(row, {3}, {}, {}, 0), {-a, 0, a});
  check_values(group_norm(row, 1, {}, {}, 0), {-a, 0, a});
  check_values(rms_norm(tensor({{3.0, 4.0}}), {2}, {}, 0),
               {0.6 * std::sqrt(2), 0.8 * std::sqrt(2)});
  CHECK(thrown<ValueError>([&] {
          layer_norm(row, {3}, {}, {}, -1e-5);
        }).find("eps must not be negative") != std::string::npos);
  CHECK(thrown<ValueError>([&] {
          layer_norm(row, {3}, {}, {}, std::nan(""));
        }).find("eps must not be negative") != std::string::npos);
}

TEST_CASE("normalisation layers learn scale and shift, and do the same in evaluation") {
  nn::LayerNorm layer(4);
  nn::GroupNorm group(2, 4);
  for (nn::Module* m : std::initializer_list<nn::Module*>{&layer, &group}) {
    const std::vector<double> before = (*m)(kRows).to_vector<double>();
    m->eval();
    CHECK((*m)(kRows).to_vector<double>() == before);
    (*m)(kRows).sum().backward();
    for (const Tensor& p : m->parameters()) CHECK(p.grad().defined());
  }
  check_values(layer.bias.grad(), {2, 2, 2, 2});
  check_values(layer.weight.grad(), {-0.8344353, 0.8344353, 0.0868818, -0.0868818});
  NoGrad guard;
  layer.weight.fill_(0);
  layer.bias.fill_(7);
  check_values(layer(kRows), std::vector<double>(8, 7.0));
}

TEST_CASE("normalisation layers: names of the state as in PyTorch") {
  CHECK(state_names(nn::LayerNorm(4)) == "weight bias");
  CHECK(state_names(nn::LayerNorm(4, {.bias = false})) == "weight");
  CHECK(state_names(nn::LayerNorm(4, {.elementwise_affine = false})) == "");
  CHECK(state_names(nn::RMSNorm(4)) == "weight");
  CHECK(state_names(nn::RMSNorm(4, {.elementwise_affine = false})) == "");
  CHECK(state_names(nn::GroupNorm(2, 4)) == "weight bias");
  CHECK(state_names(nn::GroupNorm(2, 4, {.bias = false})) == "weight");
  CHECK(state_names(nn::GroupNorm(2, 4, {.affine = false})) == "");
  CHECK(state_names(nn::InstanceNorm1d(3)) == "");
  CHECK(state_names(nn::InstanceNorm2d(3, {.affine = true, .track_running_stats = true})) ==
        "weight bias running_mean running_var num_batches_tracked");
  CHECK(state_names(nn::BatchNorm3d(3)) ==
        "weight bias running_mean running_var num_batches_tracked");
  CHECK(state_names(nn::BatchNorm1d(3, {.bias = false})) ==
        "weight running_mean running_var num_batches_tracked");
}

TEST_CASE("normalisation and dropout layers print as in PyTorch") {
  const auto text = [](const nn::Module& m) { return nn::to_string(m); };
  CHECK(text(nn::LayerNorm(10)) ==
        "LayerNorm((10,), eps=1e-05, elementwise_affine=True, bias=True)");
  CHECK(text(nn::LayerNorm(Shape{2, 3}, {.bias = false})) ==
        "LayerNorm((2, 3), eps=1e-05, elementwise_affine=True, bias=False)");
  CHECK(text(nn::LayerNorm(3, {.elementwise_affine = false})) ==
        "LayerNorm((3,), eps=1e-05, elementwise_affine=False, bias=False)");
  CHECK(text(nn::RMSNorm(4)) == "RMSNorm((4,), eps=None, elementwise_affine=True)");
  CHECK(text(nn::RMSNorm(Shape{2, 4}, {.eps = 1e-6})) ==
        "RMSNorm((2, 4), eps=1e-06, elementwise_affine=True)");
  CHECK(text(nn::GroupNorm(2, 4)) == "GroupNorm(2, 4, eps=1e-05, affine=True, bias=True)");
  CHECK(text(nn::InstanceNorm1d(3)) ==
        "InstanceNorm1d(3, eps=1e-05, momentum=0.1, affine=False, bias=False, "
        "track_running_stats=False)");
  CHECK(text(nn::InstanceNorm2d(3, {.affine = true, .track_running_stats = true})) ==
        "InstanceNorm2d(3, eps=1e-05, momentum=0.1, affine=True, bias=True, "
        "track_running_stats=True)");
  CHECK(
      text(nn::BatchNorm3d(2)) ==
      "BatchNorm3d(2, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)");
  CHECK(text(nn::LocalResponseNorm(2)) == "LocalResponseNorm(2, alpha=0.0001, beta=0.75, k=1.0)");
  CHECK(text(nn::Dropout1d(0.3)) == "Dropout1d(p=0.3, inplace=False)");
  CHECK(text(nn::AlphaDropout(0.2)) == "AlphaDropout(p=0.2, inplace=False)");
}

TEST_CASE("batch_norm moves the statistics that it is given, and those of an empty batch nowhere") {
  const Tensor x = arange(12, {.dtype = DType::f32}).reshape({3, 2, 2});
  const Tensor mean = zeros({2}), var = ones({2});
  batch_norm(x, mean, {}, {}, {}, true, 0.5);
  check_values(mean, {2.25, 3.25});
  batch_norm(x, {}, var, {}, {}, true, 0.5);
  check_values(var, {7.05, 7.05});
  batch_norm(x.narrow(0, 0, 0), mean, var, {}, {}, true, 0.5);
  check_values(mean, {2.25, 3.25});
  check_values(var, {7.05, 7.05});
}

TEST_CASE("batch_norm: the gradient of rows far from zero keeps its digits") {
  const Tensor far = remainder(arange(48) * 7, 11).reshape({16, 3}).to(DType::f64) / 8 + 100000;
  const Tensor slopes = remainder(arange(48) * 5, 13).reshape({16, 3}).to(DType::f64) / 4 - 1;
  const auto gradient = [&](DType dtype) {
    const Tensor x = far.detach().to(dtype).requires_grad_();
    (batch_norm(x, {}, {}, {}, {}, true) * slopes.to(dtype)).sum().backward();
    return x.grad().to(DType::f64);
  };
  const Tensor error = gradient(DType::f32) - gradient(DType::f64);
  CHECK(error.abs().max().item() < 1e-5);
}

TEST_CASE("InstanceNorm keeps running statistics where asked, and uses them in evaluation") {
  const std::vector<double> normalised = {-1.0690415, -0.2672603, 1.3363019,  -0.1622212,
                                          1.2977698,  -1.1355486, -0.7071048, -0.7071048,
                                          1.4142103,  0.2672604,  -1.3363018, 1.0690415};
  nn::InstanceNorm1d tracked(2, {.affine = true, .track_running_stats = true});
  check_values(tracked(samples()), normalised);
  check_values(tracked.running_mean, {0.4166667, 0.05});
  check_values(tracked.running_var, {1.1666666, 1.3333333});
  CHECK(tracked.num_batches_tracked.item<std::int64_t>() == 0);  // PyTorch does not count here
  tracked.eval();
  const std::vector<double> by_running = {0.5400594, 1.4658755,  3.3175077,  -0.0433011,
                                          2.5547655, -1.7753456, 4.2433238,  4.2433238,
                                          7.020772,  0.8227211,  -0.9093233, 1.6887434};
  check_values(tracked(samples()), by_running);
  check_values(tracked(samples()[0]), {by_running.begin(), by_running.begin() + 6});
  check_values(tracked.running_mean, {0.4166667, 0.05});  // evaluation changes nothing

  nn::InstanceNorm1d untracked(2);
  untracked.eval();
  check_values(untracked(samples()), normalised);

  nn::InstanceNorm1d still(2, {.momentum = std::nullopt, .track_running_stats = true});
  still(samples());
  check_values(still.running_mean, {0, 0});
  check_values(still.running_var, {1, 1});
}

TEST_CASE("InstanceNorm passes gradients, which running statistics do not disturb") {
  nn::InstanceNorm1d norm(2, {.affine = true, .track_running_stats = true});
  Tensor x = samples().requires_grad_();
  const Tensor y = norm(x);
  (y * y * y).sum().backward();
  CHECK(norm.running_mean.requires_grad() == false);
  CHECK(norm.weight.grad().shape() == Shape{2});
  CHECK(norm.bias.grad().sum().item() == doctest::Approx(3 * (y * y).sum().item()).epsilon(1e-5));
  for (double v : x.grad().reshape({4, 3}).sum({1}).to_vector<double>())
    CHECK(std::abs(v) < 1e-4);  // shifting a channel changes nothing
}

TEST_CASE("BatchNorm3d gives PyTorch's numbers") {
  const Tensor x = arange(8.0).reshape({1, 1, 2, 2, 2});
  check_values(nn::BatchNorm3d(1)(x), {-1.5275238, -1.0910884, -0.654653, -0.2182176, 0.2182177,
                                       0.6546531, 1.0910885, 1.5275239});
}

TEST_CASE("normalisation layers refuse what does not fit, naming the layer") {
  struct Row {
    Call<void()> call;
    std::string text;
  };
  const std::vector<Row> rows = {
      {[] {
         nn::LayerNorm(3)(ones({2, 4}));
       },
       "layer_norm: normalized_shape is (3,) but the input has shape (2, 4)"},
      {[] { nn::LayerNorm{Shape{}}; },
       "LayerNorm: the number of dimensions in normalized_shape must be at least 1, got 0"},
      {[] {
         nn::RMSNorm{Shape{2, -1}};
       },
       "RMSNorm: a size in normalized_shape must be at least 0, got -1"},
      {[] { nn::GroupNorm(3, 4); }, "GroupNorm: num_groups 3 must divide num_channels 4"},
      {[] { nn::GroupNorm(0, 4); }, "GroupNorm: num_groups must be at least 1, got 0"},
      {[] {
         nn::GroupNorm(2, 4)(ones({2, 6, 3}));
       },
       "weight has shape (4,) but the input has 6"},
      {[] {
         nn::InstanceNorm2d(3)(ones({2, 3}));
       },
       "InstanceNorm2d: needs a tensor (N, C, H, W) or (C, H, W), got shape (2, 3)"},
      {[] {
         nn::InstanceNorm1d(3)(ones({2, 3, 1}));
       },
       "instance_norm: expected more than 1 value"},
      {[] {
         nn::InstanceNorm1d(3, {.affine = true})(ones({2, 4, 5}));
       },
       "instance_norm: weight has shape (3,) but the input has 4 channels"},
      {[] { nn::InstanceNorm3d(-1); }, "InstanceNorm3d: num_features must be at least 0, got -1"},
      {[] {
         nn::BatchNorm3d(3)(ones({2, 3, 4, 5}));
       },
       "BatchNorm3d: needs a tensor (N, C, D, H, W), got shape (2, 3, 4, 5)"},
      {[] {
         nn::BatchNorm1d(3)(ones({1, 3}));
       },
       "expected more than 1 value per channel when training"},
      {[] { nn::LocalResponseNorm(0); }, "LocalResponseNorm: size must be at least 1, got 0"},
      {[] { nn::Dropout2d(2); }, "Dropout2d: p is a probability and must lie in [0, 1], got 2"},
      {[] {
         nn::Dropout2d()(ones({2, 3}));
       },
       "dropout2d: needs 4 dimensions (N, C, ...), or 3"},
  };
  for (const Row& row : rows) {
    const std::string message = thrown<Error>(row.call);
    CHECK_MESSAGE(message.find(row.text) != std::string::npos, message);
  }
  nn::Sequential net(nn::named("norm", nn::LayerNorm(3)),
                     nn::named("inner", nn::InstanceNorm1d(3)));
  CHECK(thrown<Error>([&] { net(ones({2, 4})); }).find("layer norm]") != std::string::npos);
  CHECK(thrown<Error>([&] { net(ones({2, 3, 3, 3})); }).find("layer inner]") != std::string::npos);
}

TEST_CASE("dropout draws anew in each call, and not at all where nothing is left to chance") {
  Generator generator(4);
  UseGenerator use(generator);
  const Tensor x = ones({100});
  CHECK(dropout(x, 0).is_same(x));
  CHECK(dropout(x, 0.5, false).is_same(x));
  CHECK(dropout(x, 1).sum().item() == 0);
  CHECK(generator.offset() == 0);
  const Tensor first = dropout(x, 0.5), second = dropout(x, 0.5);
  CHECK(first.to_vector<double>() != second.to_vector<double>());
  CHECK(first.to_vector<double>() != x.to_vector<double>());
}

TEST_CASE("Dropout2d zeroes whole channels, others grow; evaluation is the identity") {
  Generator generator(4);
  UseGenerator use(generator);
  nn::Dropout2d layer(0.25);
  const Tensor x = ones({50, 40, 2, 3}, {.requires_grad = true});
  const Tensor y = layer(x);
  const std::vector<double> v = y.to_vector<double>();
  double dropped = 0;
  for (std::size_t i = 0; i < v.size(); i += 6) {
    CHECK((v[i] == 0 || v[i] == doctest::Approx(1 / 0.75)));
    for (std::size_t j = 1; j < 6; ++j) CHECK(v[i + j] == v[i]);
    dropped += v[i] == 0;
  }
  CHECK(std::abs(dropped / 2000 - 0.25) < 5 * std::sqrt(0.25 * 0.75 / 2000));
  CHECK(y[0].to_vector<double>() != y[1].to_vector<double>());  // each image loses others
  y.sum().backward();
  CHECK(x.grad().to_vector<double>() == v);
  const std::vector<double> single = dropout2d(ones({40, 2, 3}), 0.5).to_vector<double>();
  for (std::size_t i = 0; i < single.size(); i += 6) CHECK(single[i + 5] == single[i]);
  layer.eval();
  CHECK(layer(x).is_same(x));
}

TEST_CASE("AlphaDropout keeps mean 0 and variance 1") {
  Generator generator(4);
  UseGenerator use(generator);
  nn::AlphaDropout layer(0.3);
  const Tensor x = randn({100000});
  const Tensor y = layer(x);
  CHECK(std::abs(y.mean().item()) < 0.02);
  CHECK(std::abs((y * y).mean().item() - 1) < 0.02);
  double dropped = 0;
  const double lowest = -1.7580993408473766;
  const double a = 1 / std::sqrt(0.7 + 0.3 * 0.7 * lowest * lowest);
  for (double v : y.to_vector<double>()) dropped += std::abs(v - 0.7 * a * lowest) < 1e-6;
  CHECK(std::abs(dropped / 100000 - 0.3) < 5 * std::sqrt(0.3 * 0.7 / 100000));
  layer.eval();
  CHECK(layer(x).is_same(x));
}

TEST_CASE("attention drops weights only where asked, and their mean stays") {
  Generator generator(4);
  UseGenerator use(generator);
  const Tensor q = zeros({1, 4}), k = zeros({20000, 4}), v = ones({20000, 1});
  const double kept = scaled_dot_product_attention(q, k, v, {.dropout_p = 0.5}).item();
  CHECK(kept != doctest::Approx(1).epsilon(1e-6));
  CHECK(kept == doctest::Approx(1).epsilon(0.05));
  CHECK(scaled_dot_product_attention(q, k, v).item() == doctest::Approx(1).epsilon(1e-5));
}

TEST_CASE("rms_norm: eps by default is the spacing of floats at 1") {
  const auto first = [](DType dtype, double x) {
    const Tensor t = tensor({x, 0.0, 0.0, 0.0}, {.dtype = dtype});
    return rms_norm(t, {4})[0].item();
  };
  CHECK(first(DType::f32, 1e-4) == doctest::Approx(0.2866409).epsilon(1e-5));
  CHECK(first(DType::f64, 1e-9) == doctest::Approx(0.0670711).epsilon(1e-5));
  CHECK(first(DType::f16, 1e-4) == doctest::Approx(0.2866211).epsilon(1e-3));
}

}  // namespace limpid::nn_norm_test
