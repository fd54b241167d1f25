#include <algorithm>
#include <cmath>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/vision/canvas.h"
#include "limpid/vision/plot.h"
#include "limpid/vision/plot_style.h"

namespace limpid {

using namespace plot_style;

namespace {

constexpr double kGap = 16, kCaption = 38;

bool is_judged(const PicturedSample& sample) { return !sample.predicted.empty(); }
bool is_wrong(const PicturedSample& sample) {
  return is_judged(sample) && sample.truth != sample.predicted;
}

// A disc with a cross or a tick: the verdict for those who do not see the colour.
void draw_badge(Canvas& canvas, Point at, bool wrong) {
  const LineStyle white{.colour = {1, 1, 1}, .width = wrong ? 2.0 : 1.5};
  const double radius = wrong ? 10 : 7, r = radius * 0.4;
  canvas.disc(at, radius + 1.5, {1, 1, 1});
  canvas.disc(at, radius, wrong ? kWrong : kRight);
  if (wrong) {
    const Point down[] = {{at.x - r, at.y - r}, {at.x + r, at.y + r}};
    const Point up[] = {{at.x - r, at.y + r}, {at.x + r, at.y - r}};
    canvas.line(down, white);
    canvas.line(up, white);
  } else {
    const Point tick[] = {
        {at.x - r, at.y}, {at.x - r / 4, at.y + r * 0.8}, {at.x + r, at.y - r * 0.8}};
    canvas.line(tick, white);
  }
}

// The largest box of the picture's proportions in the middle of the tile.
Box fitted(const Image& image, const Box& tile) {
  const auto width = static_cast<double>(image.width), height = static_cast<double>(image.height);
  const double scale = std::min(tile.width / width, tile.height / height);
  const double w = width * scale, h = height * scale;
  return {tile.x + (tile.width - w) / 2, tile.y + (tile.height - h) / 2, w, h};
}

void draw_caption(Canvas& canvas, const PicturedSample& sample, const Box& tile) {
  const bool wrong = is_wrong(sample);
  const TextStyle truth{.size = 11, .colour = kSoftInk, .align = Align::centre};
  const TextStyle guess{
      .size = 11, .colour = wrong ? kWrong : kSoftInk, .bold = wrong, .align = Align::centre};
  const double middle = tile.x + tile.width / 2, room = tile.width + kGap - 4;
  const Point first{middle, tile.bottom() + 16};
  if (!is_judged(sample))
    return canvas.text(first, shortened(canvas, sample.truth, truth, room), truth);
  std::string predicted = str("predicted ", sample.predicted);
  if (std::isfinite(sample.confidence)) {
    const double percent = std::clamp(sample.confidence, 0.0, 1.0) * 100;
    predicted += str(" (", static_cast<int64_t>(std::floor(percent)), " %)");
  }
  canvas.text(first, shortened(canvas, str("true ", sample.truth), truth, room), truth);
  canvas.text({middle, tile.bottom() + 30}, shortened(canvas, predicted, guess, room), guess);
}

void draw_sample(Canvas& canvas, const PicturedSample& sample, const Box& tile) {
  const bool wrong = is_wrong(sample);
  canvas.fill(tile, {0.96, 0.965, 0.97});
  canvas.picture(fitted(sample.image, tile), sample.image);
  const double out = wrong ? 1.5 : 0.5;  // around the picture, hiding none of it
  canvas.frame({tile.x - out, tile.y - out, tile.width + 2 * out, tile.height + 2 * out},
               {.colour = wrong ? kWrong : kAxis, .width = wrong ? 3.0 : 1.0});
  if (is_judged(sample)) draw_badge(canvas, {tile.right() - 4, tile.y + 4}, wrong);
  draw_caption(canvas, sample, tile);
}

}  // namespace

Image plot_samples(std::span<const PicturedSample> samples, const SampleOptions& options) {
  if (options.columns < 1 || options.columns > 256 || options.tile < 16 || options.tile > 4096) {
    throw ShapeError(str("plot_samples: ", options.columns, " columns of ", options.tile,
                         " points; columns must be 1 to 256 and tile 16 to 4096"));
  }
  const auto count = static_cast<int64_t>(samples.size());
  const int64_t columns = std::max<int64_t>(1, std::min(options.columns, count));
  const int64_t rows = (count + columns - 1) / columns;
  const auto tile = static_cast<double>(options.tile);
  const bool heading = !options.title.empty() || !options.subtitle.empty();
  const double grid = static_cast<double>(columns) * (tile + kGap) - kGap + 2 * kMargin;
  const double width = heading ? std::max(grid, 480.0) : grid;
  const double top = kMargin + (options.title.empty() ? 0 : 22) +
                     (options.subtitle.empty() ? 0 : 18) + (heading ? 12 : 0);
  const double body = rows ? static_cast<double>(rows) * (tile + kCaption + 8) : 40;
  const auto canvas = make_canvas(width, top + body + 8, options.scale);
  draw_heading(*canvas, options.title, options.subtitle, width - 2 * kMargin);
  if (samples.empty()) {
    canvas->text({kMargin, top + 20}, "no samples", {.size = 13, .colour = kSoftInk});
  }
  for (int64_t i = 0; i < count; ++i) {
    const double x = kMargin + static_cast<double>(i % columns) * (tile + kGap);
    const double y = top + static_cast<double>(i / columns) * (tile + kCaption + 8);
    draw_sample(*canvas, samples[static_cast<std::size_t>(i)], {x, y, tile, tile});
  }
  return canvas->image();
}

}  // namespace limpid
