// Losses as modules: PyTorch's numbers, weights as buffers, text, errors that name the layer.

// covers: cross_entropy, nll_loss, pointwise_loss, margin_loss, distribution_loss, focal_loss

#include <doctest/doctest.h>

#include <cmath>

#include "limpid/autograd/engine.h"
#include "limpid/core/error.h"
#include "limpid/nn/nn.h"
#include "limpid/ops/log_softmax/log_softmax.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/pointwise_loss/pointwise_loss.h"
#include "limpid/ops/softmax/softmax.h"
#include "limpid/tensor/creation.h"
#include "tests/thrown.h"

namespace limpid::loss_test {

using testing::thrown;

namespace {

const Tensor a = tensor({{0.5, -1.0, 2.0}, {1.0, 0.0, -0.5}});
const Tensor t = tensor({{0.0, 1.0, 1.0}, {1.0, 0.0, 0.0}});
const Tensor signs = tensor({{1.0, -1.0, 1.0}, {-1.0, 1.0, -1.0}});
const Tensor classes = tensor({2, 0});
const Tensor weight = tensor({1.0, 2.0, 3.0});

void check(const Tensor& loss, double expected) {
  CHECK(loss.item() == doctest::Approx(expected).epsilon(1e-6));
}

}  // namespace

TEST_CASE("loss modules give PyTorch's numbers") {
  check(nn::MSELoss()(a, t), 0.9166667);
  check(nn::L1Loss({.reduction = "sum"})(a, t), 4.0);
  check(nn::SmoothL1Loss({.beta = 0.5})(a, t), 0.5);
  check(nn::HuberLoss({.delta = 0.5})(a, t), 0.25);
  check(nn::CrossEntropyLoss()(a, classes), 0.3528401);
  check(nn::CrossEntropyLoss({.weight = weight, .label_smoothing = 0.1})(a, classes), 0.4193188);
  check(nn::CrossEntropyLoss()(a, t / 2), 0.9867479);
  check(nn::NLLLoss()(log_softmax(a, 1), classes), 0.3528401);
  check(nn::MultiMarginLoss({.margin = 2})(a, classes), 0.3333333);
  check(nn::BCELoss()(sigmoid(a), t), 0.6491254);
  check(nn::BCELoss({.weight = weight, .reduction = "sum"})(sigmoid(a), t), 7.1031709);
  check(nn::BCEWithLogitsLoss({.pos_weight = weight})(a, t), 0.9103117);
  check(nn::FocalLoss({.reduction = "sum"})(a, t), 0.6452865);
  check(nn::KLDivLoss({.reduction = "batchmean"})(log_softmax(a, 1), softmax(t, 1)), 0.3714246);
  check(nn::PoissonNLLLoss()(a, t), 1.9550782);
  check(nn::GaussianNLLLoss()(a, t, tensor({{0.5, 1.0, 2.0}, {1.0, 1.0, 0.25}})), 0.3844755);
  check(nn::HingeEmbeddingLoss()(a, signs), 1.0);
  check(nn::SoftMarginLoss()(a, signs), 0.5657921);
  check(nn::MarginRankingLoss({.margin = 0.5})(a, t, signs), 0.1666667);
  check(nn::TripletMarginLoss()(a, t, signs), 1.0866266);
  check(nn::CosineEmbeddingLoss()(a, t, tensor({1.0, -1.0})), 0.7929102);
}

TEST_CASE("losses of several blocks are, element by element, what they are alone") {
  using Loss = Tensor (*)(const Tensor&, const Tensor&);
  const Loss losses[] = {
      [](const Tensor& x, const Tensor& y) { return mse_loss(x, y, {.reduction = "none"}); },
      [](const Tensor& x, const Tensor& y) { return smooth_l1_loss(x, y, {.reduction = "none"}); },
      [](const Tensor& x, const Tensor& y) {
        return binary_cross_entropy_with_logits(x, y, {.reduction = "none"});
      }};
  for (const DType dtype : {DType::f32, DType::bf16})
    for (const Loss loss : losses) {
      const Tensor x = randn({20, 997}).to(dtype).requires_grad_(), y = rand({20, 997}).to(dtype),
                   arrived = randn({20, 997}).to(dtype);
      const Tensor all = loss(x, y);
      all.backward(arrived);
      for (const std::int64_t i : {0, 1, 16, 19}) {
        const Tensor row = x.detach()[i].clone().requires_grad_();
        const Tensor alone = loss(row, y[i]);
        alone.backward(arrived[i]);
        CHECK((all[i] - alone).abs().max().item() < 1e-6);
        CHECK((x.grad()[i] - row.grad()).abs().max().item() < 1e-6);
      }
    }
}

TEST_CASE("weights of BCEWithLogitsLoss count element by element") {
  const std::vector<double> expected = {0.974077,  2.6265235, 0.380784,
                                        0.3132617, 1.3862944, 1.422231};
  const std::vector<double> found =
      nn::BCEWithLogitsLoss({.weight = weight, .reduction = "none"})(a, t).to_vector<double>();
  for (std::size_t i = 0; i < 6; ++i) CHECK(found[i] == doctest::Approx(expected[i]).epsilon(1e-6));

  // By hand: p t log(1 + e^-x) + (1 - t) log(1 + e^x), for scores of any size.
  const Tensor x = tensor({1000.0, -1000.0, 1000.0, -1000.0}), y = tensor({0.0, 1.0, 1.0, 0.0});
  const std::vector<double> huge =
      nn::BCEWithLogitsLoss({.reduction = "none", .pos_weight = tensor({3.0})})(x, y)
          .to_vector<double>();
  CHECK(huge == std::vector<double>{1000, 3000, 0, 0});
}

TEST_CASE("cross entropy is not clamped: a score of 1000 against the right class costs 1000") {
  const Tensor x = tensor({{1000.0, 0.0}}).requires_grad_();
  const Tensor loss = nn::CrossEntropyLoss()(x, tensor({1}));
  CHECK(loss.item() == 1000);
  loss.backward();
  CHECK(x.grad().to_vector<double>() == std::vector<double>{1, -1});
}

TEST_CASE("weights of losses are buffers with PyTorch's names, and are converted with the loss") {
  nn::CrossEntropyLoss loss({.weight = weight.clone()});
  REQUIRE(loss.state_dict().size() == 1);
  CHECK(loss.state_dict()[0].name == "weight");
  CHECK(nn::CrossEntropyLoss().state_dict().empty());
  CHECK(loss.parameters().empty());
  const double before = loss(a, classes).item();
  loss.to(DType::f64);
  CHECK(loss(a.to(DType::f64), classes).item() == doctest::Approx(before).epsilon(1e-6));

  nn::BCEWithLogitsLoss both({.weight = weight, .pos_weight = weight.clone()});
  REQUIRE(both.state_dict().size() == 2);
  CHECK(both.state_dict()[0].name == "weight");
  CHECK(both.state_dict()[1].name == "pos_weight");

  nn::NLLLoss target({.weight = weight.clone()}), source({.weight = ones({3})});
  target.load_state_dict(source.state_dict());
  const Tensor x = log_softmax(a, 1);
  CHECK(target(x, classes).item() == source(x, classes).item());
}

TEST_CASE("classes' weights do not learn, and say so") {
  const Tensor learned = ones({3}, {.requires_grad = true});
  const Tensor x = log_softmax(a, 1);
  CHECK(thrown<GraphError>([&] {
          nll_loss(x, classes, {.weight = learned});
        }).starts_with("nll_loss: weight requires a gradient"));
  CHECK(thrown<GraphError>([&] {
          cross_entropy(x, classes, {.weight = learned});
        }).starts_with("cross_entropy: weight requires a gradient"));
}

TEST_CASE("losses print as in PyTorch, and do the same in evaluation") {
  CHECK(nn::to_string(nn::MSELoss()) == "MSELoss()");
  CHECK(nn::to_string(nn::CrossEntropyLoss({.weight = weight})) == "CrossEntropyLoss()");
  CHECK(nn::to_string(nn::TripletMarginLoss()) == "TripletMarginLoss()");
  CHECK(nn::to_string(nn::FocalLoss()) == "FocalLoss()");
  nn::HuberLoss loss;
  const double training = loss(a, t).item();
  loss.eval();
  CHECK(loss(a, t).item() == training);
}

TEST_CASE("losses refuse what does not fit, with the fix and the layer") {
  struct Head : nn::Module {
    nn::MSELoss& loss = register_module("loss", nn::MSELoss());
    Tensor forward(const Tensor& x) override { return loss(x, ones({2})); }
  };
  Head head;
  CHECK(thrown<Error>([&] {
          head(ones({2, 1}));
        }) ==
        "mse_loss: input has shape (2, 1) but target has shape (2,); a loss needs equal shapes; "
        "target.reshape((2, 1)) has that of input [input (2, 1), target (2,), layer loss]");
  CHECK(thrown<Error>([&] { nn::MSELoss()(a, a, a); }) ==
        "MSELoss: takes 2 tensors (what the model says and what is right), got 3");
  CHECK(thrown<Error>([&] {
          nn::TripletMarginLoss()(a, a);
        }).starts_with("TripletMarginLoss: takes 3 tensors"));
  CHECK(thrown<Error>([&] {
          nn::CrossEntropyLoss()(a, tensor({2, 3}));
        }).find("class 3 at position 1, but there are 3 classes (0 to 2)") != std::string::npos);
  CHECK(thrown<Error>([&] {
          nn::L1Loss({.reduction = "max"})(a, t);
        }).find("reduction is 'max'; it must be 'mean', 'sum' or 'none'") != std::string::npos);
  CHECK(thrown<Error>([&] { nn::BCELoss()(a, t); }).find("input at position (0, 1) is -1") !=
        std::string::npos);
  CHECK(
      thrown<Error>([&] {
        nn::BCELoss({.weight = ones({4})})(sigmoid(a), t);
      }).find("binary_cross_entropy: weight has shape (4,), which does not broadcast to (2, 3)") !=
      std::string::npos);
  CHECK(thrown<Error>([&] {
          nn::BCEWithLogitsLoss({.pos_weight = ones({2, 2, 3})})(a, t);
        }).find("pos_weight has shape (2, 2, 3), which does not broadcast to (2, 3)") !=
        std::string::npos);
}

TEST_CASE("training by a loss module reaches the parameters") {
  nn::Linear model(3, 2);
  nn::SmoothL1Loss loss({.reduction = "sum"});
  loss(model(a), zeros({2, 2})).backward();
  CHECK(model.weight.grad().shape() == Shape{2, 3});
  CHECK(model.bias.grad().defined());
}

}  // namespace limpid::loss_test
