// limpid bench dispatch | ops | layers: what a call costs, and how near each op is to what the
// machine allows.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "limpid/cli/command_line.h"
#include "limpid/cli/commands.h"
#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/shell_word.h"
#include "limpid/core/str.h"
#include "limpid/explain/dispatch_bench.h"
#include "limpid/explain/op_report.h"

namespace limpid {

namespace {

/// Figures of another program that prints "name<TAB>nanoseconds" lines. FileError without any.
std::map<std::string, double> figures_of(const std::string& program) {
  std::map<std::string, double> out;
  FILE* pipe = popen(shell_word(program).c_str(), "r");
  if (!pipe) throw FileError(str("cannot run ", quote(program, 300)));
  char line[256];
  while (std::fgets(line, sizeof line, pipe)) {
    const std::string text = line;
    const std::size_t tab = text.find('\t');
    if (tab != std::string::npos)
      out[text.substr(0, tab)] = std::strtod(text.c_str() + tab, nullptr);
  }
  if (pclose(pipe) != 0 || out.empty())
    throw FileError(str(quote(program, 300), " gave no figures; tools/build_peer.sh builds it"));
  return out;
}

double median(std::vector<double> v) {
  if (v.empty()) return 0;
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

/// limpid and libtorch in turn, so that both see the same noise.
void bench_dispatch(const std::string& peer, int rounds) {
  std::map<std::string, std::vector<double>> own, other;
  std::vector<DispatchFigure> figures;
  for (int round = 0; round < rounds; ++round) {
    figures = measure_dispatch();
    for (const DispatchFigure& f : figures) own[f.name].push_back(f.nanoseconds);
    if (peer.empty()) continue;
    for (const auto& [name, ns] : figures_of(peer)) other[name].push_back(ns);
  }
  std::printf("%-36s %10s %10s %10s %8s\n", "nanoseconds, one thread", "limpid", "budget",
              "libtorch", "ratio");
  for (const DispatchFigure& f : figures) {
    const double ours = median(own[f.name]), theirs = median(other[f.name]);
    std::printf("%-36s %10.1f ", f.name.c_str(), ours);
    if (f.budget > 0) std::printf("%10.0f ", f.budget);
    else std::printf("%10s ", "");
    if (theirs > 0) std::printf("%10.1f %7.1fx\n", theirs, theirs / ours);
    else std::printf("%10s\n", "-");
  }
  if (peer.empty())
    std::printf(
        "(libtorch: tools/build_peer.sh builds the same measurement against an installed torch "
        "wheel; then it is shown here)\n");
}

void bench_ops(const std::vector<std::string>& names) {
  from_command_line([&] {
    for (const std::string& name : names) find_entry(name);
  });
  const Roofline& limit = measured_roofline();
  std::printf("machine: %.1f GB/s, %.0f GFLOP/s (measured)\n", limit.bytes_per_second / 1e9,
              limit.flops_per_second / 1e9);
  std::printf("%-22s %10s %10s %9s %9s %9s  %s\n", "op", "median", "fastest", "GB/s", "GFLOP/s",
              "roofline", "shapes");
  for (const OpEntry& entry : all_op_entries()) {
    if (!names.empty() && std::find(names.begin(), names.end(), entry.doc.name) == names.end())
      continue;
    const auto s = speed_of(entry);
    if (!s) {
      if (!names.empty())
        std::printf("%-22s no case of it is for timing\n", std::string(entry.doc.name).c_str());
      continue;
    }
    std::printf("%-22s %10s %10s ", std::string(entry.doc.name).c_str(),
                format_seconds(s->time.median).c_str(), format_seconds(s->time.fastest).c_str());
    if (s->roofline_share > 0)
      std::printf("%9.1f %9.1f %8.0f%%", s->bytes / s->time.median / 1e9,
                  s->flops / s->time.median / 1e9, 100 * s->roofline_share);
    else std::printf("%9s %9s %9s", "-", "-", "a view");
    std::printf("  %s\n", s->shapes.c_str());
  }
}

/// The libtorch twin of measure_dispatch, where it was built: beside this program.
std::string default_peer() {
  std::error_code ignored;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", ignored);
  const auto peer = self.parent_path() / "dispatch_libtorch";
  return std::filesystem::exists(peer, ignored) ? peer.string() : "";
}

}  // namespace

void add_bench_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("bench", "Measure: limpid bench dispatch, ops or layers");
  command->require_subcommand(1);
  auto peer = std::make_shared<std::string>(default_peer());
  auto rounds = std::make_shared<int>(5);
  CLI::App* dispatch = command->add_subcommand("dispatch", "The cost of a call on tiny tensors");
  dispatch->add_option("--peer", *peer, "program that measures the same with libtorch");
  dispatch->add_option("--rounds", *rounds, "repetitions, both in turn")
      ->check(CLI::Range(1, 1000));
  dispatch->callback([peer, rounds] { bench_dispatch(*peer, *rounds); });
  auto names = std::make_shared<std::vector<std::string>>();
  CLI::App* ops = command->add_subcommand("ops", "Time and share of the roofline of every op");
  ops->add_option("names", *names, "some ops only");
  ops->callback([names] { bench_ops(*names); });
  add_bench_layers_command(*command);
}

}  // namespace limpid
