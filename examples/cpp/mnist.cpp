// Three networks for MNIST: a plain one of four layers, LeNet, and one with a shortcut. Sources:
// LeCun et al., Gradient-based learning applied to document recognition, Proc. IEEE 1998; He et
// al., Deep residual learning for image recognition, CVPR 2016.
// in tests: --model mlp --train 3000 --test 500 --epochs 6 --lr 0.005 --require 0.9 --out .

#include "examples/cpp/classify.h"

using namespace example;

namespace {

/// 784 -> width, then h + f(h), then 10: what a layer learns is added to what came in.
struct Residual : nn::Module {
  nn::Linear &stem, &block, &head;

  explicit Residual(std::int64_t width)
      : stem(register_module("stem", nn::Linear(784, width))),
        block(register_module("block", nn::Linear(width, width))),
        head(register_module("head", nn::Linear(width, 10))) {}

  Tensor forward(const Tensor& images) override {
    const Tensor h = relu(stem(images.flatten(1)));
    return head(h + relu(block(h)));
  }
};

std::shared_ptr<nn::Module> make_model(const std::string& kind, std::int64_t width) {
  if (kind == "mlp")
    return std::make_shared<nn::Sequential>(nn::Flatten(), nn::Linear(784, 50), nn::ReLU(),
                                            nn::Linear(50, 20), nn::ReLU(), nn::Linear(20, 10));
  if (kind == "lenet")
    return std::make_shared<nn::Sequential>(nn::Conv2d(1, 20, 5), nn::ReLU(), nn::MaxPool2d(2),
                                            nn::Conv2d(20, 50, 5), nn::ReLU(), nn::MaxPool2d(2),
                                            nn::Flatten(), nn::Linear(50 * 4 * 4, 500), nn::ReLU(),
                                            nn::Linear(500, 10));
  return std::make_shared<Residual>(width);
}

TrainTest mnist(std::int64_t train, std::int64_t test, std::int64_t seed) {
  return real_or_made("mnist", train, test, load_mnist, [&](std::int64_t n, SyntheticPart part) {
    LabelledPixels made = synthetic_mnist(n, static_cast<std::uint64_t>(seed), part);
    return LabelledPixels{made.pixels.unsqueeze(1), made.labels};
  });
}

}  // namespace

int main(int argc, char** argv) {
  std::string model_kind = "all", out = "mnist";
  std::int64_t width = 256, train = 0, test = 0;
  FitOptions options{.epochs = 10, .batch_size = 100, .lr = 0.003};
  double require = 0;
  const Setting settings[] = {
      {"model", &model_kind, "which network", 0, 0, false, {"mlp", "lenet", "residual", "all"}},
      {"width", &width, "units of the residual network", 1, 8192},
      {"train", &train, "samples to train on; 0: all, or 10000 made ones", 0, 60000},
      {"test", &test, "samples to test on; 0: all, or 2000 made ones", 0, 10000},
      {"epochs", &options.epochs, "passes over the data", 1, 10000},
      {"batch_size", &options.batch_size, "samples a step", 1, 60000},
      {"lr", &options.lr, "learning rate of Adam", 0, 10, true},
      {"seed", &options.seed, "of weights, order and made data", 0, kMaxSeed},
      {"require", &require, "fail below this test accuracy", 0, 1},
      {"out", &out, "folder for the pictures"}};
  return run_program(argc, argv, "Three networks for MNIST.", settings, [&] {
    make_folder(out);
    const TrainTest data = mnist(train, test, options.seed);
    std::vector<std::string> names;
    std::vector<History> histories;
    bool enough = true;
    for (const std::string kind : {"mlp", "lenet", "residual"}) {
      if (model_kind != "all" && model_kind != kind) continue;
      manual_seed(static_cast<std::uint64_t>(options.seed));
      const auto model = make_model(kind, width);
      std::printf("%s, %lld parameters\n", kind.c_str(),
                  static_cast<long long>(count_parameters(*model)));
      names.push_back(kind);
      histories.push_back(fit(*model, data, options));
      std::printf("%s: test accuracy %.4f, %.2f s of training\n", kind.c_str(),
                  histories.back().last(), histories.back().seconds);
      enough = enough && histories.back().last() >= require;
      save_guesses(out, "Test digits", *model, data, data.test_inputs, mnist_classes("mnist"),
                   true);
    }
    save_curves(out, "Handwritten digits of 28 x 28", names, histories);
    return example::required(enough);
  });
}
