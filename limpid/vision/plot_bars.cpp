#include <algorithm>
#include <cmath>

#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/vision/canvas.h"
#include "limpid/vision/plot.h"
#include "limpid/vision/plot_style.h"

namespace limpid {

using namespace plot_style;

namespace {

constexpr double kBar = 16, kGroupGap = 14, kLegendHeight = 24, kAxisHeight = 30;
constexpr TextStyle kName{.size = 12, .colour = kInk, .align = Align::right};
constexpr TextStyle kFigure{.size = 11, .colour = kInk};
constexpr TextStyle kTick{.size = 11, .colour = kSoftInk, .align = Align::centre};

void check(std::span<const std::string> categories, std::span<const BarSeries> series) {
  for (const BarSeries& s : series) {
    if (s.values.size() == categories.size()) continue;
    throw ValueError(str("plot_bars: series ", quote(s.name), " has ", s.values.size(),
                         " values for ", categories.size(), " categories"));
  }
}

// From zero (or, on a log axis, from half the smallest) to a little beyond the largest.
Axis value_axis(std::span<const BarSeries> series, bool log, double width) {
  std::vector<double> values;
  for (const BarSeries& s : series) values.insert(values.end(), s.values.begin(), s.values.end());
  const AxisKind kind = log ? AxisKind::log : AxisKind::linear;
  Range range = range_of(values, kind);
  range.low = log ? range.low / 2 : std::min(range.low, 0.0);
  range.high = log ? range.high * 1.2 : std::max(range.high, 0.0) * 1.02;
  return make_axis(range, kind, 0, std::max(2, static_cast<int>(width / 90)));
}

void draw_legend(Canvas& canvas, std::span<const BarSeries> series, double x, double y) {
  for (std::size_t i = 0; i < series.size(); ++i) {
    canvas.fill({x, y, 12, 12}, kSeries[i % kSeries.size()], 2);
    canvas.text({x + 18, y + 10}, series[i].name, {.size = 12, .colour = kInk});
    x += 36 + canvas.text_width(series[i].name, {.size = 12});
  }
}

void draw_axis(Canvas& canvas, const Axis& axis, const Box& plot, const std::string& label) {
  for (std::size_t i = 0; i < axis.ticks.size(); ++i) {
    const double x = std::round(plot.x + axis.place(axis.ticks[i]) * plot.width) + 0.5;
    const Point grid[] = {{x, plot.y}, {x, plot.bottom()}};
    canvas.line(grid, {.colour = kGrid});
    canvas.text({x, plot.bottom() + 16}, axis.labels[i], kTick);
  }
  TextStyle style = kTick;
  style.size = 12;
  canvas.text({plot.x + plot.width / 2, plot.bottom() + 36}, label, style);
}

void draw_bar(Canvas& canvas, double value, const std::string& missing, Colour colour,
              const Axis& axis, const Box& row) {
  if (!axis.has_place(value)) {
    canvas.text({row.x + 6, row.y + 12}, missing, {.size = 11, .colour = kSoftInk});
    return;
  }
  const double zero = axis.kind == AxisKind::log ? 0 : axis.place(0);
  const double from = std::min(zero, axis.place(value)), to = std::max(zero, axis.place(value));
  const double width = std::max(1.0, (to - from) * row.width);
  const double x = row.x + from * row.width;
  canvas.fill({x, row.y + 1, width, row.height - 2}, colour, 2);
  canvas.text({x + width + 6, row.y + 12}, figure(value), kFigure);
}

}  // namespace

Image plot_bars(std::span<const std::string> categories, std::span<const BarSeries> series,
                const BarOptions& options) {
  check(categories, series);
  const auto width = static_cast<double>(options.width);
  if (options.width < 300) throw ShapeError(str("plot_bars: width ", options.width, " below 300"));
  const double heading =
      kMargin + (options.title.empty() ? 0 : 22) + (options.subtitle.empty() ? 0 : 18) + 12;
  const double group = static_cast<double>(series.size()) * kBar + kGroupGap;
  const double body = std::max(40.0, static_cast<double>(categories.size()) * group);
  const double below = kAxisHeight + (options.value_label.empty() ? 0 : 20);
  const auto canvas = make_canvas(width, heading + kLegendHeight + body + below + 8, options.scale);
  draw_heading(*canvas, options.title, options.subtitle, width - 2 * kMargin);

  double names = 0;
  for (const std::string& c : categories) names = std::max(names, canvas->text_width(c, kName));
  names = std::min(names, width / 3);
  const Box plot{kMargin + names + 12, heading + kLegendHeight,
                 width - 2 * kMargin - names - 12 - 48, body};
  const Axis axis = value_axis(series, options.log, plot.width);
  draw_legend(*canvas, series, plot.x, heading);
  draw_axis(*canvas, axis, plot, options.value_label);
  for (std::size_t c = 0; c < categories.size(); ++c) {
    const double top = plot.y + static_cast<double>(c) * group + kGroupGap / 2;
    canvas->text({plot.x - 10, top + (group - kGroupGap) / 2 + 4},
                 shortened(*canvas, categories[c], kName, names + 1), kName);
    for (std::size_t s = 0; s < series.size(); ++s) {
      const Box row{plot.x, top + static_cast<double>(s) * kBar, plot.width, kBar};
      draw_bar(*canvas, series[s].values[c], options.missing, kSeries[s % kSeries.size()], axis,
               row);
    }
  }
  if (categories.empty() || series.empty()) {
    canvas->text({plot.x, plot.y + 24}, "no measurements", {.size = 13, .colour = kSoftInk});
  }
  return canvas->image();
}

}  // namespace limpid
