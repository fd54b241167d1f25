// A recurrent network turns one wave into another: it sees sin z and must say cos 2z, 41 steps a
// round. Its state goes on from round to round, as the waves do.
// in tests: --rounds 150 --require 0.01 --out .

#include "examples/cpp/example.h"

using namespace example;

int main(int argc, char** argv) {
  std::int64_t rounds = 150, steps = 41, hidden = 64, seed = 0;
  double lr = 0.005, require = 1e9;
  std::string out = "sin_cos";
  const Setting settings[] = {{"rounds", &rounds, "training steps", 10, 100000},
                              {"steps", &steps, "points a round", 2, 10000},
                              {"hidden", &hidden, "units", 1, 4096},
                              {"lr", &lr, "learning rate of Adam", 0, 10, true},
                              {"seed", &seed, "of the weights", 0, kMaxSeed},
                              {"require", &require, "fail above this mean error", 0, 1e9},
                              {"out", &out, "folder for the picture"}};
  return run_program(argc, argv, "A recurrent network turns sin z into cos 2z.", settings, [&] {
    manual_seed(static_cast<std::uint64_t>(seed));
    nn::RNN rnn(1, hidden);
    nn::Linear head(hidden, 1);
    std::vector<Tensor> parameters = rnn.parameters();
    for (const Tensor& p : head.parameters()) parameters.push_back(p);
    optim::Adam optimizer(parameters, {.lr = lr});

    Tensor state;
    std::vector<double> errors;
    Series wanted{.name = "cos 2z", .dashed = true}, said{.name = "network"};
    const Clock clock;
    for (std::int64_t round = 0; round < rounds; ++round) {
      const double start = M_PI * static_cast<double>(round);
      const Tensor z = linspace(start, start + M_PI, steps).reshape({steps, 1, 1});
      const Tensor x = sin(z), y = cos(z * 2);
      const auto [output, h] = rnn(x, state);
      state = h.detach();  // the values go on, the gradients do not
      const Tensor prediction = head(output);
      const Tensor loss = mse_loss(prediction, y);
      optimizer.zero_grad();
      loss.backward();
      optimizer.step();
      errors.push_back(loss.item());
      if ((round + 1) % 30 == 0)
        std::printf("round %3lld  error %.5f\n", static_cast<long long>(round + 1), errors.back());
      if (round + 3 < rounds) continue;
      for (std::int64_t i = 0; i < steps; ++i) {
        wanted.x.push_back(z[i].item());
        wanted.y.push_back(y[i].item());
        said.x.push_back(z[i].item());
        said.y.push_back(prediction[i].item());
      }
    }
    double mean = 0;
    for (std::size_t i = errors.size() - 10; i < errors.size(); ++i) mean += errors[i] / 10;
    std::printf("mean squared error of the last 10 rounds %.5f, %.2f s\n", mean, clock.seconds());
    save_picture(out, "waves.png", [&] {
      Series error_series{.name = "error"};
      for (std::size_t i = 0; i < errors.size(); ++i) {
        error_series.x.push_back(static_cast<double>(i + 1));
        error_series.y.push_back(errors[i]);
      }
      const Panel panels[] = {{"mean squared error", "round", {error_series}, AxisKind::log},
                              {"the last three rounds", "z", {wanted, said}}};
      return plot_curves(panels, {.title = "From sin z to cos 2z"});
    });
    return mean <= require ? 0 : 1;
  });
}
