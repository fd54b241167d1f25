// limpid ops: every op, where it runs, how often it can be differentiated, how it is tested.

#include <CLI/CLI.hpp>
#include <cstdio>

#include "limpid/cli/commands.h"
#include "limpid/explain/op_report.h"

namespace limpid {

namespace {

void print_ops() {
  std::printf("%-20s %-10s %-22s %-9s %6s %8s  %s\n", "op", "kind", "backends", "gradient", "cases",
              "PyTorch", "summary");
  std::size_t count = 0;
  for (const OpEntry& entry : all_op_entries()) {
    const OpReport r = report_on(entry);
    const std::string order = r.gradient_order == 0 ? "none"
                                                    : std::to_string(r.gradient_order) +
                                                          (r.fused_gradient ? " fused" : "");
    std::printf("%-20s %-10s %-22s %-9s %6zu %8zu  %s\n", r.name.c_str(), r.kind.c_str(),
                r.backends.c_str(), order.c_str(), r.cases, r.frozen_cases,
                std::string(entry.doc.summary).c_str());
    ++count;
  }
  std::printf(
      "%zu ops. gradient: how often it can be differentiated, measured. `limpid explain NAME` "
      "tells more.\n",
      count);
}

}  // namespace

void add_ops_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("ops", "List every op: backends, gradient, cases");
  command->callback(print_ops);
}

}  // namespace limpid
