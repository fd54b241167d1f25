// Reading recipes, through toml++ (https://marzer.github.io/tomlplusplus).

#include <toml++/toml.h>

#include <algorithm>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/train/recipe.h"

namespace limpid {

namespace {

constexpr int64_t kMaxBytes = int64_t{1} << 20;

// Every level of tables in tables costs a dot or a bracket. toml++ limits brackets itself, but
// frees tables recursively, so that [a.a.a.a ...] could overflow the stack. No recipe needs many.
constexpr int64_t kMaxDots = 1000;

struct Source {
  std::string_view name;
  std::string at(const toml::source_position& position) const {
    return str(printable(name), ":", static_cast<int64_t>(position.line), ": ");
  }
};

[[noreturn]] void wrong_type(const RecipeField& field, std::string_view what) {
  throw ValueError(str(field.name, " is ", what, "; it must be ", allowed_values(field)));
}

std::string_view name_of(toml::node_type type) {
  switch (type) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "a list";
    case toml::node_type::string: return "a text";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time: return "a date or time";
    case toml::node_type::floating_point: return "a number with a fraction";
    default: return "something else";
  }
}

RecipeValue list_of(const RecipeField& field, const toml::array& array) {
  std::vector<int64_t> out;
  for (const toml::node& node : array) {
    if (!node.is_integer()) wrong_type(field, str("a list with ", name_of(node.type()), " in it"));
    out.push_back(node.as_integer()->get());
  }
  return out;
}

RecipeValue value_of(const RecipeField& field, const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* flag = node.as_boolean()) return flag->get();
  if (const auto* whole = node.as_integer()) return whole->get();
  if (const auto* number = node.as_floating_point()) return number->get();
  if (const auto* array = node.as_array()) return list_of(field, *array);
  wrong_type(field, name_of(node.type()));
}

toml::table parse_toml(std::string_view text, const Source& source) {
  const std::string name = printable(source.name);
  if (static_cast<int64_t>(text.size()) > kMaxBytes) {
    throw FileError(str("cannot read ", name, ": longer than 1 MiB, so no recipe"));
  }
  if (std::count(text.begin(), text.end(), '.') > kMaxDots) {
    throw FileError(str("cannot read ", name, ": more than ", kMaxDots, " dots, so no recipe"));
  }
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw FileError(source.at(error.source().begin) +
                    printable(error.description().substr(0, 300)));
  }
}

}  // namespace

Recipe parse_recipe(std::string_view text, std::string_view name, const Recipe& base) {
  const Source source{name};
  const toml::table table = parse_toml(text, source);
  std::vector<std::pair<const toml::key*, const toml::node*>> entries;
  for (const auto& [key, node] : table) entries.emplace_back(&key, &node);
  // In the order of the file, so that the first mistake is reported first.
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return a.first->source().begin.line < b.first->source().begin.line;
  });
  Recipe recipe = base;
  for (const auto& [key, node] : entries) {
    try {
      const RecipeField& field = recipe_field(key->str());
      set_field(recipe, field, value_of(field, *node));
    } catch (const ValueError& error) {
      throw ValueError(source.at(key->source().begin) + error.what());
    }
  }
  return recipe;
}

Recipe read_recipe(const std::filesystem::path& path, const Recipe& base) {
  return parse_recipe(read_text_file(path, kMaxBytes), path.native(), base);
}

}  // namespace limpid
