// The table of fields, and the checks that follow from it.

#include "limpid/train/recipe.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "limpid/config.h"
#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/core/suggest.h"

namespace limpid {

namespace {

constexpr std::size_t kMaxListLength = 32;
constexpr std::size_t kMaxTextLength = 4096;
constexpr double kMaxSeed = 9007199254740991;  // 2^53 - 1: exact in TOML, JSON and Python alike

const std::vector<RecipeField>& table() {
  using R = Recipe;
  static const std::vector<RecipeField> fields = {
      {"task", &R::task, "what to learn", 0, 0, false, {"digits"}},
      {"model", &R::model, "kind of network", 0, 0, false, {"mlp", "cnn", "linear"}},
      {"hidden", &R::hidden, "mlp: widths of the hidden layers; cnn: channels of the convolutions",
       1, 65536},
      {"activation", &R::activation, "between layers", 0, 0, false, {"relu", "sigmoid", "tanh"}},
      {"dropout", &R::dropout, "share of activations set to zero while training", 0, 0.95},
      {"batch_norm", &R::batch_norm, "normalise activations over the batch"},
      {"epochs", &R::epochs, "passes over the training data", 1, 1000000},
      {"batch_size", &R::batch_size, "samples a step", 1, 1048576},
      {"optimizer",
       &R::optimizer,
       "how weights follow gradients",
       0,
       0,
       false,
       {"adam", "adamw", "sgd", "rmsprop", "adagrad", "adadelta", "adamax", "nadam", "radam",
        "rprop", "lbfgs"}},
      {"lr", &R::lr, "learning rate", 0, 1000, true},
      {"momentum", &R::momentum, "sgd, rmsprop: share of the last step kept in the next", 0,
       0.9999},
      {"nesterov", &R::nesterov, "sgd: look ahead along the momentum"},
      {"weight_decay", &R::weight_decay,
       "pull of weights towards zero (L2; adamw: apart from the gradient)", 0, 100},
      {"schedule",
       &R::schedule,
       "learning rate over epochs",
       0,
       0,
       false,
       {"none", "step", "exponential", "polynomial", "cosine", "restarts", "onecycle", "plateau"}},
      {"step_size", &R::step_size,
       "epochs; step: between changes; restarts: of the first cycle; plateau: let pass without "
       "improvement",
       1, 1000000},
      {"gamma", &R::gamma, "schedules step, exponential, plateau: factor of each change", 0, 1,
       true},
      {"seed", &R::seed, "of all randomness: split, weights, order, dropout", 0, kMaxSeed},
      {"threads", &R::threads, "CPU threads; 0: all there are", 0, 1024},
      {"workers", &R::workers, "threads that prepare batches; 0: the training thread does", 0, 256},
      {"test_fraction", &R::test_fraction, "share of the data kept for testing", 0.01, 0.9},
      {"out", &R::out, "folder of the run; empty: a new one in runs/"},
  };
  return fields;
}

std::string in_words(const std::vector<std::string>& choices) {
  std::string out;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    out += str(i == 0 ? "" : i + 1 == choices.size() ? " or " : ", ", choices[i]);
  }
  return out;
}

// 1000000 rather than 1e+06.
std::string in_words(double number) {
  const bool whole = std::abs(number) <= kMaxSeed && number == std::trunc(number);
  return whole ? str(static_cast<int64_t>(number)) : str(number);
}

std::string range_in_words(const RecipeField& field) {
  const std::string low = in_words(field.low), high = in_words(field.high);
  return field.above_low ? str(" above ", low, " and at most ", high)
                         : str(" from ", low, " to ", high);
}

std::string in_words(const RecipeValue& value) {
  struct Visitor {
    std::string operator()(const std::string& text) const { return quote(text); }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(int64_t number) const { return str(number); }
    std::string operator()(double number) const { return in_words(number); }
    std::string operator()(const std::vector<int64_t>& list) const {
      if (list.size() > kMaxListLength) return str("a list of ", list.size());
      std::string out = "[";
      for (std::size_t i = 0; i < list.size(); ++i) out += str(i ? ", " : "", list[i]);
      return out + "]";
    }
  };
  return std::visit(Visitor{}, value);
}

bool in_range(const RecipeField& field, double value) {  // false for NaN
  return (field.above_low ? value > field.low : value >= field.low) && value <= field.high;
}

bool is_allowed(const RecipeField& field, const RecipeValue& value) {
  struct Visitor {
    const RecipeField& field;
    bool operator()(const std::string& text) const {
      const auto& choices = field.choices;
      if (!choices.empty()) return std::find(choices.begin(), choices.end(), text) != choices.end();
      return text.size() <= kMaxTextLength && printable(text) == text;
    }
    bool operator()(bool) const { return true; }
    bool operator()(int64_t number) const { return in_range(field, static_cast<double>(number)); }
    bool operator()(double number) const { return in_range(field, number); }
    bool operator()(const std::vector<int64_t>& list) const {
      return list.size() <= kMaxListLength &&
             std::all_of(list.begin(), list.end(), [this](int64_t n) { return (*this)(n); });
    }
  };
  return std::visit(Visitor{field}, value);
}

[[noreturn]] void refuse(const RecipeField& field, const RecipeValue& value) {
  std::string hint;
  if (const auto* text = std::get_if<std::string>(&value); text && !field.choices.empty()) {
    const std::string nearest = nearest_name(*text, field.choices);
    if (!nearest.empty()) hint = str(" (did you mean '", nearest, "'?)");
  }
  throw ValueError(
      str(field.name, " is ", in_words(value), "; it must be ", allowed_values(field), hint));
}

RecipeValue value_of(const Recipe& recipe, const RecipeField& field) {
  return std::visit([&](auto member) -> RecipeValue { return recipe.*member; }, field.member);
}

}  // namespace

