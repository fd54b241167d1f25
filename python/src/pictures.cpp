// Pictures of a run, and PNG files: limpid.plot.

#include "casters.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/vision/image_tensor.h"
#include "limpid/vision/plot.h"
#include "limpid/vision/png.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

namespace {

AxisKind axis_kind(const std::string& name) {
  if (name == "linear") return AxisKind::linear;
  if (name == "log") return AxisKind::log;
  if (name == "percent") return AxisKind::percent;
  throw ValueError(
      str("plot: the scale of an axis is 'linear', 'log' or 'percent', not '", name, "'"));
}

/// (name, x, y, dashed)
using Line = std::tuple<std::string, std::vector<double>, std::vector<double>, bool>;
/// (title, x_label, lines, y_scale)
using PanelArguments = std::tuple<std::string, std::string, std::vector<Line>, std::string>;

Panel to_panel(const PanelArguments& p) {
  Panel panel{
      .title = std::get<0>(p), .x_label = std::get<1>(p), .y_kind = axis_kind(std::get<3>(p))};
  for (const Line& line : std::get<2>(p))
    panel.series.push_back(
        {std::get<0>(line), std::get<1>(line), std::get<2>(line), std::get<3>(line)});
  return panel;
}

/// (image, caption, predicted)
using Tile = std::tuple<Tensor, std::string, std::string>;

}  // namespace

void add_pictures(nb::module_& m) {
  m.def(
      "_plot_curves",
      [](const std::string& path, const std::vector<PanelArguments>& arguments,
         const std::string& title) {
        std::vector<Panel> panels;
        for (const PanelArguments& p : arguments) panels.push_back(to_panel(p));
        write_png(path, plot_curves(panels, {.title = title}));
      },
      "path"_a, "panels"_a, "title"_a);
  m.def(
      "_plot_samples",
      [](const std::string& path, const std::vector<Tile>& tiles, const std::string& title,
         bool ink, std::int64_t columns) {
        std::vector<PicturedSample> samples;
        for (const auto& [image, caption, predicted] : tiles)
          samples.push_back({.image = image_from_tensor(image, {.ink = ink}),
                             .truth = caption,
                             .predicted = predicted});
        write_png(path, plot_samples(samples, {.title = title, .columns = columns}));
      },
      "path"_a, "tiles"_a, "title"_a, "ink"_a, "columns"_a);
  m.def(
      "_read_png", [](const std::string& path) { return tensor_from_image(read_png(path)); },
      "path"_a);
  m.def(
      "_write_png",
      [](const std::string& path, const Tensor& image) {
        write_png(path, image_from_tensor(image));
      },
      "path"_a, "image"_a);
}

}  // namespace limpid::python
