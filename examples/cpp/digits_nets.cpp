// Five networks for the handwritten digits, side by side: what dropout, batch normalisation and
// convolutions change.
// in tests: --epochs 8 --require 0.9 --out .

#include "examples/cpp/example.h"

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
  return nn::Sequential(nn::Conv2d(1, 16, 3, {.padding = 1}), nn::ReLU(), nn::BatchNorm2d(16),
                        nn::Conv2d(16, 32, 3, {.padding = 1}), nn::ReLU(), nn::MaxPool2d(2),
                        nn::BatchNorm2d(32), nn::Flatten(), nn::Linear(32 * 16, 128), nn::ReLU(),
                        nn::Dropout(0.3), nn::Linear(128, 10));
}

}  // namespace

int main(int argc, char** argv) {
  std::string model_kind = "all", out = "digits_nets";
  std::int64_t epochs = 20, batch_size = 32, seed = 0;
  double lr = 0.01, require = 0;
  const std::vector<std::string> kinds = {"mlp", "dropout", "batch_norm", "conv1d", "cnn"};
  const Setting settings[] = {{"model",
                               &model_kind,
                               "which network",
                               0,
                               0,
                               false,
                               {"all", "mlp", "dropout", "batch_norm", "conv1d", "cnn"}},
                              {"epochs", &epochs, "passes over the data", 1, 10000},
                              {"batch_size", &batch_size, "samples a step", 1, 1438},
                              {"lr", &lr, "learning rate of Adam", 0, 10, true},
                              {"seed", &seed, "of weights, order and dropout", 0, kMaxSeed},
                              {"require", &require, "fail below this test accuracy", 0, 1},
                              {"out", &out, "folder for the picture"}};
  return run_program(argc, argv, "Five networks for handwritten digits.", settings, [&] {
    const TrainTest data = split_digits();
    Panel panel{"test accuracy", "epoch", {}, AxisKind::percent};
    double lowest = 1;
    std::printf("%-12s %10s %10s %10s\n", "network", "parameters", "accuracy", "seconds");
    for (const std::string& kind : kinds) {
      if (model_kind != "all" && model_kind != kind) continue;
      manual_seed(static_cast<std::uint64_t>(seed));
      nn::Sequential model = make_model(kind);
      optim::Adam optimizer(model.parameters(), {.lr = lr});
      optim::CosineAnnealingLR schedule(optimizer, epochs);
      DataLoader loader(
          data.train,
          {.batch_size = batch_size, .shuffle = true, .seed = static_cast<std::uint64_t>(seed)});
      Series series{.name = kind};
      double seconds = 0;
      for (std::int64_t epoch = 1; epoch <= epochs; ++epoch) {
        const Clock clock;
        for (const Batch& batch : loader) {
          optimizer.zero_grad();
          cross_entropy(model(batch.input), batch.target).backward();
          optimizer.step();
        }
        schedule.step();
        seconds += clock.seconds();
        series.x.push_back(static_cast<double>(epoch));
        series.y.push_back(accuracy(model, data.test_inputs, data.test_labels));
      }
      std::int64_t parameters = 0;
      for (const Tensor& p : model.parameters()) parameters += p.numel();
      std::printf("%-12s %10lld %10.4f %10.2f\n", kind.c_str(), static_cast<long long>(parameters),
                  series.y.back(), seconds);
      std::fflush(stdout);
      lowest = std::min(lowest, series.y.back());
      panel.series.push_back(std::move(series));
    }
    save_picture(out, "accuracy.png", [&] {
      return plot_curves({&panel, 1}, {.title = "Handwritten digits"});
    });
    return lowest >= require ? 0 : 1;
  });
}
