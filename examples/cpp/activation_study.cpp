// How signals and gradients spread through a deep network: for several activations and starting
// values, before and while it learns the digits.
// Source: Glorot and Bengio, Understanding the difficulty of training deep feedforward neural
// networks, AISTATS 2010.
// in tests: --epochs 2 --out .

#include "examples/cpp/example.h"

using namespace example;

namespace {

constexpr int kLayers = 5;

Tensor activate(const std::string& kind, const Tensor& x) {
  return kind == "sigmoid"    ? sigmoid(x)
         : kind == "tanh"     ? tanh(x)
         : kind == "softsign" ? softsign(x)
                              : relu(x);
}

struct Deep : nn::Module {
  std::string kind;
  nn::ModuleList& layers;
  nn::Linear& head;

  Deep(std::string activation, std::int64_t width)
      : kind(std::move(activation)),
        layers(register_module("layers", nn::ModuleList())),
        head(register_module("head", nn::Linear(width, 10))) {
    for (int i = 0; i < kLayers; ++i) layers.append(nn::Linear(i ? width : 64, width));
  }
  Tensor forward(const Tensor& x) override {
    Tensor h = x.flatten(1);
    for (nn::Module& layer : layers) h = activate(kind, layer(h));
    return head(h);
  }
  /// "standard": uniform in +-1/sqrt(n), which shrinks signals; "xavier" keeps them.
  void start(const std::string& how) {
    for (int i = 0; i < kLayers; ++i) {
      nn::Linear& layer = layers.get<nn::Linear>(i);
      if (how == "xavier") nn::init::xavier_uniform_(layer.weight);
      nn::init::zeros_(layer.bias);
    }
  }
};

double spread(const Tensor& t) { return t.detach().std(0).item(); }

/// The spread of each layer's output, by hooks on the layers, and of the gradient that reaches it.
struct Spreads {
  std::vector<double> signals, gradients;
};
Spreads measure(Deep& model, const Tensor& x, const Tensor& y) {
  std::vector<Tensor> outputs;
  std::vector<nn::HookHandle> handles;
  for (nn::Module& layer : model.layers)
    handles.push_back(layer.register_forward_hook(
        [&](nn::Module&, std::span<const Tensor>, const Tensor& output) {
          output.retain_grad();
          outputs.push_back(output);
          return Tensor();
        }));
  cross_entropy(model(x), y).backward();
  model.zero_grad();
  for (nn::HookHandle& handle : handles) handle.remove();
  Spreads out;
  for (const Tensor& t : outputs) {
    out.signals.push_back(spread(activate(model.kind, t.detach())));
    out.gradients.push_back(spread(t.grad()));
  }
  return out;
}

Series by_layer(const std::string& name, const std::vector<double>& values) {
  Series series{.name = name, .y = values};
  for (std::size_t i = 0; i < values.size(); ++i) series.x.push_back(static_cast<double>(i + 1));
  return series;
}

}  // namespace

int main(int argc, char** argv) {
  std::int64_t epochs = 40, batch_size = 32, width = 100, seed = 0;
  double lr = 0.05;
  std::string out = "activation_study";
  const Setting settings[] = {{"epochs", &epochs, "passes over the data", 1, 10000},
                              {"batch_size", &batch_size, "samples a step", 1, 1438},
                              {"width", &width, "units a layer", 1, 4096},
                              {"lr", &lr, "learning rate of SGD", 0, 10, true},
                              {"seed", &seed, "of weights and order", 0, kMaxSeed},
                              {"out", &out, "folder for the pictures"}};
  return run_program(argc, argv, "Signals and gradients in deep networks.", settings, [&] {
    make_folder(out);
    const TrainTest data = split_digits();
    const Tensor x = data.test_inputs, y = data.test_labels;
    std::vector<Series> signals, gradients, learning[2];  // of the two ways to start
    std::printf("%-9s %-9s %8s %8s %8s %8s %9s\n", "", "", "signal", "", "gradient", "", "");
    std::printf("%-9s %-9s %8s %8s %8s %8s %9s\n", "units", "start", "first", "last", "first",
                "last", "accuracy");
    for (const std::string kind : {"sigmoid", "tanh", "softsign", "relu"})
      for (const std::string how : {"standard", "xavier"}) {
        manual_seed(static_cast<std::uint64_t>(seed));
        Deep model(kind, width);
        model.start(how);
        const Spreads before = measure(model, x, y);
        optim::SGD optimizer(model.parameters(), {.lr = lr, .momentum = 0.9});
        DataLoader loader(
            data.train,
            {.batch_size = batch_size, .shuffle = true, .seed = static_cast<std::uint64_t>(seed)});
        Series curve{.name = kind};
        for (std::int64_t epoch = 1; epoch <= epochs; ++epoch) {
          for (const Batch& batch : loader) {
            optimizer.zero_grad();
            cross_entropy(model(batch.input), batch.target).backward();
            optimizer.step();
          }
          curve.x.push_back(static_cast<double>(epoch));
          curve.y.push_back(accuracy(model, x, y));
        }
        std::printf("%-9s %-9s %8.4f %8.4f %8.1e %8.1e %9.4f\n", kind.c_str(), how.c_str(),
                    before.signals.front(), before.signals.back(), before.gradients.front(),
                    before.gradients.back(), curve.y.back());
        std::fflush(stdout);
        if (kind == "sigmoid" || kind == "tanh") {
          signals.push_back(by_layer(kind + ", " + how, before.signals));
          gradients.push_back(by_layer(kind + ", " + how, before.gradients));
        }
        learning[how == "xavier"].push_back(std::move(curve));
      }
    save_picture(out, "spread.png", [&] {
      const Panel panels[] = {
          {"spread of the signals at the start", "layer", signals, AxisKind::log},
          {"spread of the gradients at the start", "layer", gradients, AxisKind::log}};
      return plot_curves(panels, {.title = "What reaches the layers of a deep network"});
    });
    save_picture(out, "learning.png", [&] {
      const Panel panels[] = {
          {"test accuracy, standard start", "epoch", learning[0], AxisKind::percent},
          {"test accuracy, Xavier start", "epoch", learning[1], AxisKind::percent}};
      return plot_curves(panels, {.title = "Activations and starting values"});
    });
    return 0;
  });
}
