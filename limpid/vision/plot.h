#pragma once
// Pictures of a run: curves, sample predictions, bars. All come as RGB images on white; write them
// with write_png. Colours are Okabe and Ito's, which the colour-blind tell apart
// (https://jfly.uni-koeln.de/color/). Drawing needs cairo: a build without it throws FileError.

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "limpid/vision/axis.h"
#include "limpid/vision/image.h"

namespace limpid {

/// A line through (x[i], y[i]) in the order given. Points that are NaN, infinite or (on a log axis)
/// not positive are gaps.
struct Series {
  std::string name = {};
  std::vector<double> x = {};
  std::vector<double> y = {};  ///< as many as x
  bool dashed = false;
};

/// One pair of axes with its lines.
struct Panel {
  std::string title = {};
  std::string x_label = {};
  std::vector<Series> series = {};
  AxisKind y_kind = AxisKind::linear;
};

struct CurveOptions {
  std::string title = {};
  std::string subtitle = {};
  int64_t width = 1000;  ///< in points
  int64_t height = 450;
  double scale = 1;  ///< pixels a point; 2 for sharp screens and print
};

/// The panels side by side. A panel without a drawable point says "no data yet". ValueError when x
/// and y differ in length or there are more than 8 panels; ShapeError for impossible sizes (each
/// panel needs 150x150 points).
Image plot_curves(std::span<const Panel> panels, const CurveOptions& options = {});

/// One picture with what it is and what a model takes it for; where that is empty, only `truth`
/// stands under it, as a caption.
struct PicturedSample {
  Image image = {};
  std::string truth = {};
  std::string predicted = {};
  double confidence = std::numeric_limits<double>::quiet_NaN();  ///< 0 to 1; NaN: not shown
};

struct SampleOptions {
  std::string title = {};
  std::string subtitle = {};
  int64_t columns = 8;
  int64_t tile = 104;  ///< side of a picture, in points
  double scale = 1;
};

/// A grid of samples with true and predicted label under each. Wrong ones have a red frame, a cross
/// and words in bold; right ones a small tick. ShapeError for impossible sizes.
Image plot_samples(std::span<const PicturedSample> samples, const SampleOptions& options = {});

/// One bar a category, for instance the time of one program in each of several benchmarks.
struct BarSeries {
  std::string name = {};
  std::vector<double> values = {};  ///< one a category; NaN or infinite: BarOptions::missing
};

struct BarOptions {
  std::string title = {};
  std::string subtitle = {};
  std::string value_label = {};          ///< under the axis: "ms (less is better)"
  std::string missing = "not measured";  ///< in place of a bar without a number
  bool log = false;
  int64_t width = 900;
  double scale = 1;
};

/// Horizontal bars in groups, one group a category, each bar with its value in figures; as high as
/// it needs to be. ValueError when a series has not one value a category.
Image plot_bars(std::span<const std::string> categories, std::span<const BarSeries> series,
                const BarOptions& options = {});

}  // namespace limpid
