// Three networks that tell 40 people apart, from seven pictures of each: one that sees pixels in no
// order, one that sees them as a row, and one that sees a picture.
// in tests: --model conv2d --epochs 12 --lr 0.005 --require 0.7 --out .

#include "examples/cpp/classify.h"
#include "limpid/data/olivetti.h"

using namespace example;

namespace {

constexpr std::int64_t kPeople = 40;

/// What stands between the two last layers: nothing, dropout or batch normalisation.
nn::Sequential head(std::int64_t inputs, const std::string& variant, double rate) {
  nn::Sequential out(nn::Linear(inputs, 128));
  if (variant == "batch_norm") out.append(nn::BatchNorm1d(128));
  out.append(nn::Sigmoid());
  if (variant == "dropout") out.append(nn::Dropout(rate));
  out.append(nn::Linear(128, kPeople));
  return out;
}

/// All 4096 pixels at once; one filter along them in a row, then the largest of every twelve; or
/// one filter over the picture, then the largest of every four by four.
nn::Sequential make_model(const std::string& kind, const std::string& variant, double rate) {
  if (kind == "mlp")
    return nn::Sequential(nn::Flatten(), nn::Linear(4096, 512), nn::Sigmoid(),
                          head(512, variant, rate));
  if (kind == "conv1d")  // (B, 1, 64, 64) -> (B, 1, 4096) -> (B, 1, 4094) -> (B, 1, 341)
    return nn::Sequential(nn::Flatten(2), nn::Conv1d(1, 1, 3), nn::MaxPool1d(12), nn::Flatten(),
                          head(341, variant, rate));
  return nn::Sequential(nn::Conv2d(1, 1, 3, {.padding = 1}), nn::MaxPool2d(4), nn::Flatten(),
                        head(256, variant, rate));
}

/// Seven pictures of each person to train on, three to test on; pixels with mean 0.
TrainTest load(std::int64_t seed) {
  const auto folder = find_or_say("olivetti");
  const Olivetti faces =
      folder.empty() ? synthetic_olivetti(static_cast<std::uint64_t>(seed)) : load_olivetti(folder);
  const SplitIndices split = stratified_split(faces.labels.to_vector<std::int64_t>(), 0.3,
                                              static_cast<std::uint64_t>(seed));
  const Tensor train = gather_rows(faces.images, split.rest);
  const ChannelStats stats = channel_stats(train);
  return {std::make_shared<TensorDataset>(normalize(train, stats),
                                          gather_rows(faces.labels, split.rest)),
          normalize(gather_rows(faces.images, split.held), stats),
          gather_rows(faces.labels, split.held)};
}

}  // namespace

int main(int argc, char** argv) {
  std::string model_kind = "all", variant = "plain", out = "faces";
  FitOptions options{.epochs = 60, .batch_size = 40, .lr = 0.002, .quiet = true};
  double dropout = 0.05, require = 0;
  const Setting settings[] = {
      {"model", &model_kind, "which network", 0, 0, false, {"all", "mlp", "conv1d", "conv2d"}},
      {"variant",
       &variant,
       "in front of the last layer",
       0,
       0,
       false,
       {"plain", "dropout", "batch_norm"}},
      {"dropout", &dropout, "share that dropout leaves out", 0, 1},
      {"epochs", &options.epochs, "passes over the data", 1, 10000},
      {"batch_size", &options.batch_size, "samples a step", 2, 280},
      {"lr", &options.lr, "learning rate of Adam", 0, 10, true},
      {"seed", &options.seed, "of weights, order, split and made data", 0, kMaxSeed},
      {"require", &require, "fail below this test accuracy", 0, 1},
      {"out", &out, "folder for the pictures"}};
  return run_program(argc, argv, "Three networks that tell people apart.", settings, [&] {
    make_folder(out);
    const TrainTest data = load(options.seed);
    std::vector<std::string> names, people;
    for (std::int64_t i = 0; i < kPeople; ++i) people.push_back(std::to_string(i));
    std::vector<History> histories;
    bool enough = true;
    std::printf("%-8s %10s %10s %10s\n", "network", "parameters", "accuracy", "seconds");
    for (const std::string kind : {"mlp", "conv1d", "conv2d"}) {
      if (model_kind != "all" && model_kind != kind) continue;
      manual_seed(static_cast<std::uint64_t>(options.seed));
      nn::Sequential model = make_model(kind, variant, dropout);
      names.push_back(kind);
      histories.push_back(fit(model, data, options));
      std::printf("%-8s %10lld %10.4f %10.2f\n", kind.c_str(),
                  static_cast<long long>(count_parameters(model)), histories.back().last(),
                  histories.back().seconds);
      enough = enough && histories.back().last() >= require;
      save_guesses(out, "Test faces: who is it?", model, data, data.test_inputs / 5 + 0.5, people);
    }
    save_curves(out, "Faces of 40 people", names, histories);
    return example::required(enough);
  });
}
