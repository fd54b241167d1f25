// The canvas, by cairo (https://www.cairographics.org).

#include <cairo.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <numbers>
#include <string>

#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/vision/canvas.h"

// fontconfig, which cairo asks for fonts, keeps a few objects until the program ends and never
// frees them; builds with AddressSanitizer would report them as leaks of ours.
#if defined(__SANITIZE_ADDRESS__)
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig\n"; }
#endif

namespace limpid {

namespace {

struct FreeSurface {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
using Surface = std::unique_ptr<cairo_surface_t, FreeSurface>;

struct FreeCairo {
  void operator()(cairo_t* context) const { cairo_destroy(context); }
};

Surface make_surface(cairo_format_t format, int64_t width, int64_t height) {
  Surface surface(
      cairo_image_surface_create(format, static_cast<int>(width), static_cast<int>(height)));
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) throw std::bad_alloc();
  return surface;
}

// Long lines are drawn in pieces: cairo's time for one path grows faster than its length.
constexpr std::size_t kPiece = 256;

class CairoCanvas final : public Canvas {
 public:
  CairoCanvas(int64_t width, int64_t height, double scale)
      : surface_(make_surface(CAIRO_FORMAT_RGB24, width, height)),
        context_(cairo_create(surface_.get())) {
    set(Colour{1, 1, 1});
    cairo_paint(cr());
    cairo_scale(cr(), scale, scale);
    cairo_set_line_join(cr(), CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(cr(), CAIRO_LINE_CAP_ROUND);
  }

  void fill(const Box& box, Colour colour, double corner_radius) override {
    outline(box, corner_radius);
    set(colour);
    cairo_fill(cr());
  }

  void frame(const Box& box, const LineStyle& style, double corner_radius) override {
    outline(box, corner_radius);
    stroke(style);
  }

  void line(std::span<const Point> points, const LineStyle& style) override {
    if (points.size() < 2) return;
    for (std::size_t begin = 0; begin + 1 < points.size(); begin += kPiece) {
      const std::size_t end = std::min(points.size(), begin + kPiece + 1);
      for (std::size_t i = begin; i < end; ++i) cairo_line_to(cr(), points[i].x, points[i].y);
      stroke(style);
    }
  }

  void disc(Point centre, double radius, Colour colour) override {
    cairo_arc(cr(), centre.x, centre.y, radius, 0, 2 * std::numbers::pi);
    set(colour);
    cairo_fill(cr());
  }

  void text(Point at, std::string_view text, const TextStyle& style) override {
    const double width = text_width(text, style);
    cairo_save(cr());
    cairo_translate(cr(), at.x, at.y);
    if (style.upwards) cairo_rotate(cr(), -std::numbers::pi / 2);
    const double share = style.align == Align::left ? 0 : style.align == Align::centre ? 0.5 : 1;
    cairo_move_to(cr(), -share * width, 0);
    set(style.colour);
    cairo_show_text(cr(), printable(text).c_str());
    cairo_restore(cr());
    cairo_new_path(cr());
  }

  double text_width(std::string_view text, const TextStyle& style) override {
    cairo_select_font_face(cr(), "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                           style.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cr(), style.size);
    cairo_text_extents_t extents;
    cairo_text_extents(cr(), printable(text).c_str(), &extents);
    return extents.x_advance;
  }

  void picture(const Box& box, const Image& image) override {
    check_image(image, "picture");
    const Surface source = surface_of(image);
    cairo_save(cr());
    cairo_translate(cr(), box.x, box.y);
    cairo_scale(cr(), box.width / static_cast<double>(image.width),
                box.height / static_cast<double>(image.height));
    cairo_set_source_surface(cr(), source.get(), 0, 0);
    cairo_pattern_set_filter(cairo_get_source(cr()), CAIRO_FILTER_NEAREST);
    cairo_pattern_set_extend(cairo_get_source(cr()), CAIRO_EXTEND_PAD);
    cairo_rectangle(cr(), 0, 0, static_cast<double>(image.width),
                    static_cast<double>(image.height));
    cairo_fill(cr());
    cairo_restore(cr());
  }

  void clip(const Box* box) override {
    cairo_reset_clip(cr());
    if (!box) return;
    outline(*box, 0);
    cairo_clip(cr());
  }

  Image image() override {
    const cairo_status_t status = cairo_status(cr());
    if (status != CAIRO_STATUS_SUCCESS) {
      throw ValueError(str("cannot draw: ", cairo_status_to_string(status)));
    }
    cairo_surface_flush(surface_.get());
    Image out = make_image(cairo_image_surface_get_width(surface_.get()),
                           cairo_image_surface_get_height(surface_.get()), 3);
    const uint8_t* row = cairo_image_surface_get_data(surface_.get());
    uint8_t* target = out.pixels.data();
    for (int64_t y = 0; y < out.height; ++y, row += stride(surface_)) {
      const auto* source = reinterpret_cast<const uint32_t*>(row);  // 0x00rrggbb
      for (int64_t x = 0; x < out.width; ++x, target += 3) {
        target[0] = static_cast<uint8_t>(source[x] >> 16);
        target[1] = static_cast<uint8_t>(source[x] >> 8);
        target[2] = static_cast<uint8_t>(source[x]);
      }
    }
    return out;
  }

 private:
  cairo_t* cr() const { return context_.get(); }
  void set(Colour c) { cairo_set_source_rgba(cr(), c.red, c.green, c.blue, c.alpha); }
  static int64_t stride(const Surface& surface) {
    return cairo_image_surface_get_stride(surface.get());
  }

  void stroke(const LineStyle& style) {
    const double dashes[] = {4 * style.width, 3 * style.width};
    cairo_set_dash(cr(), dashes, style.dashed ? 2 : 0, 0);
    cairo_set_line_width(cr(), style.width);
    set(style.colour);
    cairo_stroke(cr());
  }

  void outline(const Box& box, double radius) {
    if (radius <= 0) {
      cairo_rectangle(cr(), box.x, box.y, box.width, box.height);
      return;
    }
    constexpr double kQuarter = std::numbers::pi / 2;
    const double r = std::min({radius, box.width / 2, box.height / 2});
    cairo_new_sub_path(cr());
    cairo_arc(cr(), box.right() - r, box.y + r, r, -kQuarter, 0);
    cairo_arc(cr(), box.right() - r, box.bottom() - r, r, 0, kQuarter);
    cairo_arc(cr(), box.x + r, box.bottom() - r, r, kQuarter, 2 * kQuarter);
    cairo_arc(cr(), box.x + r, box.y + r, r, 2 * kQuarter, 3 * kQuarter);
    cairo_close_path(cr());
  }

  // cairo wants 32 bits a pixel; transparency is put on white.
  static Surface surface_of(const Image& image) {
    Surface surface = make_surface(CAIRO_FORMAT_RGB24, image.width, image.height);
    cairo_surface_flush(surface.get());
    uint8_t* row = cairo_image_surface_get_data(surface.get());
    const uint8_t* p = image.pixels.data();
    for (int64_t y = 0; y < image.height; ++y, row += stride(surface)) {
      auto* target = reinterpret_cast<uint32_t*>(row);
      for (int64_t x = 0; x < image.width; ++x, p += image.channels) target[x] = packed(p, image);
    }
    cairo_surface_mark_dirty(surface.get());
    return surface;
  }

  static uint32_t packed(const uint8_t* p, const Image& image) {
    uint32_t value = 0;
    const uint32_t alpha = image.channels == 4 ? p[3] : 255;
    for (int c = 0; c < 3; ++c) {
      const uint32_t colour = p[image.channels == 1 ? 0 : c];
      value = value << 8 | (colour * alpha + 255 * (255 - alpha)) / 255;
    }
    return value;
  }

  Surface surface_;
  std::unique_ptr<cairo_t, FreeCairo> context_;
};

}  // namespace

std::unique_ptr<Canvas> make_canvas(double width, double height, double scale) {
  constexpr double kMaxSide = 32767;  // cairo's own limit
  const double w = std::ceil(width * scale), h = std::ceil(height * scale);
  if (!(w >= 1 && h >= 1 && w <= kMaxSide && h <= kMaxSide &&
        w * h <= static_cast<double>(kMaxPixels))) {
    throw ShapeError(str("a picture of ", width, "x", height, " at scale ", scale,
                         " cannot be drawn: both sides must be from 1 to ", kMaxSide,
                         " pixels and the whole at most 64 megapixels"));
  }
  return std::make_unique<CairoCanvas>(static_cast<int64_t>(w), static_cast<int64_t>(h), scale);
}

}  // namespace limpid
