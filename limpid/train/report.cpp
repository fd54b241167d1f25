#include "limpid/train/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <sstream>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/str.h"
#include "limpid/train/metrics_csv.h"
#include "limpid/vision/image_tensor.h"
#include "limpid/vision/plot.h"

namespace limpid {

namespace {

/// One list of numbers a column; an empty field is NaN.
std::vector<std::vector<double>> read_columns(const std::filesystem::path& path) {
  std::istringstream text(read_text_file(path, std::int64_t{1} << 28));
  std::string line;
  if (!std::getline(text, line) || line != MetricsCsv::kHeading)
    throw FileError(str(path.string(), " does not begin with the heading of a metrics file"));
  std::vector<std::vector<double>> columns(
      1 + static_cast<std::size_t>(std::count(line.begin(), line.end(), ',')));
  while (std::getline(text, line)) {
    std::istringstream fields(line);
    std::string field;
    for (auto& column : columns) {
      field.clear();
      std::getline(fields, field, ',');
      column.push_back(field.empty() ? NAN : std::strtod(field.c_str(), nullptr));
    }
  }
  return columns;
}

std::string accuracy_text(double share) {
  char text[16];
  std::snprintf(text, sizeof text, "%.1f %%", 100 * share);
  return text;
}

}  // namespace

Image curves_picture(const std::filesystem::path& metrics, const std::string& title) {
  const auto columns = read_columns(metrics);
  const auto& epoch = columns[0];
  const std::vector<Panel> panels = {
      {.title = "loss (cross-entropy)",
       .x_label = "epoch",
       .series = {{"training", epoch, columns[1]}, {"test", epoch, columns[3], true}}},
      {.title = "accuracy",
       .x_label = "epoch",
       .series = {{"training", epoch, columns[2]}, {"test", epoch, columns[4], true}},
       .y_kind = AxisKind::percent}};
  return plot_curves(panels, {.title = title, .scale = 2});
}

Image samples_picture(const Task& task, const Evaluation& test, int count) {
  const std::vector<std::int64_t> truth = task.test->targets().to_vector<std::int64_t>();
  std::vector<std::size_t> order(truth.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_partition(order.begin(), order.end(),
                        [&](std::size_t i) { return test.predicted[i] != truth[i]; });
  order.resize(std::min(order.size(), static_cast<std::size_t>(count)));
  std::vector<PicturedSample> samples;
  for (std::size_t i : order)
    samples.push_back({.image = image_from_tensor(task.test->inputs()[static_cast<std::int64_t>(i)],
                                                  {.ink = task.sample_shape[0] == 1}),
                       .truth = task.classes[static_cast<std::size_t>(truth[i])],
                       .predicted = task.classes[static_cast<std::size_t>(test.predicted[i])],
                       .confidence = test.confidence[i]});
  return plot_samples(samples,
                      {.title = str("test samples: ", accuracy_text(test.accuracy), " right"),
                       .subtitle = "mistakes first",
                       .scale = 2});
}

}  // namespace limpid
