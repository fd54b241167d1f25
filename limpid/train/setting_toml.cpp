// Reading settings, through toml++ (https://marzer.github.io/tomlplusplus).

#include <algorithm>
#include <stdexcept>

// toml++ 3.3 checks its own assumptions by assert, some of which hostile files break ("[ {"): here
// they throw instead, in release builds too, so that no file ends the program.
namespace limpid {
[[noreturn]] static void not_understood(const char* what) { throw std::logic_error(what); }
}  // namespace limpid
#undef NDEBUG
#define TOML_ASSERT(expression) \
  (static_cast<bool>(expression) ? void(0) : ::limpid::not_understood(#expression))
#include <toml++/toml.h>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/train/setting.h"

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

[[noreturn]] void wrong_type(const Setting& setting, std::string_view what) {
  throw ValueError(str(setting.name, " is ", what, "; it must be ", allowed_values(setting)));
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

SettingValue list_of(const Setting& setting, const toml::array& array) {
  std::vector<int64_t> out;
  for (const toml::node& node : array) {
    if (!node.is_integer())
      wrong_type(setting, str("a list with ", name_of(node.type()), " in it"));
    out.push_back(node.as_integer()->get());
  }
  return out;
}

SettingValue value_of(const Setting& setting, const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* flag = node.as_boolean()) return flag->get();
  if (const auto* whole = node.as_integer()) return whole->get();
  if (const auto* number = node.as_floating_point()) return number->get();
  if (const auto* array = node.as_array()) return list_of(setting, *array);
  wrong_type(setting, name_of(node.type()));
}

// A quote anywhere else is a mistake, and no text begins there.
bool begins_text_after(char c) {
  return std::string_view("\n=,[{.").find(c) != std::string_view::npos;
}

// Where the first character beyond ASCII lies that is neither in a comment nor in a text on one
// line, or npos. TOML 1.0 allows none there except in texts of several lines, and toml++ 3.3 runs
// into undefined behaviour when it asks whether, say, U+00E9 is white space.
std::size_t find_stray_character(std::string_view text) {
  enum { bare, comment, quoted, several_lines } state = bare;
  char quote = 0, last = '\n';  // the last character outside of texts and comments, but no blank
  const auto run_of_quotes = [&](std::size_t at) {  // at most 5: three, and two of the text
    const std::size_t end = text.find_first_not_of(quote, at);
    return std::min<std::size_t>(std::min(end, text.size()) - at, 5);
  };
  for (std::size_t i = text.starts_with("\xef\xbb\xbf") ? 3 : 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool beyond_ascii = static_cast<unsigned char>(c) >= 0x80;
    if (beyond_ascii && (state == bare || state == several_lines)) return i;
    if (c == '\n' && state != several_lines) {
      state = bare;
    } else if (state == bare && c == '#') {
      state = comment;
    } else if (state == bare && (c == '"' || c == '\'') && begins_text_after(last)) {
      quote = c;
      state = run_of_quotes(i) >= 3 ? several_lines : quoted;
      if (state == several_lines) i += 2;
    } else if (c == '\\' && quote == '"' && (state == quoted || state == several_lines)) {
      if (i + 1 < text.size() && text[i + 1] > ' ') ++i;  // what follows does not end the text
    } else if (c == quote && state == quoted) {
      state = bare;
    } else if (c == quote && state == several_lines && run_of_quotes(i) >= 3) {
      i += run_of_quotes(i) - 1;
      state = bare;
    }
    if (state == bare && c != ' ' && c != '\t' && c != '\r') last = c;
  }
  return std::string_view::npos;
}

toml::table parse_toml(std::string_view text, const Source& source) {
  const std::string name = printable(source.name);
  if (static_cast<int64_t>(text.size()) > kMaxBytes) {
    throw FileError(str("cannot read ", name, ": longer than 1 MiB, so no recipe"));
  }
  if (std::count(text.begin(), text.end(), '.') > kMaxDots) {
    throw FileError(str("cannot read ", name, ": more than ", kMaxDots, " dots, so no recipe"));
  }
  if (const std::size_t stray = find_stray_character(text); stray != std::string_view::npos) {
    const auto begin = text.begin();
    const auto line = std::count(begin, begin + static_cast<std::ptrdiff_t>(stray), '\n') + 1;
    throw FileError(str(name, ":", line, ": a character beyond ASCII, which only comments and ",
                        "\"texts on one line\" may have"));
  }
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw FileError(source.at(error.source().begin) +
                    printable(error.description().substr(0, 300)));
  } catch (const std::logic_error& error) {
    throw FileError(str(name, ": no TOML (against ", error.what(), ")"));
  }
}

}  // namespace

void parse_settings(std::string_view text, std::string_view name,
                    std::span<const Setting> settings) {
  const Source source{name};
  const toml::table table = parse_toml(text, source);
  std::vector<std::pair<const toml::key*, const toml::node*>> entries;
  for (const auto& [key, node] : table) entries.emplace_back(&key, &node);
  // In the order of the file, so that the first mistake is reported first.
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return a.first->source().begin.line < b.first->source().begin.line;
  });
  for (const auto& [key, node] : entries) {
    try {
      const Setting& setting = find_setting(settings, key->str());
      set_value(setting, value_of(setting, *node));
    } catch (const ValueError& error) {
      throw ValueError(source.at(key->source().begin) + error.what());
    }
  }
}

void read_settings(const std::filesystem::path& path, std::span<const Setting> settings) {
  parse_settings(read_text_file(path, kMaxBytes), path.native(), settings);
}

}  // namespace limpid
