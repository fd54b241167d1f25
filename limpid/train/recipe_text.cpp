// Recipe values as text: from flags, and into TOML.

#include <charconv>
#include <optional>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/train/recipe.h"

namespace limpid {

namespace {

// The whole text as a number, or nothing.
template <class T>
std::optional<T> number(std::string_view text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// "128,64", "[128, 64]", "none", "[]".
std::optional<RecipeValue> list(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) {
    text = trimmed(text.substr(1, text.size() - 2));
    if (text.empty()) return std::vector<int64_t>{};
  }
  if (text == "none") return std::vector<int64_t>{};
  std::vector<int64_t> out;
  while (true) {
    const std::size_t comma = text.find(',');
    const auto entry = number<int64_t>(trimmed(text.substr(0, comma)));
    if (!entry) return std::nullopt;
    out.push_back(*entry);
    if (comma == std::string_view::npos) return out;
    text.remove_prefix(comma + 1);
  }
}

std::optional<RecipeValue> parse(const RecipeField& field, std::string_view text) {
  struct Visitor {
    std::string_view text;
    std::optional<RecipeValue> operator()(std::string Recipe::*) const { return std::string(text); }
    std::optional<RecipeValue> operator()(bool Recipe::*) const {
      if (text == "true") return true;
      if (text == "false") return false;
      return std::nullopt;
    }
    std::optional<RecipeValue> operator()(int64_t Recipe::*) const { return number<int64_t>(text); }
    std::optional<RecipeValue> operator()(double Recipe::*) const { return number<double>(text); }
    std::optional<RecipeValue> operator()(std::vector<int64_t> Recipe::*) const {
      return list(text);
    }
  };
  return std::visit(Visitor{trimmed(text)}, field.member);
}

// A TOML basic string. Recipes hold printable text only, so two characters need escaping.
std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string toml_list(const std::vector<int64_t>& list) {
  std::string out = "[";
  for (std::size_t i = 0; i < list.size(); ++i) out += str(i ? ", " : "", list[i]);
  return out + "]";
}

}  // namespace

void set_field_from_text(Recipe& recipe, const RecipeField& field, std::string_view text) {
  if (const auto value = parse(field, text)) {
    try {
      return set_field(recipe, field, *value);
    } catch (const ValueError& error) {  // "lr is ..." becomes "--lr is ..."
      throw ValueError(str(flag_name(field), error.what() + field.name.size()));
    }
  }
  throw ValueError(
      str(flag_name(field), " is ", quote(text), "; it must be ", allowed_values(field)));
}

std::string field_text(const Recipe& recipe, const RecipeField& field) {
  struct Visitor {
    const Recipe& recipe;
    std::string operator()(std::string Recipe::*m) const { return toml_string(recipe.*m); }
    std::string operator()(bool Recipe::*m) const { return str(recipe.*m); }
    std::string operator()(int64_t Recipe::*m) const { return str(recipe.*m); }
    std::string operator()(double Recipe::*m) const { return str(recipe.*m); }
    std::string operator()(std::vector<int64_t> Recipe::*m) const { return toml_list(recipe.*m); }
  };
  return std::visit(Visitor{recipe}, field.member);
}

std::string recipe_toml(const Recipe& recipe) {
  check_recipe(recipe);
  std::string out = "# A training recipe of limpid: limpid train --recipe FILE\n\n";
  for (const RecipeField& field : recipe_fields()) {
    std::string line = str(field.name, " = ", field_text(recipe, field));
    if (line.size() < 28) line.append(28 - line.size(), ' ');
    out += str(line, "  # ", field.doc, "\n");
  }
  return out;
}

void write_recipe(const std::filesystem::path& path, const Recipe& recipe) {
  write_text_file(path, recipe_toml(recipe));
}

}  // namespace limpid
