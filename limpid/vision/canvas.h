#pragma once
// What plots draw on. Coordinates are in points from the top left corner; `scale` pixels a point.

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "limpid/vision/image.h"

namespace limpid {

/// Red, green, blue and opacity, each from 0 to 1.
struct Colour {
  double red = 0;
  double green = 0;
  double blue = 0;
  double alpha = 1;
};

struct Point {
  double x = 0;
  double y = 0;
};

struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
  double right() const { return x + width; }
  double bottom() const { return y + height; }
};

enum class Align { left, centre, right };

struct TextStyle {
  double size = 12;
  Colour colour = {};
  bool bold = false;
  Align align = Align::left;
  bool upwards = false;  ///< turned by a quarter, read from below
};

struct LineStyle {
  Colour colour = {};
  double width = 1;
  bool dashed = false;
};

/// A sheet to draw on, in order: later things cover earlier ones.
class Canvas {
 public:
  virtual ~Canvas() = default;
  virtual void fill(const Box& box, Colour colour, double corner_radius = 0) = 0;
  virtual void frame(const Box& box, const LineStyle& style, double corner_radius = 0) = 0;
  virtual void line(std::span<const Point> points, const LineStyle& style) = 0;
  virtual void disc(Point centre, double radius, Colour colour) = 0;
  /// `at` is on the base line. The text may come from outside: it is made printable.
  virtual void text(Point at, std::string_view text, const TextStyle& style) = 0;
  virtual double text_width(std::string_view text, const TextStyle& style) = 0;
  /// Fills the box with the picture; its pixels stay squares.
  virtual void picture(const Box& box, const Image& image) = 0;
  /// Until the next call nothing is drawn outside `box`; nullptr: everywhere.
  virtual void clip(const Box* box) = 0;
  /// What has been drawn, as RGB.
  virtual Image image() = 0;
};

/// A white canvas. ShapeError for impossible sizes (an image of at most 64 megapixels), FileError
/// in a build without cairo.
std::unique_ptr<Canvas> make_canvas(double width, double height, double scale);

}  // namespace limpid
