// The training run: models from recipes, stopping and going on, what is left behind.

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "limpid/autograd/grad_mode.h"
#include "limpid/config.h"
#include "limpid/core/str.h"
#include "limpid/io/idx.h"
#include "limpid/metrics/accuracy.h"
#include "limpid/ops/argmax/argmax.h"
#include "limpid/tensor/creation.h"
#include "limpid/train/metrics_csv.h"
#include "limpid/train/model_builder.h"
#include "limpid/train/model_size.h"
#include "limpid/train/report.h"
#include "limpid/train/run_folder.h"
#include "scratch_folder.h"
#include "thrown.h"

namespace limpid::train_test {

namespace {

struct Setup {
  Recipe recipe;
  Task task;
  std::vector<LayerSpec> layers;
  nn::Sequential model;

  explicit Setup(Recipe r) : recipe(std::move(r)), task(make_task(recipe)) {
    layers = describe_model(recipe, task.sample_shape, 10);
    Generator generator(static_cast<std::uint64_t>(recipe.seed));
    UseGenerator use(generator);
    model = build_model(layers);
  }
};

Recipe small(std::int64_t epochs) {
  Recipe r;
  r.hidden = {16};
  r.epochs = epochs;
  r.dropout = 0.1;
  r.schedule = "cosine";
  return r;
}

std::vector<float> weights_of(const nn::Module& model) {
  std::vector<float> out;
  for (const NamedTensor& entry : model.state_dict())
    for (float v : entry.tensor.to_vector<float>()) out.push_back(v);
  return out;
}

}  // namespace

TEST_CASE("a digits MLP learns, and every class is reported") {
  Recipe recipe;
  recipe.epochs = 15;
  Setup s(recipe);
  Listener nobody;
  Trainer trainer(s.model, s.task, recipe, nobody);
  CHECK(trainer.run());
  const Evaluation test = evaluate(s.model, *s.task.test);
  CHECK(test.accuracy >= 0.95);
  CHECK(s.task.train->size() == 1438);
  CHECK(s.task.test->size() == 359);
  const auto rows =
      accuracy_per_class(s.task.test->targets(), tensor(test.predicted), s.task.classes);
  std::int64_t correct = 0, total = 0;
  for (const ClassAccuracy& row : rows) {
    CHECK(row.total >= 34);  // stratified: 174 to 183 of each class, a fifth of them
    CHECK(row.total <= 37);
    correct += row.correct;
    total += row.total;
  }
  CHECK(total == 359);
  CHECK(static_cast<double>(correct) / 359 == doctest::Approx(test.accuracy));
}

TEST_CASE("a class without samples is n/a") {
  const std::vector<ClassAccuracy> rows = {{"cat", 3, 4}, {"dog", 0, 0}};
  const std::string table = accuracy_table(rows);
  CHECK(table.find("75.0 %") != std::string::npos);
  CHECK(table.find("n/a") != std::string::npos);
  CHECK(table.find("nan") == std::string::npos);
}

TEST_CASE("a run that was stopped goes on to the very same weights") {
  Setup whole(small(3)), first(small(3)), second(small(3));
  Listener nobody;
  Trainer uninterrupted(whole.model, whole.task, whole.recipe, nobody);
  CHECK(uninterrupted.run());

  Trainer stopped(first.model, first.task, first.recipe, nobody);
  int batches = 0;
  CHECK_FALSE(stopped.run([&] { return ++batches == 60; }));  // in the middle of epoch 2
  CHECK(stopped.epoch() == 2);
  Trainer resumed(second.model, second.task, second.recipe, nobody);
  resumed.load_state_dict(stopped.state_dict());
  CHECK(resumed.run());
  CHECK(weights_of(second.model) == weights_of(whole.model));
}

namespace {

/// Stops after `batches` and goes on in a new trainer; the accuracy, which is also the
/// uninterrupted run's.
double accuracy_of_stopped_run(const Recipe& recipe, int batches) {
  Setup whole(recipe), first(recipe), second(recipe);
  Listener nobody;
  Trainer(whole.model, whole.task, recipe, nobody).run();
  Trainer stopped(first.model, first.task, recipe, nobody);
  CHECK_FALSE(stopped.run([&] { return --batches == 0; }));
  Trainer resumed(second.model, second.task, recipe, nobody);
  resumed.load_state_dict(stopped.state_dict());
  CHECK(resumed.run());
  CHECK(weights_of(second.model) == weights_of(whole.model));
  return evaluate(second.model, *second.task.test).accuracy;
}

std::vector<std::string> choices_of(std::string_view name) {
  Recipe defaults;
  const std::vector<Setting> settings = recipe_settings(defaults);
  return find_setting(settings, name).choices;
}

}  // namespace

TEST_CASE("every optimizer of the recipe learns, and goes on exactly") {
  for (const std::string& name : choices_of("optimizer")) {
    INFO(name);
    Recipe recipe = small(3);
    recipe.optimizer = name;
    recipe.schedule = "none";
    recipe.batch_size = 64;
    recipe.dropout = 0;
    if (name == "sgd") recipe.lr = 0.5;
    if (name == "adagrad" || name == "radam") recipe.lr = 0.1;
    if (name == "adadelta" || name == "lbfgs") recipe.lr = 1;
    if (name == "rprop" || name == "lbfgs") recipe.batch_size = 1024;
    if (name == "rprop") recipe.epochs = 12;
    if (name == "lbfgs") recipe.epochs = 2;
    CHECK(accuracy_of_stopped_run(recipe, 3) > 0.5);
  }
}

TEST_CASE("every schedule of the recipe goes on exactly") {
  for (const std::string& name : choices_of("schedule")) {
    INFO(name);
    Recipe recipe = small(5);
    recipe.schedule = name;
    if (name == "step" || name == "restarts" || name == "plateau") recipe.step_size = 1;
    if (name == "step" || name == "exponential" || name == "plateau") recipe.gamma = 0.5;
    recipe.batch_size = 128;
    recipe.optimizer = "sgd";
    recipe.lr = 0.2;
    recipe.momentum = 0.5;
    CHECK(accuracy_of_stopped_run(recipe, 30) > 0.5);  // in the middle of epoch 3
  }
}

TEST_CASE("a run with schedule onecycle ends with its lowest rate, and plateau follows the loss") {
  struct Rates : Listener {
    std::vector<double> lr;
    void on_epoch(const EpochEnd& event) override { lr.push_back(event.lr); }
  };
  const auto rates = [](const char* schedule, double lr) {
    Recipe recipe = small(6);
    recipe.schedule = schedule;
    recipe.lr = lr;
    recipe.step_size = 1;
    Setup s(recipe);
    Rates listener;
    Trainer(s.model, s.task, recipe, listener).run();
    return listener.lr;
  };
  const std::vector<double> one_cycle = rates("onecycle", 0.01);
  CHECK(one_cycle[0] > 0.0004);
  CHECK(one_cycle[5] < 1e-6);
  CHECK(rates("plateau", 0.01)[5] == 0.01);  // it improves all the time
}

TEST_CASE("a run folder holds all that is needed, and is not overwritten") {
  std::filesystem::remove_all("run-under-test");
  Recipe recipe = small(1);
  recipe.out = "run-under-test";
  Setup s(recipe);
  const RunFolder folder = RunFolder::create(recipe);
  {
    MetricsCsv csv(folder.metrics_path());
    Trainer trainer(s.model, s.task, recipe, csv);
    trainer.run();
    folder.save_checkpoint(trainer);
  }
  write_recipe(folder.recipe_path(), recipe);
  folder.save_weights(s.model, s.layers, s.task);
  CHECK(RunFolder::open("run-under-test").read_recipe() == recipe);

  const ModelFile file = load_model(folder.weights_path());
  CHECK(needed_ops(file.layers) == std::vector<std::string>{"linear", "relu", "softmax"});
  s.model.eval();
  const Tensor images = s.task.test->inputs().narrow(0, 0, 20);
  const Tensor p = forward(file, images);
  CHECK(p.sum().item() == doctest::Approx(20));
  const Evaluation test = evaluate(s.model, *s.task.test);
  const std::vector<std::int64_t> guess = p.argmax(1).to_vector<std::int64_t>();
  for (std::size_t i = 0; i < guess.size(); ++i) CHECK(guess[i] == test.predicted[i]);

  CHECK_THROWS_WITH_AS(RunFolder::create(recipe), doctest::Contains("is not empty"), FileError);
  CHECK_THROWS_WITH_AS(RunFolder::open("nowhere"), doctest::Contains("there is no run folder"),
                       FileError);
}

TEST_CASE("one process at a time trains in a run folder") {
  const ScratchFolder scratch;
  Recipe recipe;
  recipe.out = (scratch / "run").string();
  const RunFolder folder = RunFolder::create(recipe);
  {
    const RunFolder::Lock held = folder.lock();
    CHECK_SAYS(FileError, "another limpid is training in ", (void)folder.lock());
  }
  (void)folder.lock();  // free again
}

TEST_CASE("a checkpoint says what it was trained with, whatever recipe.toml says") {
  const ScratchFolder scratch;
  Recipe recipe = small(1);
  recipe.out = (scratch / "run").string();
  const RunFolder folder = RunFolder::create(recipe);
  write_recipe(folder.recipe_path(), recipe);
  CHECK(folder.begun_recipe() == recipe);  // no checkpoint yet
  Setup s(recipe);
  Listener nobody;
  folder.save_checkpoint(Trainer(s.model, s.task, recipe, nobody));
  Recipe changed = recipe;
  changed.hidden = {8};
  write_recipe(folder.recipe_path(), changed);
  CHECK(folder.read_recipe() == changed);
  CHECK(folder.begun_recipe() == recipe);
}

TEST_CASE("a batch of one sample, which batch norm cannot take, is refused before the training") {
  Recipe recipe;
  recipe.batch_norm = true;
  const auto check = [&](std::int64_t batch_size, std::int64_t samples) {
    recipe.batch_size = batch_size;
    check_batches(recipe, describe_model(recipe, {1, 8, 8}, 10), samples);
  };
  CHECK_SAYS(ValueError, "--batch-size 1437 leaves a batch of one sample of the 1438",
             check(1437, 1438));
  CHECK_SAYS(ValueError, "--batch-size 1436 works", check(1437, 1438));
  check(1436, 1438);
  CHECK_SAYS(ValueError, "--batch-size 3 works", check(1, 9));  // 2 leaves one as well
  CHECK_SAYS(ValueError, "--batch-size 3 works", check(2, 3));  // all in one
  check(3, 3);
  CHECK_SAYS(ValueError, "more than one sample", check(32, 1));
  recipe.batch_norm = false;
  check(1437, 1438);
  recipe.model = "cnn";
  recipe.batch_norm = true;
  check(1437, 1438);  // every channel has many numbers a sample
}

TEST_CASE("models of recipes have the layers that they ask for") {
  Recipe recipe;
  recipe.model = "cnn";
  recipe.hidden = {8, 16};
  recipe.batch_norm = true;
  recipe.dropout = 0.2;
  const std::vector<LayerSpec> cnn = describe_model(recipe, {1, 8, 8}, 10);
  std::string types;
  for (const LayerSpec& l : cnn) types += l.type + " ";
  CHECK(types ==
        "Conv2d BatchNorm2d ReLU MaxPool2d Conv2d BatchNorm2d ReLU MaxPool2d Flatten Dropout "
        "Linear ");
  CHECK(cnn.back().integer("in_features") == 16 * 2 * 2);
  nn::Sequential model = build_model(cnn);
  CHECK(to_string(model(zeros({2, 1, 8, 8})).shape()) == "(2, 10)");
  recipe.model = "linear";
  CHECK(describe_model(recipe, {1, 8, 8}, 10).size() == 2);
}

TEST_CASE("the size of a model is known before it is made") {
  Recipe recipe;
  recipe.batch_norm = true;
  for (const char* kind : {"mlp", "cnn"}) {
    INFO(kind);
    recipe.model = kind;
    recipe.hidden = {8, 6};
    const std::vector<LayerSpec> layers = describe_model(recipe, {1, 8, 8}, 10);
    std::int64_t count = 0;
    for (const Tensor& p : build_model(layers).parameters()) count += p.numel();
    CHECK(model_size(layers, recipe).parameters == count);
  }
  recipe = {};
  recipe.hidden = {65536, 65536};
  const std::vector<LayerSpec> large = describe_model(recipe, {1, 8, 8}, 10);
  const std::int64_t count = (64 + 1) * 65536LL + (65536 + 1) * 65536LL + (65536 + 1) * 10LL;
  CHECK(model_size(large, recipe).parameters == count);
  const std::pair<const char*, std::int64_t> kept[] = {{"adam", 2},    {"sgd", 0},   {"adagrad", 1},
                                                       {"rmsprop", 1}, {"rprop", 2}, {"nadam", 2}};
  for (const auto& [optimizer, numbers] : kept) {
    recipe.optimizer = optimizer;
    CHECK(model_size(large, recipe).training_bytes == count * 4 * (2 + numbers));
  }
  recipe.optimizer = "sgd";
  recipe.momentum = 0.9;
  CHECK(model_size(large, recipe).training_bytes == count * 12);
  CHECK_SAYS(ValueError,
             "the model would have 4.3 billion parameters, and training it with sgd takes at least "
             "51.6 GB; this machine has 51.0 GB; choose fewer or smaller layers by --hidden",
             check_memory(large, recipe, 51'000'000'000));
  check_memory(large, recipe, count * 12);
  check_memory(large, recipe, 0);  // not known
}

TEST_CASE("every activation of recipes has a layer, in training and in the file") {
  Recipe recipe;
  recipe.hidden = {4};
  const Tensor x = arange(-4.0, 4.0).reshape({2, 1, 2, 2}) / 2;
  std::vector<double> last;
  const std::vector<Setting> settings = recipe_settings(recipe);
  for (const std::string& name : find_setting(settings, "activation").choices) {
    INFO(name);
    recipe.activation = name;
    const std::vector<LayerSpec> layers = describe_model(recipe, {1, 2, 2}, 3);
    REQUIRE(layers.size() == 4);
    const nn::Sequential activation = build_model(std::span(&layers[2], 1));
    const std::vector<double> y = activation[0](x).to_vector<double>();
    ModelFile file;
    file.layers = {layers[2]};
    CHECK(forward(file, x).to_vector<double>() == y);
    CHECK(y != last);  // neighbours in the list are not the same function
    last = y;
  }
}

TEST_CASE("a layer of a file gives what the module gives") {
  const std::vector<LayerSpec> specs = {
      {"Conv2d", {{"in_channels", 2}, {"out_channels", 4}, {"kernel_size", 3}, {"groups", 2}}},
      {"MaxPool2d", {{"kernel_size", 3}, {"stride", 2}, {"padding", 1}}},
      {"AvgPool2d", {{"kernel_size", 3}, {"padding", 1}, {"count_include_pad", false}}},
      {"AvgPool2d", {{"kernel_size", 2}, {"stride", 3}, {"ceil_mode", true}}},
      {"AdaptiveAvgPool2d", {{"output_size", Json::Array{Json(2), Json(3)}}}},
      {"BatchNorm2d", {{"num_features", 2}, {"eps", 0.5}}},
      {"LayerNorm", {{"normalized_shape", Json::Array{Json(6), Json(5)}}, {"eps", 0.5}}},
      {"LeakyReLU", {{"negative_slope", 0.25}}},
      {"ELU", {{"alpha", 0.5}}},
      {"GELU", {{"approximate", "tanh"}}},
      {"Softplus", {{"beta", 2.0}, {"threshold", 1.0}}},
      {"Softmax", {{"dim", 1}}},
      {"LogSoftmax", {{"dim", 2}}},
      {"Flatten", {{"start_dim", 2}}},
  };
  const Tensor x = arange(0.0, 120.0).reshape({2, 2, 6, 5}) / 50 - 1.2;
  for (const LayerSpec& spec : specs) {
    INFO(spec.type);
    const std::vector<LayerSpec> layers = {checked(spec)};
    nn::Sequential module = build_model(layers);
    module.eval();
    ModelFile file;
    file.layers = layers;
    file.state = module.state_dict();
    const Tensor expected = module(x), found = forward(file, x);
    CHECK(found.shape() == expected.shape());
    CHECK(found.to_vector<double>() == expected.to_vector<double>());
  }
}

TEST_CASE("a loss that is not finite stops the run with advice") {
  Recipe recipe = small(5);
  recipe.optimizer = "sgd";
  recipe.lr = 1000;
  recipe.dropout = 0;
  Setup s(recipe);
  for (const Tensor& p : s.model.parameters()) {
    NoGrad guard;
    Tensor(p).mul_(1e30);
  }
  Listener nobody;
  Trainer trainer(s.model, s.task, recipe, nobody);
  CHECK_THROWS_WITH_AS(trainer.run(), doctest::Contains("a smaller --lr helps"), ValueError);
}

TEST_CASE("public datasets are tasks once their files are there") {
  const ScratchFolder folder;
  ::setenv("LIMPID_DATA_ROOT", (folder / "root").c_str(), 1);
  Recipe recipe = small(2);
  recipe.task = "mnist";
  CHECK_SAYS(FileError, "`limpid data prepare mnist --from FILES` puts it there",
             make_task(recipe));
  std::filesystem::create_directories(folder / "root" / "mnist");
  const auto save = [&](const char* part, std::int64_t n) {  // class c is a bright row c
    const Tensor images = zeros({n, 28, 28}, {.dtype = DType::u8}),
                 labels = zeros({n}, {.dtype = DType::u8});
    for (std::int64_t i = 0; i < n; ++i) {
      images[i][i % 10].fill_(255);
      labels[i].fill_(i % 10);
    }
    save_idx(folder / "root" / "mnist" / (std::string(part) + "-images-idx3-ubyte"), images);
    save_idx(folder / "root" / "mnist" / (std::string(part) + "-labels-idx1-ubyte"), labels);
  };
  save("train", 40);
  save("t10k", 20);
  Setup s(recipe);
  CHECK(s.task.train->size() == 40);
  CHECK(s.task.test->size() == 20);
  CHECK(s.task.sample_shape == Shape{1, 28, 28});
  Listener nobody;
  Trainer trainer(s.model, s.task, recipe, nobody);
  CHECK(trainer.run());
  recipe.task = "cifar10";
  CHECK_SAYS(FileError, "there is no cifar10", make_task(recipe));
  ::unsetenv("LIMPID_DATA_ROOT");
}

#if LIMPID_HAS_CAIRO
TEST_CASE("colour samples are shown in their colours, grey ones as ink on paper") {
  const auto has_pixel = [](const Tensor& inputs, const std::vector<std::uint8_t>& colour) {
    const Task task{.name = "t",
                    .train = nullptr,
                    .test = std::make_shared<TensorDataset>(inputs, tensor({1})),
                    .classes = {"a", "b"},
                    .sample_shape = {inputs.size(1), 8, 8}};
    const Image picture = samples_picture(task, {.predicted = {1}, .confidence = {0.5}});
    for (std::size_t i = 0; i + 2 < picture.pixels.size();
         i += static_cast<std::size_t>(picture.channels))
      if (std::equal(colour.begin(), colour.end(),
                     picture.pixels.begin() + static_cast<std::ptrdiff_t>(i)))
        return true;
    return false;
  };
  const Tensor red = zeros({1, 3, 8, 8});
  red.select(1, 0).fill_(1);
  CHECK(has_pixel(red, {255, 0, 0}));
  CHECK_FALSE(has_pixel(red, {0, 255, 255}));
  CHECK(has_pixel(full({1, 1, 8, 8}, 0.2), {204, 204, 204}));
}
#endif

}  // namespace limpid::train_test
