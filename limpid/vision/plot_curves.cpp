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

constexpr TextStyle kTickText{.size = 11, .colour = kSoftInk};
constexpr TextStyle kLegendText{.size = 12, .colour = kInk};
constexpr TextStyle kPanelTitle{.size = 13, .colour = kInk, .bold = true};
constexpr double kPanelGap = 28, kSwatch = 22, kLegendGap = 16, kLegendRow = 18;
constexpr double kSmallestPanel = 150;
constexpr std::size_t kFewPoints = 40;  // up to here every point gets a dot

void check(std::span<const Panel> panels) {
  if (panels.size() > 8)
    throw ValueError(str("plot_curves: ", panels.size(), " panels, at most 8"));
  for (const Panel& panel : panels) {
    for (const Series& series : panel.series) {
      if (series.x.size() == series.y.size()) continue;
      throw ValueError(str("plot_curves: series ", quote(series.name), " has ", series.x.size(),
                           " x but ", series.y.size(), " y"));
    }
  }
}

bool is_whole(double value) { return value == static_cast<double>(static_cast<int64_t>(value)); }

// Whole numbers only (epochs, steps) get ticks at whole numbers.
AxisKind x_kind(const std::vector<double>& values) {
  const bool whole = std::all_of(values.begin(), values.end(), [](double v) {
    return !drawable(v, AxisKind::linear) || (std::abs(v) < 1e15 && is_whole(v));
  });
  return whole ? AxisKind::integer : AxisKind::linear;
}

struct Axes {
  Axis x = {};
  Axis y = {};
  bool empty = true;  // no point can be drawn
};

// Ranges over the points that can be drawn, so that a gap's x does not stretch the picture.
Axes make_axes(const Panel& panel, const Box& box) {
  std::vector<double> xs, ys;
  for (const Series& series : panel.series) {
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      if (!drawable(series.x[i], AxisKind::linear) || !drawable(series.y[i], panel.y_kind))
        continue;
      xs.push_back(series.x[i]);
      ys.push_back(series.y[i]);
    }
  }
  const int x_ticks = std::max(2, static_cast<int>(box.width / 75));
  const int y_ticks = std::max(2, static_cast<int>(box.height / 48));
  if (xs.empty()) return {};  // neither ticks nor labels
  return {make_axis(range_of(xs, AxisKind::linear), x_kind(xs), 0.02, x_ticks),
          make_axis(range_of(ys, panel.y_kind), panel.y_kind, 0.06, y_ticks), false};
}

struct LegendEntry {
  std::string name = {};
  double x = 0;
  int row = 0;
};

struct Legend {
  std::vector<LegendEntry> entries = {};  // one a series
  int rows = 0;                           // 0: on the title's line
};

// Beside the panel's title, at the right, when there is room; else in rows below it.
Legend make_legend(Canvas& canvas, const Panel& panel, const Box& box) {
  Legend legend;
  double total = -kLegendGap;
  for (const Series& series : panel.series) {
    LegendEntry entry{shortened(canvas, series.name, kLegendText, box.width - kSwatch - 8)};
    entry.x = total + kLegendGap;
    total = entry.x + kSwatch + 6 + canvas.text_width(entry.name, kLegendText);
    legend.entries.push_back(entry);
  }
  const double title = canvas.text_width(panel.title, kPanelTitle) + (panel.title.empty() ? 0 : 20);
  if (title + total <= box.width) {
    for (LegendEntry& entry : legend.entries) entry.x += box.width - total;
    return legend;
  }
  double row_begin = 0;
  for (std::size_t i = 0; i < legend.entries.size(); ++i) {
    LegendEntry& entry = legend.entries[i];
    const double end = i + 1 < legend.entries.size() ? legend.entries[i + 1].x - kLegendGap : total;
    if (legend.rows == 0 || end - row_begin > box.width) {
      row_begin = entry.x;
      ++legend.rows;
    }
    entry.x -= row_begin;
    entry.row = legend.rows;
  }
  return legend;
}

LineStyle line_style(const Panel& panel, std::size_t i) {
  // Past the palette, colours repeat dashed.
  return {.colour = kSeries[i % kSeries.size()],
          .width = 2,
          .dashed = panel.series[i].dashed || i >= kSeries.size()};
}

void draw_legend(Canvas& canvas, const Panel& panel, const Legend& legend, const Box& box) {
  for (std::size_t i = 0; i < legend.entries.size(); ++i) {
    const LegendEntry& entry = legend.entries[i];
    const double x = box.x + entry.x, y = box.y + 11 + kLegendRow * entry.row;
    const Point swatch[] = {{x, y - 4}, {x + kSwatch, y - 4}};
    canvas.line(swatch, line_style(panel, i));
    canvas.text({x + kSwatch + 6, y}, entry.name, kLegendText);
  }
}

