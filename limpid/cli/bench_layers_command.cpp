// limpid bench layers: every algorithm of convolutions and poolings, as a table and a picture.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <limits>

#include "limpid/backends/cpu/threads.h"
#include "limpid/cli/commands.h"
#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/explain/layer_bench.h"
#include "limpid/explain/timing.h"
#include "limpid/vision/plot.h"
#include "limpid/vision/png.h"

namespace limpid {

namespace {

struct Options {
  LayerBenchOptions bench;
  int threads = 0;
  std::string out = "layers.png";
};

/// The figures of one layer: neighbours in the list.
using Group = std::span<const LayerFigure>;

std::vector<Group> by_layer(const std::vector<LayerFigure>& figures) {
  std::vector<Group> groups;
  for (std::size_t first = 0, last = 0; first < figures.size(); first = last) {
    while (last < figures.size() && figures[last].layer == figures[first].layer) ++last;
    groups.push_back(Group(figures).subspan(first, last - first));
  }
  return groups;
}

double best(Group group, double LayerFigure::*of) {
  double least = std::numeric_limits<double>::infinity();
  for (const LayerFigure& f : group)
    if (f.refused.empty()) least = std::min(least, f.*of);
  return least;
}

void print(Group group) {
  std::printf("\n%s, %s\n", group[0].layer.c_str(), group[0].sizes.c_str());
  std::printf("  %-9s %11s %11s %9s %9s %9s %9s\n", "", "forward s", "backward s", "x best",
              "x best", "roofline", "roofline");
  const double forward = best(group, &LayerFigure::forward);
  const double backward = best(group, &LayerFigure::backward);
  for (const LayerFigure& f : group) {
    if (!f.refused.empty()) {
      std::printf("  %-9s does not apply: %s\n", f.algorithm.c_str(), f.refused.c_str());
      continue;
    }
    std::printf("%s %-9s %11.5f %11.5f %9.1f %9.1f %8.1f%% %8.1f%%\n", f.chosen ? "*" : " ",
                f.algorithm.c_str(), f.forward, f.backward, f.forward / forward,
                f.backward / backward, 100 * f.forward_share, 100 * f.backward_share);
  }
}

/// Milliseconds of one algorithm, NaN where it did not run or the layer has no such one.
double milliseconds(Group group, const std::string& algorithm, double LayerFigure::*of) {
  for (const LayerFigure& f : group)
    if (f.algorithm == algorithm && f.refused.empty()) return 1e3 * (f.*of);
  return std::numeric_limits<double>::quiet_NaN();
}

/// A group of bars a layer and direction, a bar an algorithm, on a logarithmic axis.
Image picture(const std::vector<Group>& groups, const std::string& how) {
  std::vector<std::string> categories;
  std::vector<BarSeries> series;
  for (const LayerFigure& f : groups[0]) series.push_back({f.algorithm, {}});
  for (const Group& group : groups)
    for (const bool forward : {true, false}) {
      categories.push_back(str(group[0].layer, forward ? ", forward" : ", backward"));
      for (BarSeries& bars : series)
        bars.values.push_back(milliseconds(
            group, bars.name, forward ? &LayerFigure::forward : &LayerFigure::backward));
    }
  return plot_bars(categories, series,
                   {.title = "Ways to compute convolutions and poolings",
                    .subtitle = how,
                    .value_label = str("ms for ", kLayerPasses, " passes (less is better)"),
                    .missing = "does not apply",
                    .log = true,
                    .width = 1100});
}

/// Minutes of measuring are not to end in a folder that is not there.
void check_folder_of(const std::filesystem::path& picture) {
  const std::filesystem::path folder = picture.parent_path();
  if (!folder.empty() && !std::filesystem::is_directory(folder))
    throw FileError(str("there is no folder ", quote(folder.native(), 300), " for the picture"));
}

void run(const Options& options) {
  check_folder_of(options.out);
  if (options.threads > 0) set_num_threads(options.threads);
  const bool terminal = isatty(STDERR_FILENO);
  const auto figures = measure_layers(options.bench, [&](const std::string& layer) {
    if (terminal) std::fprintf(stderr, "\r\x1b[Kmeasuring %s", layer.c_str());
  });
  if (terminal) std::fputs("\r\x1b[K", stderr);
  const Roofline& limit = measured_roofline();
  const std::string how = str(
      get_num_threads(), get_num_threads() == 1 ? " thread" : " threads", ", float32, median of ",
      options.bench.rounds, options.bench.rounds == 1 ? " round" : " rounds (one of what is slow)");
  std::printf("%d forward and %d backward passes; %s; * is what `auto` takes\n", kLayerPasses,
              kLayerPasses, how.c_str());
  std::printf("machine: %.1f GB/s, %.0f GFLOP/s (measured)\n", limit.bytes_per_second / 1e9,
              limit.flops_per_second / 1e9);
  const std::vector<Group> groups = by_layer(figures);
  for (const Group& group : groups) print(group);
  if (options.out.empty()) return;
  write_png(options.out, picture(groups, how));
  std::printf("\nwrote %s\n", options.out.c_str());
}

}  // namespace

void add_bench_layers_command(CLI::App& bench) {
  auto options = std::make_shared<Options>();
  CLI::App* command = bench.add_subcommand(
      "layers", "Every algorithm of convolutions and poolings, forward and backward");
  command->add_option("--threads", options->threads, "threads (default: all)")
      ->check(CLI::Range(1, 1024));
  command->add_option("--rounds", options->bench.rounds, "repetitions, all algorithms in turn")
      ->check(CLI::Range(1, 1000));
  command->add_option("--batch", options->bench.batch, "images in a batch")
      ->check(CLI::Range(1, 1 << 16));
  command->add_option("--out", options->out, "the picture (default: layers.png); '' for none");
  command->callback([options] { run(*options); });
}

}  // namespace limpid