std::span<const RecipeField> recipe_fields() { return table(); }

const RecipeField& recipe_field(std::string_view name) {
  std::vector<std::string> names;
  for (const RecipeField& field : table()) {
    if (field.name == name) return field;
    names.emplace_back(field.name);
  }
  throw ValueError(str("unknown key ", quote(name), did_you_mean(name, names)));
}

std::string flag_name(const RecipeField& field) {
  std::string flag = str("--", field.name);
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

std::string allowed_values(const RecipeField& field) {
  struct Visitor {
    const RecipeField& field;
    std::string operator()(std::string Recipe::*) const {
      return field.choices.empty() ? "a text of printable characters" : in_words(field.choices);
    }
    std::string operator()(bool Recipe::*) const { return "true or false"; }
    std::string operator()(int64_t Recipe::*) const {
      return "a whole number" + range_in_words(field);
    }
    std::string operator()(double Recipe::*) const { return "a number" + range_in_words(field); }
    std::string operator()(std::vector<int64_t> Recipe::*) const {
      return str("a list of at most ", kMaxListLength, " whole numbers", range_in_words(field));
    }
  };
  return std::visit(Visitor{field}, field.member);
}

void set_field(Recipe& recipe, const RecipeField& field, const RecipeValue& value) {
  if (const auto* whole = std::get_if<int64_t>(&value);
      whole && std::holds_alternative<double Recipe::*>(field.member)) {
    return set_field(recipe, field, RecipeValue(static_cast<double>(*whole)));
  }
  if (value.index() != field.member.index() || !is_allowed(field, value)) refuse(field, value);
  std::visit(
      [&](auto member) {
        using T = std::remove_reference_t<decltype(recipe.*member)>;
        recipe.*member = std::get<T>(value);
      },
      field.member);
}

void check_recipe(const Recipe& recipe) {
  for (const RecipeField& field : table()) {
    const RecipeValue value = value_of(recipe, field);
    if (!is_allowed(field, value)) refuse(field, value);
  }
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
  if (recipe.schedule == "plateau" && recipe.gamma == 1) {
    throw ValueError("schedule plateau needs a gamma below 1, for instance 0.1");
  }
  if (recipe.nesterov && recipe.momentum == 0) {
    throw ValueError("nesterov needs a momentum above 0, for instance 0.9");
  }
}

#if !LIMPID_HAS_TOML
Recipe parse_recipe(std::string_view, std::string_view name, const Recipe&) {
  throw FileError(str("cannot read ", quote(name), ": this build of limpid reads no TOML; ",
                      "configure it with -DLIMPID_TOML=ON and toml++ ",
                      "(Debian: libtomlplusplus-dev)"));
}

Recipe read_recipe(const std::filesystem::path& path, const Recipe& base) {
  return parse_recipe("", path.native(), base);
}
#endif

}  // namespace limpid
