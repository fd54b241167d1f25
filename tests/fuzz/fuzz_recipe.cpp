// Any text is a recipe that reads back equal, or an error in one printable line.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/train/recipe.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check_message(const limpid::Error& error) {
  const std::string_view text = error.what();
  require(!text.empty() && text.size() < 2000 && limpid::printable(text) == text);
}

void read_back(const limpid::Recipe& recipe) {
  try {
    require(limpid::parse_recipe(limpid::recipe_toml(recipe), "again") == recipe);
  } catch (const limpid::ValueError& error) {  // fields that do not go together
    check_message(error);
    const std::string_view text = error.what();
    require(text.find("momentum") != text.npos || text.find("schedule") != text.npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace limpid;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    read_back(parse_recipe(text, "fuzz.toml"));
  } catch (const FileError& error) {
    check_message(error);
  } catch (const ValueError& error) {
    check_message(error);
  }
  Recipe recipe;
  for (const Setting& setting : recipe_settings(recipe)) {  // the same text as a flag's value
    recipe = {};
    try {
      set_value_from_text(setting, text);
      read_back(recipe);
    } catch (const ValueError& error) {
      check_message(error);
    }
  }
  return 0;
}
