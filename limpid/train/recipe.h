#pragma once
// The recipe of a training run: all that can be chosen about it. One table lists its fields;
// reading and writing TOML, checks, and the flags of `limpid train` are loops over that table.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

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

/// Where a field lies in a Recipe; its type is the field's type.
using RecipeMember = std::variant<std::string Recipe::*, bool Recipe::*, int64_t Recipe::*,
                                  double Recipe::*, std::vector<int64_t> Recipe::*>;

/// A value that a field may take, in the same order of types.
using RecipeValue = std::variant<std::string, bool, int64_t, double, std::vector<int64_t>>;

/// One line of the table.
struct RecipeField {
  std::string_view name = {};  ///< the key in TOML: batch_size
  RecipeMember member = {};
  std::string_view doc = {};
  double low = 0;  ///< numbers, and the entries of a list, lie in [low, high]
  double high = 0;
  bool above_low = false;                 ///< ... in (low, high]
  std::vector<std::string> choices = {};  ///< texts: one of these; empty: any text
};

/// The table, in the order of the struct.
std::span<const RecipeField> recipe_fields();

/// The field of that name. ValueError suggesting the nearest for one that does not exist.
const RecipeField& recipe_field(std::string_view name);

/// "--batch-size" for batch_size.
std::string flag_name(const RecipeField& field);

/// What the field may be, in words: "a whole number from 1 to 65536", "mlp, cnn or linear".
std::string allowed_values(const RecipeField& field);

/// Sets a field. ValueError, "batch_size is 0; it must be a whole number from 1 to 65536", when the
/// value has another type (whole numbers pass for numbers) or is out of range.
void set_field(Recipe& recipe, const RecipeField& field, const RecipeValue& value);

/// The same from a flag's text: 0.05, true, cnn, or for lists 128,64 and none. The error names the
/// flag: "--lr is 'fast'; it must be a number above 0 and at most 1000".
void set_field_from_text(Recipe& recipe, const RecipeField& field, std::string_view text);

/// The value of a field, written as in TOML.
std::string field_text(const Recipe& recipe, const RecipeField& field);

/// Checks every field and what they must be together (Nesterov needs momentum). ValueError.
void check_recipe(const Recipe& recipe);

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
