#pragma once
// The recipe of a training run: all that can be chosen about it. One table lists its fields.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/train/setting.h"

namespace limpid {

/// What every field means and may be is said in the table (recipe.cpp), and by
/// `limpid train --help`.
struct Recipe {
  std::string task = "digits";
  std::string model = "mlp";
  std::vector<int64_t> hidden = {64};
  std::string activation = "relu";
  double dropout = 0.0;
  bool batch_norm = false;
  int64_t epochs = 50;
  int64_t batch_size = 32;
  std::string optimizer = "adam";
  double lr = 0.01;
  double momentum = 0.0;
  bool nesterov = false;
  double weight_decay = 0.0;
  std::string schedule = "none";
  int64_t step_size = 10;
  double gamma = 0.1;
  int64_t seed = 0;
  int64_t threads = 0;
  int64_t workers = 0;
  double test_fraction = 0.2;
  std::string out = "";

  bool operator==(const Recipe&) const = default;
};

/// What a task begins with. Networks for larger pictures than the digits stay at chance with the
/// digits' learning rate, and have a tenth of it.
Recipe default_recipe(std::string_view task);

/// The table, in the order of the struct, with the values of `recipe`, which must outlive it.
std::vector<Setting> recipe_settings(Recipe& recipe);

/// Checks every field and what they must be together (Nesterov needs momentum). ValueError.
void check_recipe(const Recipe& recipe);

/// What may change when a run goes on: epochs (unless the schedule is laid out over all of them),
/// threads and workers. ValueError names anything else, which the saved state would overrule.
void check_resumed(const Recipe& begun, const Recipe& now);

/// The recipe as a TOML file with a comment on each field; it reads back equal.
std::string recipe_toml(const Recipe& recipe);

/// Writes that atomically.
void write_recipe(const std::filesystem::path& path, const Recipe& recipe);

/// Reads TOML: the keys that are there, over `base`. FileError for a file that is absent, longer
/// than 1 MiB or no TOML; ValueError for unknown keys (suggesting the nearest), wrong types and
/// values out of range, as "recipe.toml:3: unknown key 'epoch' (did you mean 'epochs'?)". What
/// fields must be together is not checked, since flags may still change them: call check_recipe at
/// the end.
Recipe read_recipe(const std::filesystem::path& path, const Recipe& base = {});

/// The same from text; `name` stands for the file in errors.
Recipe parse_recipe(std::string_view toml, std::string_view name, const Recipe& base = {});

}  // namespace limpid
