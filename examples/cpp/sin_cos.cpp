// A recurrent network turns one wave into another: it sees sin z and must say cos 2z, in 41 steps
// from 0 to pi.
// in tests: --rounds 150 --require 0.0018 --out .

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
    make_folder(out);
    manual_seed(static_cast<std::uint64_t>(seed));
    nn::RNN rnn(1, hidden);
    nn::Linear head(hidden, 1);
    std::vector<Tensor> parameters = rnn.parameters();
    for (const Tensor& p : head.parameters()) parameters.push_back(p);
    optim::Adam optimizer(parameters, {.lr = lr});

    const Tensor z = linspace(0, M_PI, steps).reshape({steps, 1, 1});
    const Tensor x = sin(z), y = cos(z * 2);
    std::vector<double> errors;
    Tensor prediction;
    const Clock clock;
    for (std::int64_t round = 1; round <= rounds; ++round) {
      prediction = head(rnn(x).output);
      const Tensor loss = mse_loss(prediction, y);
      optimizer.zero_grad();
      loss.backward();
      optimizer.step();
      errors.push_back(loss.item());
      if (round % 30 == 0)
        std::printf("round %3lld  error %.5f\n", static_cast<long long>(round), errors.back());
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
      const std::vector<double> place = z.to_vector<double>();
      const Series seen{"sin z", place, x.to_vector<double>(), true},
          wanted{"cos 2z", place, y.to_vector<double>(), true},
          said{"network", place, prediction.detach().to_vector<double>()};
      const Panel panels[] = {{"mean squared error", "round", {error_series}, AxisKind::log},
                              {"in the last round", "z", {seen, wanted, said}}};
      return plot_curves(panels, {.title = "From sin z to cos 2z"});
    });
    return example::required(mean <= require);
  });
}
