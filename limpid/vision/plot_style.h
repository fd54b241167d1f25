#pragma once
// What all plots share: colours, sizes, the heading.

#include <array>
#include <string>

#include "limpid/vision/canvas.h"

namespace limpid::plot_style {

inline constexpr Colour kInk{0.11, 0.14, 0.18};
inline constexpr Colour kSoftInk{0.36, 0.41, 0.47};
inline constexpr Colour kGrid{0.90, 0.91, 0.93};
inline constexpr Colour kAxis{0.62, 0.66, 0.70};
inline constexpr Colour kWrong{0.80, 0.08, 0.10};
inline constexpr Colour kRight{0.00, 0.48, 0.35};

/// Okabe and Ito's palette, darkest first, without black and yellow.
inline constexpr std::array<Colour, 6> kSeries = {{{0.000, 0.447, 0.698},
                                                   {0.835, 0.369, 0.000},
                                                   {0.000, 0.620, 0.451},
                                                   {0.800, 0.475, 0.655},
                                                   {0.902, 0.624, 0.000},
                                                   {0.337, 0.706, 0.914}}};

inline constexpr double kMargin = 20;

/// Title and subtitle at the top left, shortened to `width`. Returns the height they take.
double draw_heading(Canvas& canvas, const std::string& title, const std::string& subtitle,
                    double width);

/// `text` cut to at most `width` points, with an ellipsis where something is missing.
std::string shortened(Canvas& canvas, std::string text, const TextStyle& style, double width);

/// A figure with about three digits: "0.0123", "12.3", "1235".
std::string figure(double value);

}  // namespace limpid::plot_style
