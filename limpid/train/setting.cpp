// The rules of settings: what a value may be, and what is said when it is not.

#include "limpid/train/setting.h"

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

std::string range_in_words(const Setting& setting) {
  const std::string low = in_words(setting.low), high = in_words(setting.high);
  return setting.above_low ? str(" above ", low, " and at most ", high)
                           : str(" from ", low, " to ", high);
}

std::string in_words(const SettingValue& value) {
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

bool in_range(const Setting& setting, double value) {  // false for NaN
  return (setting.above_low ? value > setting.low : value >= setting.low) && value <= setting.high;
}

bool is_allowed(const Setting& setting, const SettingValue& value) {
  struct Visitor {
    const Setting& setting;
    bool operator()(const std::string& text) const {
      const auto& choices = setting.choices;
      if (!choices.empty()) return std::find(choices.begin(), choices.end(), text) != choices.end();
      return text.size() <= kMaxTextLength && printable(text) == text;
    }
    bool operator()(bool) const { return true; }
    bool operator()(int64_t number) const { return in_range(setting, static_cast<double>(number)); }
    bool operator()(double number) const { return in_range(setting, number); }
    bool operator()(const std::vector<int64_t>& list) const {
      return list.size() <= kMaxListLength &&
             std::all_of(list.begin(), list.end(), [this](int64_t n) { return (*this)(n); });
    }
  };
  return std::visit(Visitor{setting}, value);
}

[[noreturn]] void refuse(const Setting& setting, const SettingValue& value) {
  std::string hint;
  if (const auto* text = std::get_if<std::string>(&value); text && !setting.choices.empty()) {
    const std::string nearest = nearest_name(*text, setting.choices);
    if (!nearest.empty()) hint = str(" (did you mean '", nearest, "'?)");
  }
  std::string given = in_words(value);
  if (std::holds_alternative<double>(value) && !std::holds_alternative<double*>(setting.place) &&
      given.find_first_not_of("-0123456789") == given.npos)
    given += ".0";  // as it was written: to TOML it is no whole number
  throw ValueError(
      str(setting.name, " is ", given, "; it must be ", allowed_values(setting), hint));
}

}  // namespace

const Setting& find_setting(std::span<const Setting> settings, std::string_view name) {
  std::vector<std::string> names;
  for (const Setting& setting : settings) {
    if (setting.name == name) return setting;
    names.emplace_back(setting.name);
  }
  throw ValueError(str("unknown key ", quote(name), did_you_mean(name, names)));
}

std::string flag_name(const Setting& setting) {
  std::string flag = str("--", setting.name);
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

std::string allowed_values(const Setting& setting) {
  struct Visitor {
    const Setting& setting;
    std::string operator()(std::string*) const {
      return setting.choices.empty() ? "a text of printable characters" : in_words(setting.choices);
    }
    std::string operator()(bool*) const { return "true or false"; }
    std::string operator()(int64_t*) const { return "a whole number" + range_in_words(setting); }
    std::string operator()(double*) const { return "a number" + range_in_words(setting); }
    std::string operator()(std::vector<int64_t>*) const {
      return str("a list of at most ", kMaxListLength, " whole numbers", range_in_words(setting));
    }
  };
  return std::visit(Visitor{setting}, setting.place);
}

void set_value(const Setting& setting, const SettingValue& value) {
  if (const auto* whole = std::get_if<int64_t>(&value);
      whole && std::holds_alternative<double*>(setting.place)) {
    return set_value(setting, SettingValue(static_cast<double>(*whole)));
  }
  if (value.index() != setting.place.index() || !is_allowed(setting, value)) refuse(setting, value);
  std::visit([&](auto* place) { *place = std::get<std::remove_pointer_t<decltype(place)>>(value); },
             setting.place);
}

void check_value(const Setting& setting) {
  const SettingValue value =
      std::visit([](const auto* place) -> SettingValue { return *place; }, setting.place);
  if (!is_allowed(setting, value)) refuse(setting, value);
}

#if !LIMPID_HAS_TOML
void parse_settings(std::string_view, std::string_view name, std::span<const Setting>) {
  throw FileError(str("cannot read ", quote(name), ": this build of limpid reads no TOML; ",
                      "configure it with -DLIMPID_TOML=ON and toml++ ",
                      "(Debian: libtomlplusplus-dev)"));
}

void read_settings(const std::filesystem::path& path, std::span<const Setting> settings) {
  parse_settings("", path.native(), settings);
}
#endif

}  // namespace limpid