void draw_axes(Canvas& canvas, const Axes& axes, const Panel& panel, const Box& plot) {
  for (std::size_t i = 0; i < axes.y.ticks.size(); ++i) {
    const double y = std::round(plot.bottom() - axes.y.place(axes.y.ticks[i]) * plot.height) + 0.5;
    const Point grid[] = {{plot.x, y}, {plot.right(), y}};
    canvas.line(grid, {.colour = kGrid});
    TextStyle style = kTickText;
    style.align = Align::right;
    canvas.text({plot.x - 8, y + 4}, axes.y.labels[i], style);
  }
  TextStyle centred = kTickText;
  centred.align = Align::centre;
  for (std::size_t i = 0; i < axes.x.ticks.size(); ++i) {
    const double x = std::round(plot.x + axes.x.place(axes.x.ticks[i]) * plot.width) + 0.5;
    const Point grid[] = {{x, plot.y}, {x, plot.bottom()}};
    const Point mark[] = {{x, plot.bottom()}, {x, plot.bottom() + 4}};
    canvas.line(grid, {.colour = kGrid});
    canvas.line(mark, {.colour = kAxis});
    canvas.text({x, plot.bottom() + 18}, axes.x.labels[i], centred);
  }
  const Point base[] = {{plot.x, plot.bottom() + 0.5}, {plot.right(), plot.bottom() + 0.5}};
  canvas.line(base, {.colour = kAxis});
  centred.size = 12;
  canvas.text({plot.x + plot.width / 2, plot.bottom() + 38}, panel.x_label, centred);
}

// A run of points without a gap; a single one would be an invisible line, so it gets a dot.
void draw_run(Canvas& canvas, const std::vector<Point>& run, const LineStyle& style, bool dots) {
  canvas.line(run, style);
  if (!dots && run.size() > 1) return;
  for (const Point& point : run) canvas.disc(point, 3, style.colour);
}

void draw_series(Canvas& canvas, const Series& series, const LineStyle& style, const Axes& axes,
                 const Box& plot) {
  std::vector<Point> run;
  const bool dots = series.x.size() <= kFewPoints;
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (axes.x.has_place(series.x[i]) && axes.y.has_place(series.y[i])) {
      run.push_back({plot.x + axes.x.place(series.x[i]) * plot.width,
                     plot.bottom() - axes.y.place(series.y[i]) * plot.height});
    } else {
      draw_run(canvas, run, style, dots);
      run.clear();
    }
  }
  draw_run(canvas, run, style, dots);
}

double widest_label(Canvas& canvas, const Axis& axis) {
  double width = 0;
  for (const std::string& label : axis.labels) {
    width = std::max(width, canvas.text_width(label, kTickText));
  }
  return width;
}

void draw_panel(Canvas& canvas, const Panel& panel, const Box& box) {
  const Legend legend = make_legend(canvas, panel, box);
  const double top = 26 + legend.rows * kLegendRow;
  const double below = panel.x_label.empty() ? 26 : 46;
  Box plot{box.x, box.y + top, box.width, box.height - top - below};
  const Axes axes = make_axes(panel, plot);
  const double left = widest_label(canvas, axes.y) + 10;
  plot.x += left;
  plot.width -= left;

  canvas.text({box.x, box.y + 11}, shortened(canvas, panel.title, kPanelTitle, box.width),
              kPanelTitle);
  draw_legend(canvas, panel, legend, box);
  draw_axes(canvas, axes, panel, plot);
  if (axes.empty) {
    const TextStyle style{.size = 13, .colour = kSoftInk, .align = Align::centre};
    canvas.text({plot.x + plot.width / 2, plot.y + plot.height / 2}, "no data yet", style);
  }
  for (std::size_t i = 0; i < panel.series.size(); ++i) {
    draw_series(canvas, panel.series[i], line_style(panel, i), axes, plot);
  }
}

}  // namespace

Image plot_curves(std::span<const Panel> panels, const CurveOptions& options) {
  check(panels);
  const auto width = static_cast<double>(options.width);
  const auto height = static_cast<double>(options.height);
  const auto canvas = make_canvas(width, height, options.scale);
  const double top = draw_heading(*canvas, options.title, options.subtitle, width - 2 * kMargin);
  const auto count = static_cast<double>(std::max<std::size_t>(panels.size(), 1));
  Box box{kMargin, top, (width - 2 * kMargin - (count - 1) * kPanelGap) / count, height - top - 12};
  if (box.width < kSmallestPanel || box.height < kSmallestPanel) {
    throw ShapeError(str("plot_curves: ", options.width, "x", options.height, " is too small for ",
                         panels.size(), " panels of at least ", kSmallestPanel, "x",
                         kSmallestPanel));
  }
  for (const Panel& panel : panels) {
    draw_panel(*canvas, panel, box);
    box.x += box.width + kPanelGap;
  }
  return canvas->image();
}

}  // namespace limpid
