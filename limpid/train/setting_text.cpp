// Values of settings as text: from flags, and into TOML.

#include <charconv>
#include <optional>

#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/train/setting.h"

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
std::optional<SettingValue> list(std::string_view text) {
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

std::optional<SettingValue> parse(const Setting& setting, std::string_view text) {
  struct Visitor {
    std::string_view text;
    std::optional<SettingValue> operator()(std::string*) const { return std::string(text); }
    std::optional<SettingValue> operator()(bool*) const {
      if (text == "true") return true;
      if (text == "false") return false;
      return std::nullopt;
    }
    std::optional<SettingValue> operator()(int64_t*) const { return number<int64_t>(text); }
    std::optional<SettingValue> operator()(double*) const { return number<double>(text); }
    std::optional<SettingValue> operator()(std::vector<int64_t>*) const { return list(text); }
  };
  return std::visit(Visitor{trimmed(text)}, setting.place);
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

void set_value_from_text(const Setting& setting, std::string_view text) {
  if (const auto value = parse(setting, text)) {
    try {
      return set_value(setting, *value);
    } catch (const ValueError& error) {  // "lr is ..." becomes "--lr is ..."
      throw ValueError(str(flag_name(setting), error.what() + setting.name.size()));
    }
  }
  throw ValueError(
      str(flag_name(setting), " is ", quote(text), "; it must be ", allowed_values(setting)));
}

std::string value_text(const Setting& setting) {
  struct Visitor {
    std::string operator()(const std::string* value) const { return toml_string(*value); }
    std::string operator()(const bool* value) const { return str(*value); }
    std::string operator()(const int64_t* value) const { return str(*value); }
    std::string operator()(const double* value) const { return str(*value); }
    std::string operator()(const std::vector<int64_t>* value) const { return toml_list(*value); }
  };
  return std::visit(Visitor{}, setting.place);
}

std::string settings_toml(std::span<const Setting> settings) {
  std::string out;
  for (const Setting& setting : settings) {
    std::string line = str(setting.name, " = ", value_text(setting));
    if (line.size() < 28) line.append(28 - line.size(), ' ');
    out += str(line, "  # ", setting.doc, "\n");
  }
  return out;
}

}  // namespace limpid
