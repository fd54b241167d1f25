// Two networks against each other: one draws digits from noise, the other tells drawn from real.
// Source: Goodfellow et al., Generative adversarial nets, NeurIPS 2014.
// in tests: --epochs 3 --out .

#include "examples/cpp/example.h"

using namespace example;

int main(int argc, char** argv) {
  std::int64_t epochs = 500, batch_size = 64, noise = 16, seed = 0;
  double lr = 0.0005;
  std::string out = "gan";
  const Setting settings[] = {{"epochs", &epochs, "passes over the data", 1, 10000},
                              {"batch_size", &batch_size, "samples a step", 1, 1438},
                              {"noise", &noise, "random numbers behind a drawing", 1, 1024},
                              {"lr", &lr, "learning rate of Adam, of both", 0, 10, true},
                              {"seed", &seed, "of weights, order and noise", 0, kMaxSeed},
                              {"out", &out, "folder for the pictures"}};
  return run_program(argc, argv, "A generative adversarial network on digits.", settings, [&] {
    make_folder(out);
    const TrainTest data = split_digits();
    manual_seed(static_cast<std::uint64_t>(seed));
    nn::Sequential generator(nn::Linear(noise, 128), nn::ReLU(), nn::Linear(128, 128), nn::ReLU(),
                             nn::Linear(128, 64), nn::Sigmoid());
    nn::Sequential judge(nn::Linear(64, 128), nn::LeakyReLU(0.2), nn::Dropout(0.3),
                         nn::Linear(128, 64), nn::LeakyReLU(0.2), nn::Linear(64, 1));
    optim::Adam learn_to_draw(generator.parameters(), {.lr = lr, .betas = {0.5, 0.999}});
    optim::Adam learn_to_judge(judge.parameters(), {.lr = lr, .betas = {0.5, 0.999}});
    DataLoader loader(data.train, {.batch_size = batch_size,
                                   .shuffle = true,
                                   .drop_last = true,
                                   .seed = static_cast<std::uint64_t>(seed)});
    const Tensor real = ones({batch_size, 1}), drawn = zeros({batch_size, 1});
    Series judge_curve{.name = "judge"}, draw_curve{.name = "generator"};
    for (std::int64_t epoch = 1; epoch <= epochs; ++epoch) {
      double judge_total = 0, draw_total = 0;
      for (const Batch& batch : loader) {
        const Tensor images = batch.input.flatten(1);
        const Tensor fakes = generator(randn({batch_size, noise}));

        learn_to_judge.zero_grad();  // the drawings are detached: only the judge learns here
        const Tensor judge_loss = binary_cross_entropy_with_logits(judge(images), real) +
                                  binary_cross_entropy_with_logits(judge(fakes.detach()), drawn);
        judge_loss.backward();
        learn_to_judge.step();

        learn_to_draw.zero_grad();  // what makes the judge take drawings for real is right
        const Tensor draw_loss = binary_cross_entropy_with_logits(judge(fakes), real);
        draw_loss.backward();
        learn_to_draw.step();
        judge_total += judge_loss.item();
        draw_total += draw_loss.item();
      }
      const auto batches = static_cast<double>(loader.size());
      judge_curve.x.push_back(static_cast<double>(epoch));
      judge_curve.y.push_back(judge_total / batches);
      draw_curve.x.push_back(static_cast<double>(epoch));
      draw_curve.y.push_back(draw_total / batches);
      if (epoch % 100 == 0 || epoch == epochs)
        std::printf("epoch %3lld  judge %.3f  generator %.3f\n", static_cast<long long>(epoch),
                    judge_curve.y.back(), draw_curve.y.back());
    }
    save_picture(out, "curves.png", [&] {
      const Panel panel{"loss", "epoch", {judge_curve, draw_curve}};
      return plot_curves({&panel, 1}, {.title = "Two networks against each other"});
    });
    save_picture(out, "drawn.png", [&] {
      NoGrad guard;
      const Tensor images = generator(randn({24, noise}));
      std::vector<PicturedSample> tiles;  // a row of real ones, and three of drawn ones
      for (std::int64_t i = 0; i < 32; ++i) {
        const Tensor tile = i < 8 ? data.test_inputs[i] : images[i - 8].reshape({1, 8, 8});
        tiles.push_back(
            {.image = image_from_tensor(tile, {.ink = true}), .truth = i < 8 ? "real" : "drawn"});
      }
      return plot_samples(tiles, {.title = "Digits from noise"});
    });
    return std::isfinite(draw_curve.y.back()) ? 0 : 1;
  });
}
