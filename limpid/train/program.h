#pragma once
// A program with settings, for examples and experiments: flags and recipes without a line of
// parsing.
//
//   int main(int argc, char** argv) {
//     std::int64_t epochs = 20;
//     const Setting settings[] = {{"epochs", &epochs, "passes over the data", 1, 1000}};
//     return run_program(argc, argv, "Trains a network.", settings, [&] { ... });
//   }

#include <functional>

#include "limpid/train/setting.h"

namespace limpid {

/// Sets `settings` from the command line and calls `body`. Flags are --name VALUE or --name=VALUE,
/// in order; --recipe FILE reads a TOML file where it stands; --help prints what there is, and
/// --print-recipe the settings as a recipe, and nothing is run. Returns what main should: body's
/// result; 1 and the message on stderr for an Error; 2 when the command line is wrong (unknown
/// flags suggest the nearest).
int run_program(int argc, char** argv, std::string_view what, std::span<const Setting> settings,
                const std::function<int()>& body);

}  // namespace limpid
