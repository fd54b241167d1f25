// limpid train: from a recipe (flags, or a TOML file) to a run folder.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <optional>

#include "limpid/backends/cpu/threads.h"
#include "limpid/cli/command_line.h"
#include "limpid/cli/commands.h"
#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/machine_memory.h"
#include "limpid/core/shell_word.h"
#include "limpid/core/str.h"
#include "limpid/explain/profiler.h"
#include "limpid/metrics/accuracy.h"
#include "limpid/nn/summary.h"
#include "limpid/tensor/creation.h"
#include "limpid/train/interrupt.h"
#include "limpid/train/metrics_csv.h"
#include "limpid/train/model_builder.h"
#include "limpid/train/model_size.h"
#include "limpid/train/progress.h"
#include "limpid/train/report.h"
#include "limpid/train/run_folder.h"
#include "limpid/vision/plot.h"
#include "limpid/vision/png.h"

namespace limpid {

namespace {

struct TrainOptions {
  std::string task;
  std::string recipe_file;
  std::string resume;
  bool profile = false;
  // Of the flags, one a field of the recipe; the option is null where there is no flag.
  std::vector<std::string> values;
  std::vector<const CLI::Option*> flags;
};

/// Saves a checkpoint now and then, so that a power cut costs seconds and not hours.
class AutoSave final : public Listener {
 public:
  AutoSave(const RunFolder& folder, const Trainer*& trainer) : folder_(folder), trainer_(trainer) {}
  void on_epoch(const EpochEnd&) override {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::seconds(30)) return;
    last_ = now;
    due_ = true;
  }
  /// The trainer's position is whole again at the first batch of the next epoch.
  void on_batch(const BatchEnd&) override {
    if (std::exchange(due_, false)) folder_.save_checkpoint(*trainer_);
  }

