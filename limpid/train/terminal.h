#pragma once
// What the terminal behind a file descriptor can show.

#include <cstdint>
#include <functional>

namespace limpid {

struct Terminal {
  bool interactive = false;  ///< a line can be drawn over; else lines are only appended
  bool colour = false;
  bool unicode = false;
  int64_t width = 80;  ///< columns
};

/// Reads one variable of the environment; nullptr when it is not set.
using Environment = std::function<const char*(const char*)>;

/// From what the system says of the descriptor and the environment: TERM=dumb is not interactive,
/// NO_COLOR (https://no-color.org) refuses colour, LC_ALL, LC_CTYPE or LANG name UTF-8, and COLUMNS
/// counts when the system does not know the width (`columns` of 0).
Terminal terminal_from(bool is_terminal, int64_t columns, const Environment& environment);

/// Of an open descriptor, such as STDERR_FILENO.
Terminal terminal_of(int descriptor);

/// The columns it has now (windows change their size); 0 when unknown.
int64_t terminal_columns(int descriptor);

}  // namespace limpid
