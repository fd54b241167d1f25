// limpid ops: every op, where it runs, how often it can be differentiated, how it is tested.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "limpid/cli/commands.h"
#include "limpid/core/error.h"
#include "limpid/explain/op_report.h"

namespace limpid {

namespace {

/// The ops whose name has one of `parts` in it; without parts, all.
std::vector<const OpEntry*> entries_with(const std::vector<std::string>& parts) {
  std::vector<const OpEntry*> found;
  for (const OpEntry& entry : all_op_entries()) {
    const bool wanted = std::any_of(parts.begin(), parts.end(), [&](const std::string& part) {
      return entry.doc.name.find(part) != entry.doc.name.npos;
    });
    if (wanted || parts.empty()) found.push_back(&entry);
  }
  return found;
}

void print_ops(const std::vector<std::string>& parts) {
  const std::vector<const OpEntry*> entries = entries_with(parts);
  if (entries.empty()) throw ValueError("no op has that in its name; `limpid ops` lists all");
  std::size_t longest = 0;
  for (const OpEntry* entry : entries) longest = std::max(longest, entry->doc.name.size());
  const int width = static_cast<int>(longest);
  std::printf("%-*s %-10s %-22s %-9s %6s %8s  %s\n", width, "op", "kind", "backends", "gradient",
              "cases", "PyTorch", "summary");
  for (const OpEntry* entry : entries) {
    const OpReport r = report_on(*entry);
    const std::string order = r.gradient_order == 0 ? "none"
                                                    : std::to_string(r.gradient_order) +
                                                          (r.fused_gradient ? " fused" : "");
    std::printf("%-*s %-10s %-22s %-9s %6zu %8zu  %s\n", width, r.name.c_str(), r.kind.c_str(),
                r.backends.c_str(), order.c_str(), r.cases, r.frozen_cases,
                std::string(entry->doc.summary).c_str());
  }
  std::printf(
      "%zu ops. gradient: how often it can be differentiated, measured. `limpid explain NAME` "
      "tells more.\n",
      entries.size());
}

}  // namespace

void add_ops_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("ops", "List every op: backends, gradient, cases");
  auto parts = std::make_shared<std::vector<std::string>>();
  command->add_option("name", *parts, "only ops with this in their name: limpid ops pool norm");
  command->callback([parts] { print_ops(*parts); });
}

}  // namespace limpid
