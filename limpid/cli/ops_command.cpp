// limpid ops: every op, where it runs, how often it can be differentiated, how it is tested.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "limpid/cli/commands.h"
#include "limpid/explain/op_report.h"

namespace limpid {

namespace {

void print_ops() {
  std::size_t count = 0, longest = 0;
  for (const OpEntry& entry : all_op_entries()) longest = std::max(longest, entry.doc.name.size());
  const int width = static_cast<int>(longest);
  std::printf("%-*s %-10s %-22s %-9s %6s %8s  %s\n", width, "op", "kind", "backends", "gradient",
              "cases", "PyTorch", "summary");
  for (const OpEntry& entry : all_op_entries()) {
    const OpReport r = report_on(entry);
    const std::string order = r.gradient_order == 0 ? "none"
                                                    : std::to_string(r.gradient_order) +
                                                          (r.fused_gradient ? " fused" : "");
    std::printf("%-*s %-10s %-22s %-9s %6zu %8zu  %s\n", width, r.name.c_str(), r.kind.c_str(),
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
