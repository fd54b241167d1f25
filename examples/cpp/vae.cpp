// A variational autoencoder on the digits: images become points in a small space, and points become
// images. Source: Kingma and Welling, Auto-encoding variational Bayes, ICLR 2014.
// in tests: --epochs 5 --require 35 --out .

#include "examples/cpp/example.h"

using namespace example;

namespace {

struct Vae : nn::Module {
  nn::Linear& encoder = register_module("encoder", nn::Linear(64, 128));
  nn::Linear &mean, &log_variance;
  nn::Sequential& decoder;

  explicit Vae(std::int64_t latent)
      : mean(register_module("mean", nn::Linear(128, latent))),
        log_variance(register_module("log_variance", nn::Linear(128, latent))),
        decoder(register_module(
            "decoder", nn::Sequential(nn::Linear(latent, 128), nn::ReLU(), nn::Linear(128, 64)))) {}

  struct Result {
    Tensor logits, mean, log_variance;
  };
  /// A point drawn around the mean, by noise that is scaled: so gradients reach both.
  Result run(const Tensor& x) {
    const Tensor h = relu(encoder(x)), m = mean(h), v = log_variance(h);
    const Tensor z = m + exp(v / 2) * randn(m.shape());
    return {decoder(z), m, v};
  }
};

/// What is lost of the image, and how far the points are from a normal distribution:
/// KL = (mean^2 + variance - log variance - 1) / 2.
Tensor vae_loss(const Vae::Result& r, const Tensor& x) {
  const Tensor image = binary_cross_entropy_with_logits(r.logits, x, {.reduction = "sum"});
  const Tensor kl = (square(r.mean) + exp(r.log_variance) - r.log_variance - 1).sum() / 2;
  return (image + kl) / static_cast<double>(x.size(0));
}

Image picture_of(const Tensor& pixels) {
  return image_from_tensor(pixels.reshape({1, 8, 8}), {.ink = true});
}

}  // namespace

int main(int argc, char** argv) {
  std::int64_t epochs = 60, batch_size = 64, latent = 8, seed = 0;
  double lr = 0.002, require = 1e9;
  std::string out = "vae";
  const Setting settings[] = {{"epochs", &epochs, "passes over the data", 1, 10000},
                              {"batch_size", &batch_size, "samples a step", 1, 1438},
                              {"latent", &latent, "numbers that an image becomes", 1, 64},
                              {"lr", &lr, "learning rate of Adam", 0, 10, true},
                              {"seed", &seed, "of weights, order and noise", 0, kMaxSeed},
                              {"require", &require, "fail above this test loss", 0, 1e9},
                              {"out", &out, "folder for the pictures"}};
  return run_program(argc, argv, "A variational autoencoder on digits.", settings, [&] {
    make_folder(out);
    const TrainTest data = split_digits();
    manual_seed(static_cast<std::uint64_t>(seed));
    Vae model(latent);
    optim::Adam optimizer(model.parameters(), {.lr = lr});
    DataLoader loader(
        data.train,
        {.batch_size = batch_size, .shuffle = true, .seed = static_cast<std::uint64_t>(seed)});
    Series curve{.name = "loss"};
    for (std::int64_t epoch = 1; epoch <= epochs; ++epoch) {
      double total = 0;
      for (const Batch& batch : loader) {
        const Tensor x = batch.input.flatten(1);
        optimizer.zero_grad();
        const Tensor loss = vae_loss(model.run(x), x);
        loss.backward();
        optimizer.step();
        total += loss.item();
      }
      curve.x.push_back(static_cast<double>(epoch));
      curve.y.push_back(total / static_cast<double>(loader.size()));
      if (epoch % 10 == 0 || epoch == epochs)
        std::printf("epoch %3lld  loss %.3f\n", static_cast<long long>(epoch), curve.y.back());
    }
    NoGrad guard;
    const Tensor test = data.test_inputs.flatten(1);
    const Tensor test_loss = vae_loss(model.run(test), test);
    std::printf("test loss %.3f\n", test_loss.item());
    save_picture(out, "samples.png", [&] {
      std::vector<PicturedSample> tiles;
      const Tensor again = sigmoid(model.run(test).logits),
                   drawn = sigmoid(model.decoder(randn({16, latent})));
      for (std::int64_t i = 0; i < 8; ++i)
        tiles.push_back({.image = picture_of(test[i]), .truth = "test image"});
      for (std::int64_t i = 0; i < 8; ++i)
        tiles.push_back({.image = picture_of(again[i]), .truth = "again"});
      for (std::int64_t i = 0; i < 16; ++i)
        tiles.push_back({.image = picture_of(drawn[i]), .truth = "new"});
      return plot_samples(tiles, {.title = "Test images, what becomes of them, and new ones"});
    });
    return example::required(test_loss.item() <= require);
  });
}
