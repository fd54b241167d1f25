#include "limpid/train/model_size.h"

#include <cstdio>

#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid {

namespace {

/// Numbers that the optimiser keeps of each weight. (lbfgs keeps two more a step, up to a hundred.)
std::int64_t kept_by_optimizer(const Recipe& recipe) {
  const std::string& name = recipe.optimizer;
  const int momentum = recipe.momentum != 0;
  if (name == "sgd") return momentum;
  if (name == "adagrad") return 1;
  return name == "rmsprop" ? 1 + momentum : 2;
}

std::string rounded(double value, const char* unit) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %s", value, unit);
  return text;
}

std::string in_bytes(std::int64_t bytes) {
  const auto value = static_cast<double>(bytes);
  return value < 1e9 ? rounded(value / 1e6, "MB") : rounded(value / 1e9, "GB");
}

}  // namespace

ModelSize model_size(std::span<const LayerSpec> layers, const Recipe& recipe) {
  ModelSize size;
  for (const LayerSpec& layer : layers)
    for (const ParameterRule& rule : parameters_of(layer))
      if (!rule.name.starts_with("running_") && rule.floating) size.parameters += numel(rule.shape);
  size.training_bytes =
      size.parameters * std::int64_t{sizeof(float)} * (2 + kept_by_optimizer(recipe));
  return size;
}

std::string to_string(const ModelSize& size, const Recipe& recipe) {
  const auto count = static_cast<double>(size.parameters);
  return str(count < 1e9 ? rounded(count / 1e6, "million") : rounded(count / 1e9, "billion"),
             " parameters, and training it with ", recipe.optimizer, " takes at least ",
             in_bytes(size.training_bytes));
}

void check_memory(std::span<const LayerSpec> layers, const Recipe& recipe, std::int64_t memory) {
  const ModelSize size = model_size(layers, recipe);
  if (memory <= 0 || size.training_bytes <= memory) return;
  throw ValueError(str("the model would have ", to_string(size, recipe), "; this machine has ",
                       in_bytes(memory), "; choose fewer or smaller layers by --hidden"));
}

}  // namespace limpid
