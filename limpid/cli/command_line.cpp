#include "limpid/cli/command_line.h"

#include <CLI/CLI.hpp>

namespace limpid {

void refuse_command_line(const std::string& why) { throw CLI::ValidationError(why); }

}  // namespace limpid
