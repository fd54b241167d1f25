// The table of settings, and what they must be together.

#include "limpid/train/recipe.h"

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/str.h"

namespace limpid {

Recipe default_recipe(std::string_view task) {
  Recipe recipe;
  if (task != recipe.task) recipe.lr = 0.001;
  return recipe;
}

std::vector<Setting> recipe_settings(Recipe& r) {
  return {
      {"task",
       &r.task,
       "what to learn",
       0,
       0,
       false,
       {"digits", "mnist", "fashion_mnist", "kmnist", "cifar10"}},
      {"model", &r.model, "kind of network", 0, 0, false, {"mlp", "cnn", "linear"}},
      {"hidden", &r.hidden, "mlp: widths of the hidden layers; cnn: channels of the convolutions",
       1, 65536},
      {"activation",
       &r.activation,
       "between layers",
       0,
       0,
       false,
       {"relu", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "softplus", "relu6",
        "hardswish", "sigmoid", "tanh"}},
      {"dropout", &r.dropout, "share of activations set to zero while training", 0, 0.95},
      {"batch_norm", &r.batch_norm, "normalise activations over the batch"},
      {"epochs", &r.epochs, "passes over the training data", 1, 1000000},
      {"batch_size", &r.batch_size, "samples a step", 1, 1048576},
      {"optimizer",
       &r.optimizer,
       "how weights follow gradients",
       0,
       0,
       false,
       {"adam", "adamw", "sgd", "rmsprop", "adagrad", "adadelta", "adamax", "nadam", "radam",
        "rprop", "lbfgs"}},
      {"lr", &r.lr, "learning rate; unless given 0.01 for digits and 0.001 for other tasks", 0,
       1000, true},
      {"momentum", &r.momentum, "sgd, rmsprop: share of the last step kept in the next", 0, 0.9999},
      {"nesterov", &r.nesterov, "sgd: look ahead along the momentum"},
      {"weight_decay", &r.weight_decay,
       "pull of weights towards zero (L2; adamw: apart from the gradient)", 0, 100},
      {"schedule",
       &r.schedule,
       "learning rate over epochs",
       0,
       0,
       false,
       {"none", "step", "exponential", "polynomial", "cosine", "restarts", "onecycle", "plateau"}},
      {"step_size", &r.step_size,
       "epochs; step: between changes; restarts: of the first cycle; plateau: let pass while "
       "the training loss does not fall",
       1, 1000000},
      {"gamma", &r.gamma, "schedules step, exponential, plateau: factor of each change", 0, 1,
       true},
      {"seed", &r.seed,
       "of weights, order and dropout; which samples are held for testing never changes", 0,
       kMaxSeed},
      {"threads", &r.threads, "CPU threads; 0: all there are", 0, 1024},
      {"workers", &r.workers, "threads that prepare batches; 0: the training thread does", 0, 256},
      {"test_fraction", &r.test_fraction, "digits: share of the data kept for testing", 0.01, 0.9},
      {"out", &r.out, "folder of the run; empty: a new one in runs/"},
  };
}

namespace {

/// A linear model has no hidden layer, and nothing behind one.
void check_linear(const Recipe& recipe) {
  const Recipe defaults;
  const char* name = recipe.hidden != defaults.hidden           ? "hidden"
                     : recipe.activation != defaults.activation ? "activation"
                     : recipe.dropout != defaults.dropout       ? "dropout"
                     : recipe.batch_norm                        ? "batch_norm"
                                                                : nullptr;
  if (name)
    throw ValueError(str(name, " belongs to models mlp and cnn, not to linear; leave it out or ",
                         "choose one of them"));
}

/// What a schedule does not read must not look as if it did something.
void check_schedule(const Recipe& recipe) {
  const Recipe defaults;
  const std::string& name = recipe.schedule;
  const bool changes = name == "step" || name == "plateau";
  if (recipe.step_size != defaults.step_size && !changes && name != "restarts")
    throw ValueError(str("step_size belongs to schedules step, restarts and plateau, not to ", name,
                         "; leave it out or choose one of them"));
  if (recipe.gamma != defaults.gamma && !changes && name != "exponential")
    throw ValueError(str("gamma belongs to schedules step, exponential and plateau, not to ", name,
                         "; leave it out or choose one of them"));
  if (name == "plateau" && recipe.gamma == 1)
    throw ValueError("schedule plateau needs a gamma below 1, for instance 0.1");
}

}  // namespace

void check_recipe(const Recipe& recipe) {
  Recipe copy = recipe;
  for (const Setting& setting : recipe_settings(copy)) check_value(setting);
  if (recipe.model == "linear") check_linear(recipe);
  const std::string& optimizer = recipe.optimizer;
  if (recipe.momentum != 0 && optimizer != "sgd" && optimizer != "rmsprop") {
    throw ValueError(str("momentum belongs to optimizers sgd and rmsprop, not to ", optimizer,
                         "; leave it out or choose one of them"));
  }
  if (recipe.nesterov && optimizer != "sgd") {
    throw ValueError(str("nesterov belongs to optimizer sgd, not to ", optimizer,
                         "; leave it out or choose sgd"));
  }
  if (recipe.weight_decay != 0 && (optimizer == "rprop" || optimizer == "lbfgs")) {
    throw ValueError(str("optimizer ", optimizer, " has no weight_decay; leave it out"));
  }
  check_schedule(recipe);
  if (recipe.nesterov && recipe.momentum == 0) {
    throw ValueError("nesterov needs a momentum above 0, for instance 0.9");
  }
}

void check_resumed(const Recipe& begun, const Recipe& now) {
  Recipe was = begun, is = now;
  const std::vector<Setting> before = recipe_settings(was), after = recipe_settings(is);
  const std::string& schedule = begun.schedule;
  const bool laid_out = schedule == "onecycle" || schedule == "cosine" || schedule == "polynomial";
  for (std::size_t i = 0; i < before.size(); ++i) {
    const std::string_view name = before[i].name;
    const std::string old = value_text(before[i]), wanted = value_text(after[i]);
    if (old == wanted || name == "threads" || name == "workers") continue;
    if (name == "epochs" && !laid_out) continue;
    throw ValueError(str(
        name, " cannot become ", wanted, ": this run began with ", old,
        name == "epochs" ? str(", over which schedule ", schedule, " is laid out") : std::string(),
        "; leave it out, or start a new run"));
  }
}

std::string recipe_toml(const Recipe& recipe) {
  check_recipe(recipe);
  Recipe copy = recipe;
  return "# A training recipe of limpid: limpid train --recipe FILE\n\n" +
         settings_toml(recipe_settings(copy));
}

void write_recipe(const std::filesystem::path& path, const Recipe& recipe) {
  write_text_file(path, recipe_toml(recipe));
}

Recipe parse_recipe(std::string_view toml, std::string_view name, const Recipe& base) {
  Recipe recipe = base;
  parse_settings(toml, name, recipe_settings(recipe));
  return recipe;
}

Recipe read_recipe(const std::filesystem::path& path, const Recipe& base) {
  Recipe recipe = base;
  read_settings(path, recipe_settings(recipe));
  return recipe;
}

}  // namespace limpid
