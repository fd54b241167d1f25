#pragma once
// What the examples on public datasets share: the real files where they lie below the data root,
// made ones elsewhere; training a classifier; its pictures.

#include "examples/cpp/example.h"
#include "limpid/data/cifar10.h"
#include "limpid/data/mnist.h"
#include "limpid/data/normalize.h"
#include "limpid/data/prepare.h"
#include "limpid/data/synthetic.h"
#include "limpid/data/synthetic_files.h"

namespace example {

/// How many samples to take: 0 stands for all of a real dataset, `made` of a made one.
inline std::int64_t wanted(std::int64_t asked, std::int64_t made) {
  return asked > 0 ? asked : made;
}

/// Where a dataset lies, having said so; empty, having said that, where made data must do.
inline std::filesystem::path find_or_say(const std::string& name) {
  const auto folder = find_dataset(known_dataset(name));
  if (folder.empty())
    std::printf("data: %s is not here (limpid data prepare %s): generated data stands in\n",
                name.c_str(), name.c_str());
  else
    std::printf("data: %s%s\n", folder.c_str(),
                is_synthetic(folder) ? ", which is generated, not the real dataset" : "");
  return folder;
}

inline Tensor first_rows(const Tensor& rows, std::int64_t asked) {
  return asked > 0 && asked < rows.size(0) ? rows.narrow(0, 0, asked) : rows;
}

/// Real or made pictures in one form. `load(folder, train)` reads, `make(samples, part)` makes.
template <class Load, class Make>
TrainTest real_or_made(const std::string& name, std::int64_t train, std::int64_t test,
                       const Load& load, const Make& make) {
  if (const auto folder = find_or_say(name); !folder.empty()) {
    const auto rest = load(folder, true), held = load(folder, false);
    return {std::make_shared<TensorDataset>(first_rows(rest->inputs(), train),
                                            first_rows(rest->targets(), train)),
            first_rows(held->inputs(), test), first_rows(held->targets(), test)};
  }
  const LabelledPixels rest = make(wanted(train, 10'000), SyntheticPart::train);
  const LabelledPixels held = make(wanted(test, 2'000), SyntheticPart::test);
  const auto unit = [](const Tensor& pixels) { return pixels.to(DType::f32) / 255; };
  return {std::make_shared<TensorDataset>(unit(rest.pixels), rest.labels), unit(held.pixels),
          held.labels};
}

/// What became of a training, epoch by epoch.
struct History {
  Series loss{.name = "loss"}, accuracy{.name = "test accuracy"};
  double seconds = 0;  ///< of training steps alone

  void add(std::int64_t epoch, double mean_loss, double test_accuracy) {
    for (Series* s : {&loss, &accuracy}) s->x.push_back(static_cast<double>(epoch));
    loss.y.push_back(mean_loss);
    accuracy.y.push_back(test_accuracy);
  }
  double last() const { return accuracy.y.back(); }
  void print() const {
    std::printf("epoch %3.0f  loss %.4f  test accuracy %.4f  %.1f s\n", loss.x.back(),
                loss.y.back(), last(), seconds);
    std::fflush(stdout);
  }
};

struct FitOptions {
  std::int64_t epochs = 10, batch_size = 100, seed = 0;
  double lr = 0.001;
  bool quiet = false;  ///< no line an epoch
};

/// Trains on cross-entropy, the rate falling along half a cosine, or staying.
inline History fit(nn::Module& model, const TrainTest& data, const FitOptions& options,
                   optim::Optimizer& optimizer, bool falling = true) {
  optim::CosineAnnealingLR schedule(optimizer, options.epochs);
  DataLoader loader(data.train, {.batch_size = options.batch_size,
                                 .shuffle = true,
                                 .seed = static_cast<std::uint64_t>(options.seed)});
  History history;
  for (std::int64_t epoch = 1; epoch <= options.epochs; ++epoch) {
    const Clock clock;
    double total = 0;
    for (const Batch& batch : loader) {
      optimizer.zero_grad();
      const Tensor loss = cross_entropy(model(batch.input), batch.target);
      loss.backward();
      optimizer.step();
      total += loss.item();
    }
    if (falling) schedule.step();
    history.seconds += clock.seconds();
    history.add(epoch, total / static_cast<double>(loader.size()),
                accuracy(model, data.test_inputs, data.test_labels));
    if (!options.quiet) history.print();
  }
  return history;
}

/// The same with Adam.
inline History fit(nn::Module& model, const TrainTest& data, const FitOptions& options) {
  optim::Adam optimizer(model.parameters(), {.lr = options.lr});
  return fit(model, data, options, optimizer);
}

inline std::int64_t count_parameters(const nn::Module& model) {
  std::int64_t count = 0;
  for (const Tensor& p : model.parameters()) count += p.numel();
  return count;
}

/// Loss and accuracy side by side, a line a network.
inline void save_curves(const std::string& out, const std::string& title,
                        const std::vector<std::string>& names,
                        const std::vector<History>& histories) {
  Panel loss{"training loss", "epoch", {}, AxisKind::log};
  Panel right{"test accuracy", "epoch", {}, AxisKind::percent};
  for (std::size_t i = 0; i < names.size(); ++i) {
    loss.series.push_back({names[i], histories[i].loss.x, histories[i].loss.y});
    right.series.push_back({names[i], histories[i].accuracy.x, histories[i].accuracy.y});
  }
  const Panel panels[] = {loss, right};
  save_picture(out, "curves.png", [&] { return plot_curves(panels, {.title = title}); });
}

/// Some test pictures with what the model takes them for. `pictures` are the test inputs as they
/// are to be seen, where the model sees them otherwise.
inline void save_guesses(const std::string& out, const std::string& title, nn::Module& model,
                         const TrainTest& data, const Tensor& pictures,
                         const std::vector<std::string>& classes, bool ink = false) {
  NoGrad guard;
  model.eval();
  const auto truth = data.test_labels.to_vector<std::int64_t>();
  std::vector<PicturedSample> tiles;
  for (std::int64_t tile = 0; tile < 8; ++tile) {
    const std::int64_t i = 7 * tile % std::ssize(truth);  // classes take turns: seven further on
    const auto guess = model(data.test_inputs.narrow(0, i, 1)).argmax().item<std::int64_t>();
    tiles.push_back({.image = image_from_tensor(pictures[i], {.ink = ink}),
                     .truth = classes[static_cast<std::size_t>(truth[static_cast<std::size_t>(i)])],
                     .predicted = classes[static_cast<std::size_t>(guess)]});
  }
  save_picture(out, "samples.png", [&] { return plot_samples(tiles, {.title = title}); });
}

}  // namespace example
