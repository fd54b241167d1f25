#include "limpid/train/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cctype>
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>

namespace limpid {

namespace {

std::string_view value_of(const Environment& environment, const char* name) {
  const char* value = environment(name);
  return value ? value : "";
}

// The first of the three that says something rules, as in POSIX.
bool says_utf8(const Environment& environment) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string_view value = value_of(environment, name);
    if (value.empty()) continue;
    std::string letters;
    for (const char c : value) {
      if (c != '-') letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return letters.find("utf8") != std::string::npos;
  }
  return false;
}

}  // namespace

Terminal terminal_from(bool is_terminal, int64_t columns, const Environment& environment) {
  Terminal terminal;
  const std::string_view term = value_of(environment, "TERM");
  terminal.interactive = is_terminal && term != "dumb" && !term.empty();
  terminal.colour = terminal.interactive && value_of(environment, "NO_COLOR").empty();
  terminal.unicode = says_utf8(environment);
  const std::string_view given = value_of(environment, "COLUMNS");
  if (columns <= 0) std::from_chars(given.data(), given.data() + given.size(), columns);
  if (columns > 0 && columns < 10000) terminal.width = columns;
  return terminal;
}

Terminal terminal_of(int descriptor) {
  return terminal_from(::isatty(descriptor) == 1, terminal_columns(descriptor),
                       [](const char* name) { return std::getenv(name); });
}

int64_t terminal_columns(int descriptor) {
  winsize size{};
  return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace limpid
