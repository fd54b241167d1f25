// A small convolutional network for colour pictures of ten classes.
// in tests: --train 2500 --test 300 --epochs 4 --batch-size 16 --require 0.6 --out .

#include "examples/cpp/classify.h"

using namespace example;

namespace {

/// Channels 3 -> 8 -> 16 -> 32, halved in size behind each; then 512 -> 128 -> 64 -> 10.
struct SmallNet : nn::Module {
  nn::Conv2d& conv1 = register_module("conv1", nn::Conv2d(3, 8, 3, {.padding = 1}));
  nn::Conv2d& conv2 = register_module("conv2", nn::Conv2d(8, 16, 3, {.padding = 1}));
  nn::Conv2d& conv3 = register_module("conv3", nn::Conv2d(16, 32, 3, {.padding = 1}));
  nn::Sequential& head =
      register_module("head", nn::Sequential(nn::Linear(512, 128), nn::ReLU(), nn::Linear(128, 64),
                                             nn::ReLU(), nn::Linear(64, 10)));

  Tensor forward(const Tensor& images) override {
    Tensor x = max_pool2d(relu(conv1(images)), 2);  // (B, 8, 16, 16)
    x = max_pool2d(relu(conv2(x)), 2);              // (B, 16, 8, 8)
    x = avg_pool2d(relu(conv3(x)), 2);              // (B, 32, 4, 4)
    return head(x.flatten(1));
  }
};

/// Mean 0 and deviation 1 a channel, by what the training pictures have.
TrainTest normalized(const TrainTest& data) {
  const ChannelStats stats = channel_stats(data.train->inputs());
  return {std::make_shared<TensorDataset>(normalize(data.train->inputs(), stats),
                                          data.train->targets()),
          normalize(data.test_inputs, stats), data.test_labels};
}

/// What the labels mean: other things in made data.
std::vector<std::string> classes() {
  const auto folder = find_dataset(known_dataset("cifar10"));
  return folder.empty() || is_synthetic(folder) ? synthetic_cifar10_classes() : cifar10_classes();
}

}  // namespace

int main(int argc, char** argv) {
  std::int64_t train = 0, test = 0;
  FitOptions options{.epochs = 10, .batch_size = 32, .lr = 0.003};
  double require = 0;
  std::string out = "cifar10";
  const Setting settings[] = {
      {"train", &train, "samples to train on; 0: all, or 10000 made ones", 0, 50000},
      {"test", &test, "samples to test on; 0: all, or 2000 made ones", 0, 10000},
      {"epochs", &options.epochs, "passes over the data", 1, 10000},
      {"batch_size", &options.batch_size, "samples a step", 1, 50000},
      {"lr", &options.lr, "learning rate of Adam", 0, 10, true},
      {"seed", &options.seed, "of weights, order and made data", 0, kMaxSeed},
      {"require", &require, "fail below this test accuracy", 0, 1},
      {"out", &out, "folder for the pictures"}};
  return run_program(argc, argv, "A network for CIFAR-10.", settings, [&] {
    make_folder(out);
    const TrainTest raw =
        real_or_made("cifar10", train, test, load_cifar10, [&](std::int64_t n, SyntheticPart part) {
          return synthetic_cifar10(n, static_cast<std::uint64_t>(options.seed), part);
        });
    const TrainTest data = normalized(raw);
    manual_seed(static_cast<std::uint64_t>(options.seed));
    SmallNet model;
    std::printf("%lld parameters\n", static_cast<long long>(count_parameters(model)));
    const History history = fit(model, data, options);
    std::printf("test accuracy %.4f, %.2f s of training\n", history.last(), history.seconds);
    save_curves(out, "Colour pictures of ten classes", {"CNN"}, {history});
    save_guesses(out, "Test pictures", model, data, raw.test_inputs, classes());
    return example::required(history.last() >= require);
  });
}
