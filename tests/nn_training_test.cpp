// Layers that do one thing in training and another in evaluation.

// covers: batch_norm

#include <doctest/doctest.h>

#include <cmath>

#include "limpid/nn/batch_norm.h"
#include "limpid/nn/dropout.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"

namespace limpid::nn_training_test {

TEST_CASE("batch normalisation keeps running statistics as PyTorch does") {
  // Rows 0 2, 4 6, 8 10: means 4 and 6, biased variance 32/3, unbiased 16.
  const Tensor x = tensor({{0.0, 2.0}, {4.0, 6.0}, {8.0, 10.0}});
  nn::BatchNorm1d norm(2);
  norm(x);
  CHECK(norm.running_mean.to_vector<double>()[0] == doctest::Approx(0.4));
  CHECK(norm.running_mean.to_vector<double>()[1] == doctest::Approx(0.6));
  CHECK(norm.running_var.to_vector<double>()[0] == doctest::Approx(0.9 + 0.1 * 16));
  CHECK(norm.num_batches_tracked.item<std::int64_t>() == 1);
  norm(x);
  CHECK(norm.running_mean.to_vector<double>()[0] == doctest::Approx(0.9 * 0.4 + 0.4));
  CHECK(norm.num_batches_tracked.item<std::int64_t>() == 2);

  norm.eval();
  const double seen = norm.running_mean.to_vector<double>()[0];
  CHECK(norm(x)[0][0].item() ==
        doctest::Approx((0 - seen) / std::sqrt(norm.running_var.to_vector<double>()[0] + 1e-5)));
  CHECK(norm.running_mean.to_vector<double>()[0] == seen);  // evaluation changes nothing
  CHECK(norm.num_batches_tracked.item<std::int64_t>() == 2);
  norm.reset_running_stats();
  CHECK(norm.running_var.to_vector<double>()[1] == 1);
  CHECK(norm.num_batches_tracked.item<std::int64_t>() == 0);
}

TEST_CASE(
    "batch normalisation: the plain average, no tracking, no affine, and backward in training") {
  const Tensor x = tensor({{0.0}, {8.0}}), y = tensor({{10.0}, {12.0}});
  nn::BatchNorm1d average(1, {.momentum = std::nullopt});
  average(x);
  average(y);
  CHECK(average.running_mean.item() == doctest::Approx(7.5));
  CHECK(average.running_var.item() == doctest::Approx(17));  // of 32 and 2

  nn::BatchNorm1d untracked(1, {.affine = false, .track_running_stats = false});
  CHECK(untracked.state_dict().empty());
  untracked.eval();
  CHECK(untracked(x)[1][0].item() == doctest::Approx(1));  // evaluation goes by the batch

  nn::BatchNorm1d norm(1);
  Tensor input = tensor({{1.0}, {2.0}, {4.0}}).requires_grad_();
  const Tensor first = norm(input);
  norm(input);  // moves the running statistics between forward and backward: no saved tensor
  CHECK_NOTHROW((first * first).sum().backward());
  CHECK(norm.weight.grad().item() == doctest::Approx(2 * 3).epsilon(1e-4));
}

TEST_CASE("dropout: how many, how large, and never in evaluation") {
  nn::Dropout layer(0.25);
  Generator generator(4);
  UseGenerator use(generator);
  const Tensor x = ones({40000}, {.requires_grad = true});
  const Tensor y = layer(x);
  double dropped = 0;
  for (double v : y.to_vector<double>()) {
    CHECK((v == 0 || v == doctest::Approx(1 / 0.75)));
    dropped += v == 0;
  }
  CHECK(std::abs(dropped / 40000 - 0.25) < 5 * std::sqrt(0.25 * 0.75 / 40000));
  y.sum().backward();
  CHECK(x.grad().to_vector<double>() == y.to_vector<double>());  // the same mask
  CHECK(layer(x).to_vector<double>() != y.to_vector<double>());  // and another the next time
  generator.manual_seed(4);
  CHECK(layer(x).to_vector<double>() == y.to_vector<double>());
  layer.eval();
  CHECK(layer(x).is_same(x));
}

}  // namespace limpid::nn_training_test
