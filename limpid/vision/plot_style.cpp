#include "limpid/vision/plot_style.h"

#include <cmath>
#include <cstdio>

#include "limpid/core/quote.h"

namespace limpid::plot_style {

std::string shortened(Canvas& canvas, std::string text, const TextStyle& style, double width) {
  text = printable(text);
  if (canvas.text_width(text, style) <= width) return text;
  while (!text.empty() && canvas.text_width(text + "…", style) > width) {
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0) == 0x80) {
      text.pop_back();  // the rest of a character of several bytes
    }
    if (!text.empty()) text.pop_back();
  }
  return text + "…";
}

double draw_heading(Canvas& canvas, const std::string& title, const std::string& subtitle,
                    double width) {
  double y = kMargin;
  if (!title.empty()) {
    const TextStyle style{.size = 17, .colour = kInk, .bold = true};
    canvas.text({kMargin, y + 14}, shortened(canvas, title, style, width), style);
    y += 22;
  }
  if (!subtitle.empty()) {
    const TextStyle style{.size = 12, .colour = kSoftInk};
    canvas.text({kMargin, y + 12}, shortened(canvas, subtitle, style, width), style);
    y += 18;
  }
  return y > kMargin ? y + 12 : kMargin;
}

std::string figure(double value) {
  char text[64];
  const double magnitude = std::abs(value);
  if (magnitude >= 100 && magnitude < 1e6) {
    std::snprintf(text, sizeof text, "%.0f", value);
  } else {
    std::snprintf(text, sizeof text, "%.3g", value);
  }
  return text;
}

}  // namespace limpid::plot_style
