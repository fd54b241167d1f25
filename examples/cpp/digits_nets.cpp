// Five networks for the handwritten digits, side by side: what dropout, batch normalisation and
// convolutions change. Two more have been set elsewhere, and are trained on their own
// (docs/jobs.md).
// in tests: --epochs 8 --require 0.9 --out .

#include "examples/cpp/classify.h"

using namespace example;

namespace {

constexpr double kDrop = 0.05;

nn::Sequential make_model(const std::string& kind) {
  if (kind == "mlp")
    return nn::Sequential(nn::Flatten(), nn::Linear(64, 64), nn::ReLU(), nn::Linear(64, 10));
  if (kind == "dropout")
    return nn::Sequential(nn::Flatten(), nn::Linear(64, 64), nn::ReLU(), nn::Dropout(kDrop),
                          nn::Linear(64, 10));
  if (kind == "batch_norm")
    return nn::Sequential(nn::Flatten(), nn::Linear(64, 64), nn::BatchNorm1d(64), nn::ReLU(),
                          nn::Linear(64, 10));
  if (kind == "conv1d")  // an image as 8 channels (its rows) of 8 numbers
    return nn::Sequential(nn::Flatten(1, 2), nn::Conv1d(8, 32, 3, {.padding = 1}), nn::ReLU(),
                          nn::MaxPool1d(2), nn::Flatten(), nn::Linear(32 * 4, 10));
  if (kind == "deep")
    return nn::Sequential(nn::Flatten(), nn::Linear(64, 128), nn::ReLU(), nn::Linear(128, 128),
                          nn::ReLU(), nn::Linear(128, 10));
  if (kind == "wide_cnn")
    return nn::Sequential(nn::Conv2d(1, 16, 3, {.padding = 1}), nn::ReLU(), nn::Dropout(0.25),
                          nn::BatchNorm2d(16), nn::Conv2d(16, 32, 3, {.padding = 1}), nn::ReLU(),
                          nn::Dropout(0.25), nn::BatchNorm2d(32), nn::Flatten(),
                          nn::Linear(32 * 64, 256), nn::ReLU(), nn::Dropout(0.5),
                          nn::BatchNorm1d(256), nn::Linear(256, 10));
  return nn::Sequential(nn::Conv2d(1, 16, 3, {.padding = 1}), nn::ReLU(), nn::BatchNorm2d(16),
                        nn::Conv2d(16, 32, 3, {.padding = 1}), nn::ReLU(), nn::MaxPool2d(2),
                        nn::BatchNorm2d(32), nn::Flatten(), nn::Linear(32 * 16, 128), nn::ReLU(),
                        nn::Dropout(0.3), nn::Linear(128, 10));
}

/// The digits with their pixels from 0 to 1, from -1 to 1, or from 0 to 16 as they were written.
TrainTest load(const std::string& pixels, double held) {
  const auto scaled = [&](const Tensor& unit) {
    return pixels == "unit" ? unit : pixels == "centred" ? unit * 2 - 1 : unit * 16;
  };
  const TrainTest unit = split_digits(held);
  return {std::make_shared<TensorDataset>(scaled(unit.train->inputs()), unit.train->targets()),
          scaled(unit.test_inputs), unit.test_labels};
}

std::unique_ptr<optim::Optimizer> make_optimizer(const std::string& kind, nn::Module& model,
                                                 double lr) {
  if (kind == "sgd")
    return std::make_unique<optim::SGD>(model.parameters(), optim::SGDOptions{.lr = lr});
  return std::make_unique<optim::Adam>(model.parameters(), optim::AdamOptions{.lr = lr});
}

}  // namespace

int main(int argc, char** argv) {
  std::string model_kind = "all", optimizer_kind = "adam", falling = "cosine", pixels = "unit";
  std::string out = "digits_nets";
  FitOptions options{.epochs = 20, .batch_size = 32, .lr = 0.01, .quiet = true};
  double held = 0.2, require = 0;
  std::vector<std::string> kinds = {"mlp", "dropout", "batch_norm", "conv1d", "cnn"};
  const Setting settings[] = {
      {"model",
       &model_kind,
       "which network; all: the first five",
       0,
       0,
       false,
       {"all", "mlp", "dropout", "batch_norm", "conv1d", "cnn", "deep", "wide_cnn"}},
      {"optimizer", &optimizer_kind, "how to step", 0, 0, false, {"adam", "sgd"}},
      {"schedule", &falling, "how the rate falls", 0, 0, false, {"cosine", "none"}},
      {"pixels", &pixels, "0 to 1, -1 to 1, or 0 to 16", 0, 0, false, {"unit", "centred", "whole"}},
      {"epochs", &options.epochs, "passes over the data", 1, 10000},
      {"batch_size", &options.batch_size, "samples a step", 2, 1438},
      {"lr", &options.lr, "learning rate", 0, 10, true},
      {"held", &held, "share of the samples to test on", 0.05, 0.9},
      {"seed", &options.seed, "of weights, order and dropout", 0, kMaxSeed},
      {"require", &require, "fail below this test accuracy", 0, 1},
      {"out", &out, "folder for the picture"}};
  return run_program(argc, argv, "Five networks for handwritten digits.", settings, [&] {
    make_folder(out);
    const TrainTest data = load(pixels, held);
    std::vector<History> histories;
    double lowest = 1;
    std::printf("%-12s %10s %10s %10s\n", "network", "parameters", "accuracy", "seconds");
    if (model_kind != "all") kinds = {model_kind};
    for (const std::string& kind : kinds) {
      manual_seed(static_cast<std::uint64_t>(options.seed));
      nn::Sequential model = make_model(kind);
      const auto optimizer = make_optimizer(optimizer_kind, model, options.lr);
      histories.push_back(fit(model, data, options, *optimizer, falling == "cosine"));
      const History& history = histories.back();
      std::printf("%-12s %10lld %10.4f %10.2f\n", kind.c_str(),
                  static_cast<long long>(count_parameters(model)), history.last(), history.seconds);
      std::fflush(stdout);
      lowest = std::min(lowest, history.last());
    }
    save_curves(out, "Handwritten digits", kinds, histories);
    return example::required(lowest >= require);
  });
}
