// limpid explain NAME: formula, shapes, gradient, the kernel that runs here, its time and roofline.

#include <CLI/CLI.hpp>
#include <cstdio>

#include "limpid/cli/command_line.h"
#include "limpid/cli/commands.h"
#include "limpid/explain/op_report.h"

namespace limpid {

void add_explain_command(CLI::App& app) {
  struct Options {
    std::vector<std::string> names;
    bool no_time = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("explain", "Explain an op: limpid explain softmax");
  command->add_option("op", options->names, "names from `limpid ops`")->required();
  command->add_flag("--no-time", options->no_time, "leave out the timing");
  command->callback([options] {
    for (const std::string& name : options->names)
      std::puts(from_command_line([&] { return explain_op(name, !options->no_time); }).c_str());
  });
}

}  // namespace limpid
