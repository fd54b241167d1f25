#include "limpid/vision/plot.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "limpid/config.h"
#include "limpid/core/error.h"

namespace limpid::plot_test {

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();
using Labels = std::vector<std::string>;

}  // namespace

TEST_CASE("ticks are round numbers with just the digits they need") {
  CHECK(make_axis({0, 1}, AxisKind::linear, 0, 5).labels ==
        Labels{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"});
  CHECK(make_axis({0, 50}, AxisKind::integer, 0, 5).labels ==
        Labels{"0", "10", "20", "30", "40", "50"});
  CHECK(make_axis({1, 3}, AxisKind::integer, 0, 10).labels == Labels{"1", "2", "3"});
  CHECK(make_axis({0.9, 1}, AxisKind::percent, 0, 5).labels ==
        Labels{"90 %", "92 %", "94 %", "96 %", "98 %", "100 %"});
  CHECK(make_axis({-0.3, 0.3}, AxisKind::linear, 0, 3).labels == Labels{"-0.2", "0.0", "0.2"});
  CHECK(make_axis({0.01, 100}, AxisKind::log, 0, 5).labels ==
        Labels{"0.01", "0.1", "1", "10", "100"});
  CHECK(make_axis({1, 10}, AxisKind::log, 0, 5).labels == Labels{"1", "2", "5", "10"});
  CHECK(make_axis({0, 3e9}, AxisKind::linear, 0, 3).labels ==
        Labels{"0", "1e+09", "2e+09", "3e+09"});
}

TEST_CASE("places go from 0 to 1, and equal or extreme ends still make an axis") {
  const Axis axis = make_axis({10, 20}, AxisKind::linear, 0, 5);
  CHECK(axis.place(10) == 0);
  CHECK(axis.place(15) == 0.5);
  CHECK(axis.place(20) == 1);
  CHECK(make_axis({1, 100}, AxisKind::log, 0, 5).place(10) == doctest::Approx(0.5));
  for (const AxisKind kind :
       {AxisKind::linear, AxisKind::integer, AxisKind::percent, AxisKind::log}) {
    for (const Range range : {Range{0, 0},
                              {5, 5},
                              {-3, -3},
                              {1e200, 1e200},
                              {-1e200, 1e200},
                              {1e-200, 1e200},
                              {1e-200, 2e-200},
                              {1, 1 + 1e-15},
                              {7, 3}}) {
      if (kind == AxisKind::log && range.low <= 0) continue;
      const Axis odd = make_axis(range, kind, 0.05, 6);
      CAPTURE(range.low);
      CAPTURE(range.high);
      CHECK(odd.low < odd.high);
      CHECK(odd.ticks.size() <= 40);
      CHECK(odd.labels.size() == odd.ticks.size());
      CHECK(std::isfinite(odd.place(range.low)));
      CHECK(std::is_sorted(odd.ticks.begin(), odd.ticks.end()));
    }
  }
}

TEST_CASE("ranges ignore what cannot be drawn") {
  const std::vector<double> values = {kNan, 3, -kInf, -1, kInf, 1e308};
  CHECK(range_of(values, AxisKind::linear).low == -1);
  CHECK(range_of(values, AxisKind::linear).high == 3);
  CHECK(range_of(values, AxisKind::log).low == 3);
  CHECK(range_of(std::vector<double>{kNan}, AxisKind::linear).high == 1);
}

#if LIMPID_HAS_CAIRO

namespace {

bool is_near(const Image& image, std::size_t i, int red, int green, int blue) {
  const auto near = [&](std::size_t c, int value) {
    return std::abs(int{image.pixels[i + c]} - value) < 12;
  };
  return near(0, red) && near(1, green) && near(2, blue);
}

int64_t count_near(const Image& image, int red, int green, int blue) {
  int64_t count = 0;
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
    count += is_near(image, i, red, green, blue);
  }
  return count;
}

int64_t blue_pixels(const Image& image) { return count_near(image, 0, 114, 178); }
int64_t orange_pixels(const Image& image) { return count_near(image, 213, 94, 0); }
int64_t red_pixels(const Image& image) { return count_near(image, 204, 20, 26); }

Panel panel_of(std::vector<double> y) {
  Panel panel{.title = "Loss", .x_label = "epoch", .series = {{.name = "train"}}};
  for (std::size_t i = 0; i < y.size(); ++i) {
    panel.series[0].x.push_back(static_cast<double>(i + 1));
  }
  panel.series[0].y = std::move(y);
  return panel;
}

// Columns of the plot, right of x, where the first series' line is seen.
int64_t columns_with_line(const Image& image) {
  int64_t count = 0;
  for (int64_t x = 0; x < image.width; ++x) {
    for (int64_t y = 60; y < image.height; ++y) {
      if (is_near(image, static_cast<std::size_t>((y * image.width + x) * 3), 0, 114, 178)) {
        ++count;
        break;
      }
    }
  }
  return count;
}

}  // namespace

TEST_CASE("curves have the size asked for and show their lines") {
  const Panel panels[] = {panel_of({3, 2, 1}), panel_of({0.1, 0.5, 0.9})};
  const Image image = plot_curves(panels, {.title = "A run"});
  CHECK(image.width == 1000);
  CHECK(image.height == 450);
  CHECK(image.channels == 3);
  CHECK(columns_with_line(image) > 800);
  const Image sharp = plot_curves(panels, {.scale = 2});
  CHECK(sharp.width == 2000);
  CHECK(sharp.height == 900);
}

TEST_CASE("points without a place are gaps: the rest of the line stays as it was") {
  const Image whole = plot_curves({{panel_of(std::vector<double>(100, 1.0))}});
  std::vector<double> y(100, 1.0);
  std::fill(y.begin() + 20, y.begin() + 80, kNan);
  y[30] = kInf, y[40] = -kInf, y[50] = 1e250;
  const Image gap = plot_curves({{panel_of(y)}});
  CHECK(columns_with_line(whole) > 850);
  CHECK(columns_with_line(gap) < columns_with_line(whole) * 45 / 100);
  CHECK(columns_with_line(gap) > columns_with_line(whole) * 35 / 100);
  // A value between two gaps is a dot, not nothing.
  std::vector<double> lonely(100, kNan);
  lonely[50] = 1;
  CHECK(columns_with_line(plot_curves({{panel_of(lonely)}})) >= 4);
}

TEST_CASE("a plot of nothing is a plot") {
  const Image none = plot_curves({});
  CHECK(none.width == 1000);
  CHECK(blue_pixels(plot_curves({{Panel{}}})) == 0);
  const Image gaps = plot_curves({{panel_of({kNan, kInf})}});
  CHECK(columns_with_line(gaps) == 0);
  Panel log = panel_of({-1, 0});
  log.y_kind = AxisKind::log;
  CHECK(columns_with_line(plot_curves({{log}})) == 0);
}

TEST_CASE("hostile text and many points do no harm") {
  Panel panel = panel_of(std::vector<double>(50000, 0.0));
  for (std::size_t i = 0; i < 50000; ++i) panel.series[0].y[i] = std::sin(double(i) * 0.001);
  panel.title = "\xff\xfe\x1b[2J" + std::string(10000, 'x');
  panel.series[0].name = std::string("nul\0\xf0\x9f", 6) + std::string(1000, 'y');
  const Image image = plot_curves({{panel}}, {.title = std::string(100, '\xc3')});
  CHECK(columns_with_line(image) > 800);  // cairo stops drawing after text that is no UTF-8
}

TEST_CASE("what cannot be plotted is said") {
  Panel uneven = panel_of({1, 2, 3});
  uneven.series[0].x.pop_back();
  CHECK_THROWS_WITH_AS(plot_curves({{uneven}}), "plot_curves: series 'train' has 2 x but 3 y",
                       ValueError);
  CHECK_THROWS_WITH_AS(plot_curves({{panel_of({1})}}, {.width = 150}),
                       doctest::Contains("too small"), ShapeError);
  CHECK_THROWS_AS(plot_curves({}, {.width = 0}), ShapeError);
  CHECK_THROWS_AS(plot_curves({}, {.width = int64_t{1} << 62}), ShapeError);
  CHECK_THROWS_AS(plot_curves({}, {.scale = kNan}), ShapeError);
  CHECK_THROWS_WITH_AS(plot_curves(std::vector<Panel>(9)), doctest::Contains("at most 8"),
                       ValueError);
}

TEST_CASE("wrong samples are red and crossed, right ones are not") {
  const Image picture = make_image(8, 8, 1, 128);
  std::vector<PicturedSample> samples(10, PicturedSample{picture, "3", "3", 0.9});
  const Image right = plot_samples(samples, {.title = "digits"});
  CHECK(red_pixels(right) == 0);
  samples[4].predicted = "8";
  const Image one = plot_samples(samples, {.title = "digits"});
  samples[5].predicted = "8";
  const Image two = plot_samples(samples, {.title = "digits"});
  CHECK(red_pixels(one) > 1000);
  CHECK(red_pixels(two) > red_pixels(one) * 18 / 10);
  CHECK(two.width == right.width);
  CHECK(count_near(right, 128, 128, 128) > 10 * 100 * 90);
}

TEST_CASE("sample grids take any number, size and kind of image") {
  CHECK(plot_samples({}, {.title = "none"}).width >= 480);
  std::vector<PicturedSample> samples = {
      {make_image(1, 200, 3, 9), "a", "b", kNan},
      {make_image(300, 2, 4, 9), std::string(500, 'w'), "\xff", 7.0},
      {make_image(1, 1, 1), "", "", -1}};
  CHECK(plot_samples(samples, {.columns = 2}).height > 250);
  CHECK_THROWS_AS(plot_samples(samples, {.columns = 0}), ShapeError);
  CHECK_THROWS_AS(plot_samples(samples, {.tile = 0}), ShapeError);
  CHECK_THROWS_AS(plot_samples(std::vector<PicturedSample>(1)), ShapeError);  // an image of 0x0
}

TEST_CASE("bars are as long as their values") {
  const std::vector<std::string> names = {"one", "two"};
  const auto blue_of = [&](double value) {
    const std::vector<BarSeries> series = {{"limpid", {value, 4}}, {"peer", {8, 8}}};
    return blue_pixels(plot_bars(names, series));
  };
  const double base = static_cast<double>(blue_of(0));
  const double one = static_cast<double>(blue_of(4)) - base;
  const double two = static_cast<double>(blue_of(8)) - base;
  CHECK(one > 1000);
  CHECK(two / one == doctest::Approx(2).epsilon(0.03));
}

TEST_CASE("bars without values, negative or on a log axis do not break") {
  const std::vector<std::string> names = {"one", "two", "three"};
  CHECK(plot_bars({}, {}).width == 900);
  CHECK(plot_bars(names, {}).width == 900);
  const std::vector<BarSeries> series = {{"s", {kNan, -5, 3}}, {"t", {kInf, 1e-9, 1e9}}};
  CHECK(orange_pixels(plot_bars(names, series)) > 100);
  CHECK(orange_pixels(plot_bars(names, series, {.log = true})) > 1000);
  const std::vector<BarSeries> uneven = {{"s", {1}}};
  CHECK_THROWS_WITH_AS(plot_bars(names, uneven),
                       "plot_bars: series 's' has 1 values for 3 categories", ValueError);
  CHECK_THROWS_AS(plot_bars(names, series, {.width = 10}), ShapeError);
}

#else

TEST_CASE("a build without cairo says which option is missing") {
  CHECK_THROWS_WITH_AS(plot_curves({}), doctest::Contains("-DLIMPID_CAIRO=ON"), FileError);
}

#endif

TEST_CASE("a sample that nobody judged has its caption and no mark") {
  const Image dot = make_image(4, 4, 1, 0);
  const PicturedSample judged{.image = dot, .truth = "a", .predicted = "a"};
  const PicturedSample plain{.image = dot, .truth = "a"};
  const Image with = plot_samples({&judged, 1}), without = plot_samples({&plain, 1});
  CHECK(with.width == without.width);
  CHECK(with.pixels != without.pixels);
  const auto is_green = [](const Image& image) {  // the tick's disc
    for (std::size_t i = 0; i + 2 < image.pixels.size(); i += 3)
      if (image.pixels[i + 1] > image.pixels[i] + 60) return true;
    return false;
  };
  CHECK(is_green(with));
  CHECK_FALSE(is_green(without));
}

}  // namespace limpid::plot_test
