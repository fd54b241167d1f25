#pragma once
// What is wrong with the command line itself, beyond what CLI11 sees.

#include <string>

#include "limpid/core/error.h"

namespace limpid {

/// Ends the program as an unknown flag does: exit code 2.
[[noreturn]] void refuse_command_line(const std::string& why);

/// Runs `read`, which makes sense of what stands on the command line. A ValueError there means that
/// the line is wrong.
template <class Read>
decltype(auto) from_command_line(const Read& read) {
  try {
    return read();
  } catch (const ValueError& error) {
    refuse_command_line(error.what());
  }
}

}  // namespace limpid
