#pragma once
// Named values that a user can set: by flags, or in a TOML file. A program lists its settings in a
// table; reading, writing, checks and help are loops over that table.
//
//   std::int64_t epochs = 20;
//   double lr = 0.01;
//   const Setting settings[] = {{"epochs", &epochs, "passes over the data", 1, 1000},
//                               {"lr", &lr, "learning rate", 0, 10, true}};

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace limpid {

/// Where a setting's value lies; its type is the value's type.
using SettingPlace = std::variant<std::string*, bool*, int64_t*, double*, std::vector<int64_t>*>;

/// A value that a setting may take, in the same order of types.
using SettingValue = std::variant<std::string, bool, int64_t, double, std::vector<int64_t>>;

/// One line of the table.
struct Setting {
  std::string_view name = {};  ///< the key in TOML: batch_size
  SettingPlace place = {};
  std::string_view doc = {};
  double low = 0;  ///< numbers, and the entries of a list, lie in [low, high]
  double high = 0;
  bool above_low = false;                 ///< ... in (low, high]
  std::vector<std::string> choices = {};  ///< texts: one of these; empty: any text
};

/// The largest seed: 2^53 - 1, exact in TOML, JSON and Python alike.
inline constexpr double kMaxSeed = 9007199254740991;

/// The setting of that name. ValueError suggesting the nearest for one that does not exist.
const Setting& find_setting(std::span<const Setting> settings, std::string_view name);

/// "--batch-size" for batch_size.
std::string flag_name(const Setting& setting);

/// What the value may be, in words: "a whole number from 1 to 65536", "mlp, cnn or linear".
std::string allowed_values(const Setting& setting);

/// Sets the value. ValueError, "batch_size is 0; it must be a whole number from 1 to 65536", when
/// it has another type (whole numbers pass for numbers) or is out of range; then nothing has
/// changed.
void set_value(const Setting& setting, const SettingValue& value);

/// The same from a flag's text: 0.05, true, cnn, or for lists 128,64 and none. The error names the
/// flag: "--lr is 'fast'; it must be a number above 0 and at most 1000".
void set_value_from_text(const Setting& setting, std::string_view text);

/// ValueError unless the value that stands there is allowed.
void check_value(const Setting& setting);

/// The value, written as in TOML.
std::string value_text(const Setting& setting);

/// All settings as lines of TOML with a comment on each; they read back equal.
std::string settings_toml(std::span<const Setting> settings);

/// Reads TOML: sets the keys that are there. FileError for a file that is absent, longer than 1 MiB
/// or no TOML; ValueError for unknown keys (suggesting the nearest), wrong types and values out of
/// range, as "recipe.toml:3: unknown key 'epoch' (did you mean 'epochs'?)".
void read_settings(const std::filesystem::path& path, std::span<const Setting> settings);

/// The same from text; `name` stands for the file in errors.
void parse_settings(std::string_view toml, std::string_view name,
                    std::span<const Setting> settings);

}  // namespace limpid
