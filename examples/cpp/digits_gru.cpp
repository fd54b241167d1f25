// A bidirectional GRU reads handwritten digits row by row.
// in tests: --epochs 6 --require 0.85 --out .

#include "examples/cpp/example.h"

using namespace example;

namespace {

/// Reads an image (B, 1, 8, 8) as 8 steps of 8 numbers; the last states of both directions together
/// say what it was.
struct RowReader : nn::Module {
  nn::GRU& gru;
  nn::Linear& head;

  explicit RowReader(std::int64_t hidden)
      : gru(register_module("gru",
                            nn::GRU(8, hidden, {.batch_first = true, .bidirectional = true}))),
        head(register_module("head", nn::Linear(2 * hidden, 10))) {}

  Tensor forward(const Tensor& images) override {
    const Tensor states = gru(images.flatten(1, 2)).h_n;  // (2, B, hidden)
    return head(cat({states[0], states[1]}, 1));
  }
};

}  // namespace

int main(int argc, char** argv) {
  std::int64_t epochs = 50, batch_size = 32, hidden = 32, seed = 0;
  double lr = 0.01, require = 0;
  std::string out = "digits_gru";
  const Setting settings[] = {{"epochs", &epochs, "passes over the data", 1, 10000},
                              {"batch_size", &batch_size, "samples a step", 1, 1438},
                              {"hidden", &hidden, "units in each direction", 1, 4096},
                              {"lr", &lr, "learning rate of Adam", 0, 10, true},
                              {"seed", &seed, "of weights and order", 0, kMaxSeed},
                              {"require", &require, "fail below this test accuracy", 0, 1},
                              {"out", &out, "folder for the picture"}};
  return run_program(argc, argv, "A GRU reads digits row by row.", settings, [&] {
    make_folder(out);
    const TrainTest data = split_digits();
    manual_seed(static_cast<std::uint64_t>(seed));
    RowReader model(hidden);
    optim::Adam optimizer(model.parameters(), {.lr = lr});
    optim::CosineAnnealingLR schedule(optimizer, epochs);
    DataLoader loader(
        data.train,
        {.batch_size = batch_size, .shuffle = true, .seed = static_cast<std::uint64_t>(seed)});
    Series loss_series{.name = "loss"}, accuracy_series{.name = "test accuracy"};
    double seconds = 0;
    for (std::int64_t epoch = 1; epoch <= epochs; ++epoch) {
      const Clock clock;
      double total = 0;
      for (const Batch& batch : loader) {
        optimizer.zero_grad();
        const Tensor loss = cross_entropy(model(batch.input), batch.target);
        loss.backward();
        optimizer.step();
        total += loss.item();
      }
      schedule.step();
      seconds += clock.seconds();
      loss_series.x.push_back(static_cast<double>(epoch));
      loss_series.y.push_back(total / static_cast<double>(loader.size()));
      accuracy_series.x.push_back(static_cast<double>(epoch));
      accuracy_series.y.push_back(accuracy(model, data.test_inputs, data.test_labels));
      if (epoch % 10 == 0 || epoch == epochs)
        std::printf("epoch %3lld  loss %.4f  test accuracy %.4f\n", static_cast<long long>(epoch),
                    loss_series.y.back(), accuracy_series.y.back());
    }
    std::printf("test accuracy %.4f, %.2f s of training\n", accuracy_series.y.back(), seconds);
    save_picture(out, "curves.png", [&] {
      const Panel panels[] = {{"loss", "epoch", {loss_series}, AxisKind::log},
                              {"test accuracy", "epoch", {accuracy_series}, AxisKind::percent}};
      return plot_curves(panels, {.title = "A GRU reads digits row by row"});
    });
    return example::required(accuracy_series.y.back() >= require);
  });
}
