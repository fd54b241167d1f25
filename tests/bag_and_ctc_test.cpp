// EmbeddingBag, CTCLoss and RReLU as layers; the numbers of their functions are in the battery.

// covers: embedding_bag, ctc_loss
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "limpid/core/random.h"
#include "limpid/nn/activation.h"
#include "limpid/nn/embedding.h"
#include "limpid/nn/loss.h"
#include "limpid/ops/ops.h"
#include "limpid/optim/sgd.h"
#include "limpid/tensor/creation.h"
#include "tests/thrown.h"

namespace limpid::bag_and_ctc_test {

using testing::thrown;

TEST_CASE("EmbeddingBag starts, prints and is called as PyTorch's") {
  CHECK(to_string(nn::EmbeddingBag(10, 3)) == "EmbeddingBag(10, 3, mode='mean')");
  nn::EmbeddingBag bag(10, 3, {.mode = "sum", .padding_idx = -8});
  CHECK(to_string(bag) == "EmbeddingBag(10, 3, mode='sum', padding_idx=2)");
  CHECK(bag.weight.requires_grad());
  for (float v : bag.weight.detach()[2].to_vector<float>()) CHECK(v == 0);
  CHECK(bag.weight.detach()[3].to_vector<float>() != std::vector<float>{0, 0, 0});

  const Tensor ids = tensor({1, 4, 4, 2}, {.dtype = DType::i64});
  const Tensor offsets = tensor({0, 3}, {.dtype = DType::i64}), none;
  const auto row = [&](std::int64_t i) { return bag.weight.detach()[i]; };
  const Tensor sums = bag(ids, offsets).detach();
  CHECK(sums[0].to_vector<float>() == (row(1) + row(4) + row(4)).to_vector<float>());
  CHECK(sums[1].to_vector<float>() == std::vector<float>{0, 0, 0});  // padding alone
  const Tensor square = ids.reshape({2, 2}), weights = tensor({1.0, 2.0, 3.0, 4.0}).reshape({2, 2});
  CHECK(bag(square, none, weights).detach()[0].to_vector<float>() ==
        (row(1) + row(4) * 2).to_vector<float>());
  bag(ids, offsets).sum().backward();
  CHECK(bag.weight.grad()[4].to_vector<float>() == std::vector<float>{2, 2, 2});
  CHECK(bag.weight.grad()[2].to_vector<float>() == std::vector<float>{0, 0, 0});

  CHECK(thrown<ValueError>([] { nn::EmbeddingBag(3, 2, {.mode = "least"}); }) ==
        "EmbeddingBag: mode is 'least'; it must be 'sum', 'mean' or 'max'");
  CHECK(thrown<ValueError>([] { nn::EmbeddingBag(3, 2, {.padding_idx = 3}); }) ==
        "EmbeddingBag: padding_idx 3 is out of range for 3 rows");
  CHECK(thrown<ValueError>([] { nn::EmbeddingBag(-1, 2); }) ==
        "EmbeddingBag: num_embeddings must be at least 0, got -1");
}

TEST_CASE("CTCLoss: a network learns to say a word, wherever in time") {
  manual_seed(1);
  nn::CTCLoss loss;
  CHECK(to_string(loss) == "CTCLoss()");
  Tensor scores = randn({8, 1, 4}).requires_grad_();
  const Tensor word = tensor({1, 3, 3, 2}, {.dtype = DType::i64}).reshape({1, 4});
  const Tensor time = tensor({8}, {.dtype = DType::i64}),
               length = tensor({4}, {.dtype = DType::i64});
  optim::SGD sgd({scores}, {.lr = 2});
  double value = 0;
  for (int step = 0; step < 300; ++step) {
    const Tensor l = loss(log_softmax(scores, -1), word, time, length);
    value = l.item();
    sgd.zero_grad();
    l.backward();
    sgd.step();
  }
  CHECK(value < 0.01);
  std::vector<std::int64_t> said;  // the best path, without repeats, then without blanks
  std::int64_t before = 0;
  for (const std::int64_t c : argmax(scores.detach(), -1).to_vector<std::int64_t>()) {
    if (c != before && c != 0) said.push_back(c);
    before = c;
  }
  CHECK(said == std::vector<std::int64_t>{1, 3, 3, 2});
  CHECK(thrown<ValueError>([&] { loss(scores, word); }) ==
        "CTCLoss: takes 4 tensors (log_probs, targets, input_lengths, target_lengths), got 2");
}

TEST_CASE("ctc_loss: what no path becomes is infinite, and has no gradient if it counts for 0") {
  Tensor scores = zeros({2, 1, 3}).requires_grad_();
  const Tensor word =
      tensor({1, 1}, {.dtype = DType::i64}).reshape({1, 2});  // needs a blank between
  const Tensor time = tensor({2}, {.dtype = DType::i64});
  const Tensor lost = ctc_loss(log_softmax(scores, -1), word, time, time);
  CHECK(std::isinf(lost.item()));
  ctc_loss(log_softmax(scores, -1), word, time, time, {.zero_infinity = true}).backward();
  for (float v : scores.grad().to_vector<float>()) CHECK(v == 0);
}

TEST_CASE(
    "RReLU draws a slope for every negative element while training, and else takes the mean") {
  manual_seed(2);
  nn::RReLU layer(0.25, 0.75);
  CHECK(to_string(nn::RReLU()) == "RReLU(lower=0.125, upper=0.3333333333333333)");
  Tensor x = full({1000}, -2.0).requires_grad_();
  const Tensor y = layer(x);
  y.sum().backward();
  const std::vector<float> values = y.detach().to_vector<float>(),
                           slopes = x.grad().to_vector<float>();
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  CHECK(*least >= -1.5F);
  CHECK(*least < -1.45F);
  CHECK(*most <= -0.5F);
  CHECK(*most > -0.55F);
  for (std::size_t i = 0; i < values.size(); ++i) CHECK(slopes[i] == -values[i] / 2);
  CHECK(layer(tensor({0.0, 3.0})).to_vector<float>() == std::vector<float>{0, 3});
  layer.eval();
  CHECK(layer(tensor({-2.0, 3.0})).to_vector<float>() == std::vector<float>{-1, 3});
}

}  // namespace limpid::bag_and_ctc_test