 private:
  const RunFolder& folder_;
  const Trainer*& trainer_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  bool due_ = false;
};

std::string task_of(const TrainOptions& options) {
  if (!options.task.empty()) return options.task;
  return options.recipe_file.empty() ? Recipe().task : read_recipe(options.recipe_file).task;
}

Recipe recipe_from(const TrainOptions& options) {
  Recipe recipe = options.resume.empty() ? default_recipe(task_of(options))
                                         : RunFolder::open(options.resume).read_recipe();
  if (!options.recipe_file.empty()) recipe = read_recipe(options.recipe_file, recipe);
  from_command_line([&] {
    const std::vector<Setting> settings = recipe_settings(recipe);
    if (!options.task.empty()) set_value(find_setting(settings, "task"), options.task);
    for (std::size_t i = 0; i < settings.size(); ++i)
      if (options.flags[i] && options.flags[i]->count() > 0)
        set_value_from_text(settings[i], options.values[i]);
    check_recipe(recipe);
  });
  if (!options.resume.empty())
    check_resumed(RunFolder::open(options.resume).begun_recipe(), recipe);
  return recipe;
}

/// Whether a run is to be taken up where it stopped. One that ended (power cut, kill) before its
/// first checkpoint and left nothing to lose begins anew.
bool goes_on(const TrainOptions& options) {
  if (options.resume.empty()) return false;
  const RunFolder folder = RunFolder::open(options.resume);
  if (std::filesystem::exists(folder.checkpoint_path()) ||
      std::filesystem::exists(folder.weights_path()))
    return true;
  std::fprintf(stderr, "limpid: %s was stopped before its first checkpoint; it begins anew\n",
               options.resume.c_str());
  return false;
}

/// A run that has had its epochs goes on with more, or is only tested again; never with fewer.
void check_epochs_left(const Trainer& trainer, const Recipe& recipe) {
  const std::int64_t done = trainer.epoch() - 1;
  if (recipe.epochs < done)
    refuse_command_line(str("--epochs is ", recipe.epochs, ", and this run has had ", done,
                            " already; to go on, ask for more than ", done));
  if (recipe.epochs == done)
    std::printf("nothing left to train: all %lld epochs are done; more with --epochs\n\n",
                static_cast<long long>(done));
}

/// The run folder, and what lies in it: pictures may be missing.
void print_paths(const RunFolder& folder) {
  std::printf("\nrun folder   %s\n", folder.path().c_str());
  std::printf("  weights    %s\n", folder.weights_path().filename().c_str());
  std::printf("  recipe     %s\n", folder.recipe_path().filename().c_str());
  std::printf("  metrics    %s\n", folder.metrics_path().filename().c_str());
  std::string pictures;
  for (const auto& picture : {folder.curves_path(), folder.samples_path()})
    if (std::filesystem::exists(picture))
      pictures += str(pictures.empty() ? "" : ", ", picture.filename().native());
  if (!pictures.empty()) std::printf("  pictures   %s\n", pictures.c_str());
}

/// What ran and how long, by op and by op and layer, and the trace of every event.
void write_profile(const RunFolder& folder, const Profiler& profiler) {
  const double seconds = profiler.seconds();
  const std::vector<ProfileRow> rows = profiler.rows();
  write_text_file(folder.profile_path(),
                  str(profile_table(rows, seconds, rows.size()), "\nby layer\n\n",
                      profile_table(profiler.rows({.layer = true}), seconds, 1000)));
  profiler.write_trace(folder.trace_path());
  std::printf("\n%s", profile_table(rows, seconds, 15).c_str());
  std::printf("profile      %s (all of it, and by layer), %s (for ui.perfetto.dev)\n",
              folder.profile_path().c_str(), folder.trace_path().filename().c_str());
  if (profiler.left_out() > 0)
    std::printf("  the trace ends early: %lld events more than it holds\n",
                static_cast<long long>(profiler.left_out()));
}

/// Pictures need cairo, libspng and room on the disk; without them a run counts all the same, and
/// says what it lacks. A picture from before the run went on would be wrong.
template <class Draw>
void write_picture(const std::filesystem::path& path, const Draw& draw) {
  try {
    write_png(path, draw());
  } catch (const Error& error) {
    std::fprintf(stderr, "limpid: no picture: %s\n", error.what());
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
  }
}

void write_pictures(const RunFolder& folder, const Task& task, const Recipe& recipe,
                    const Evaluation& test) {
  write_picture(folder.curves_path(), [&] {
    return curves_picture(folder.metrics_path(), str(recipe.task, ", ", recipe.model));
  });
  write_picture(folder.samples_path(), [&] { return samples_picture(task, test); });
}

/// Making a large model takes a while: its size first.
void say_if_large(std::span<const LayerSpec> layers, const Recipe& recipe) {
  constexpr std::int64_t kLarge = std::int64_t{1} << 30;
  const ModelSize size = model_size(layers, recipe);
  if (size.training_bytes < kLarge) return;
  std::printf("the model has %s\n\n", to_string(size, recipe).c_str());
  std::fflush(stdout);
}

void train(const TrainOptions& options) {
  const Recipe recipe = recipe_from(options);
  if (recipe.threads > 0) set_num_threads(static_cast<int>(recipe.threads));
  const Task task = make_task(recipe);
  const std::vector<LayerSpec> layers =
      describe_model(recipe, task.sample_shape, static_cast<std::int64_t>(task.classes.size()));
  from_command_line([&] {
    check_batches(recipe, layers, task.train->size());
    check_memory(layers, recipe, machine_memory());
  });
  say_if_large(layers, recipe);
  Generator generator(static_cast<std::uint64_t>(recipe.seed));
  nn::Sequential model = [&] {
    UseGenerator use(generator);
    return build_model(layers);
  }();
  const RunFolder folder =
      options.resume.empty() ? RunFolder::create(recipe) : RunFolder::open(options.resume);
  const RunFolder::Lock lock = folder.lock();
  const bool resumes = goes_on(options);  // by now nobody else writes a checkpoint there

  Shape one = task.sample_shape;
  one.insert(0, 1);
  std::printf("%s\n", nn::summary(model, one).c_str());
  std::printf("%s: %lld to train on, %lld to test on, %zu classes; %d threads\n", task.name.c_str(),
              static_cast<long long>(task.train->size()), static_cast<long long>(task.test->size()),
              task.classes.size(), get_num_threads());
  std::fflush(stdout);

  const Trainer* running = nullptr;
  Progress progress(std::cerr, progress_for(STDERR_FILENO));
  MetricsCsv csv(folder.metrics_path(), {.append = resumes});
  AutoSave saver(folder, running);
  Listeners listeners({&csv, &progress, &saver});
  Trainer trainer(model, task, recipe, listeners);
  running = &trainer;
  if (resumes) {
    folder.load_checkpoint(trainer);
    check_epochs_left(trainer, recipe);
  }
  write_recipe(folder.recipe_path(), recipe);

  InterruptGuard interrupt;
  std::optional<Profiler> profiler;
  if (options.profile) profiler.emplace();
  const bool finished = trainer.run([&] { return interrupt.requested(); });
  if (profiler) profiler->stop();
  folder.save_weights(model, layers, task);  // first: where room runs out, they are worth most
  folder.save_checkpoint(trainer);
  const Evaluation test = evaluate(model, *task.test);
  write_pictures(folder, task, recipe, test);
  if (profiler) write_profile(folder, *profiler);
  const std::string name = shell_word(folder.path().native());
  if (!finished) {
    print_paths(folder);
    std::printf(
        "\nstopped in epoch %lld, after batch %lld. To go on:\n  limpid train --resume %s\n",
        static_cast<long long>(trainer.epoch()), static_cast<long long>(trainer.batch()),
        name.c_str());
    throw CLI::RuntimeError(128 + interrupt.signal());
  }
  const auto rows = accuracy_per_class(task.test->targets(), tensor(test.predicted), task.classes);
  std::printf("\n%s", accuracy_table(rows).c_str());
  std::printf("\ntest accuracy %.4f, test loss %.4f, %.2f s of training\n", test.accuracy,
              test.loss, trainer.seconds());
  print_paths(folder);
  std::printf("next: limpid eval %s, limpid predict %s IMAGE.png\n", name.c_str(), name.c_str());
}

}  // namespace

