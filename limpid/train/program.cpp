#include "limpid/train/program.h"

#include <algorithm>
#include <cstdio>

#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/core/suggest.h"

namespace limpid {

namespace {

std::string help(std::string_view program, std::string_view what,
                 std::span<const Setting> settings) {
  std::string out = str(what, "\n\nusage: ", program, " [--recipe FILE] [flags]\n\n");
  for (const Setting& setting : settings) {
    std::string line = str("  ", flag_name(setting), " ");
    if (line.size() < 24) line.append(24 - line.size(), ' ');
    out += str(line, setting.doc, " (", allowed_values(setting), ") [", value_text(setting), "]\n");
  }
  return out +
         "  --recipe FILE         a TOML file of these\n"
         "  --print-recipe        print the settings as such a file\n";
}

/// The setting of a flag. ValueError for an unknown one.
const Setting& setting_of(std::string_view flag, std::span<const Setting> settings) {
  std::vector<std::string> names = {"--help", "--recipe", "--print-recipe"};
  for (const Setting& setting : settings) {
    if (flag_name(setting) == flag) return setting;
    names.push_back(flag_name(setting));
  }
  throw ValueError(str(flag.starts_with("-") ? "unknown flag " : "unexpected argument ",
                       quote(flag), did_you_mean(flag, names)));
}

enum class Wish { run, help, recipe };

Wish read_flags(std::span<char*> arguments, std::span<const Setting> settings) {
  Wish wish = Wish::run;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view text = arguments[i];
    const std::size_t equals = text.find('=');
    const std::string_view flag = text.substr(0, equals);
    if (flag == "--help" || flag == "-h") return Wish::help;
    if (flag == "--print-recipe") {
      wish = Wish::recipe;
      continue;
    }
    const Setting* setting = flag == "--recipe" ? nullptr : &setting_of(flag, settings);
    if (equals == std::string_view::npos && i + 1 == arguments.size())
      throw ValueError(str(flag, " needs a value behind it"));
    const std::string_view value =
        equals == std::string_view::npos ? arguments[++i] : text.substr(equals + 1);
    if (setting) set_value_from_text(*setting, value);
    else read_settings(value, settings);
  }
  return wish;
}

}  // namespace

int run_program(int argc, char** argv, std::string_view what, std::span<const Setting> settings,
                const std::function<int()>& body) {
  std::string_view program = argc > 0 ? argv[0] : "program";
  program.remove_prefix(std::min(program.size(), program.rfind('/') + 1));
  const auto print = [&](std::FILE* to, std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), to);
  };
  bool started = false;
  try {
    const auto count = static_cast<std::size_t>(std::max(argc - 1, 0));
    const Wish wish = read_flags({argv + 1, count}, settings);
    if (wish == Wish::help) print(stdout, help(program, what, settings));
    if (wish == Wish::recipe) print(stdout, settings_toml(settings));
    started = true;
    return wish == Wish::run ? body() : 0;
  } catch (const std::exception& error) {
    print(stderr, str(program, ": ", error.what(), "\n"));
    if (!started) print(stderr, str("Try `", program, " --help`.\n"));
    return started ? 1 : 2;
  }
}

}  // namespace limpid