void add_train_command(CLI::App& app) {
  // An empty variable of a shell must not start another run than was meant.
  const auto not_empty = [](const std::string& text) {
    return std::string(text.empty() ? "it is empty; name one, or leave it out" : "");
  };
  auto options = std::make_shared<TrainOptions>();
  CLI::App* command = app.add_subcommand("train", "Train a classifier: limpid train digits");
  command
      ->add_option("task_name", options->task,
                   "what to learn: digits, mnist, fashion_mnist, kmnist, cifar10")
      ->check(not_empty);
  command->add_option("--recipe", options->recipe_file, "TOML file; flags have the last word")
      ->check(not_empty);
  command->add_option("--resume", options->resume, "run folder of a run to go on with")
      ->check(not_empty);
  command->add_flag("--profile", options->profile,
                    "watch every op: a table of times, profile.txt and trace.json (for Perfetto)");
  Recipe defaults;
  const std::vector<Setting> settings = recipe_settings(defaults);
  options->values.resize(settings.size());
  options->flags.resize(settings.size());
  for (std::size_t i = 0; i < settings.size(); ++i) {
    if (settings[i].name == "task") continue;
    options->flags[i] = command->add_option(flag_name(settings[i]), options->values[i],
                                            str(settings[i].doc, " (", allowed_values(settings[i]),
                                                ") [", value_text(settings[i]), "]"));
  }
  command->callback([options] { train(*options); });
}

}  // namespace limpid
