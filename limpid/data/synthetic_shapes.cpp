#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "limpid/data/draws.h"
#include "limpid/data/synthetic.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

constexpr std::int64_t kShapeSide = 32, kShapeArea = kShapeSide * kShapeSide, kShapeClasses = 10;
using Colour = std::array<double, 3>;

enum class Kind { disc, square, triangle, ring, cross, level, upright, slanted, checks, dots };

/// Where a figure lies. Its own axes (u, v) are turned by `angle`; `size` is a radius or half a
/// side, and for textures the period.
struct Figure {
  Kind kind{};
  double x = 0, y = 0, size = 1, angle = 0;
};

/// How far (u, v) is from the edge of the figure, in pixels: negative inside. For textures nearly.
double distance(const Figure& f, double u, double v) {
  const double r = f.size, a = std::abs(u), b = std::abs(v);
  const auto wave = [&](double t) { return std::cos(2 * std::numbers::pi * t / r); };
  switch (f.kind) {
    case Kind::disc: return std::hypot(u, v) - r;
    case Kind::square: return std::max(a, b) - 0.85 * r;
    case Kind::triangle: return std::max(0.866 * a - v / 2, v) - r / 2;
    case Kind::ring: return std::abs(std::hypot(u, v) - 0.8 * r) - 0.2 * r;
    case Kind::cross: return std::min(std::max(a - r, b - r / 4), std::max(a - r / 4, b - r));
    case Kind::level: return wave(v) * r / 6;
    case Kind::upright: return wave(u) * r / 6;
    case Kind::slanted: return wave((u + v) * std::numbers::sqrt2 / 2) * r / 6;
    case Kind::checks: return wave(u) * wave(v) * r / 6;
    case Kind::dots:
      return std::hypot(u - r * std::round(u / r), v - r * std::round(v / r)) - 0.3 * r;
  }
  return 0;
}

Figure draw_figure(Kind kind, Draws& draws) {
  Figure f{.kind = kind, .angle = draws.between(-0.2, 0.2)};
  const bool texture = kind >= Kind::level;
  f.size = texture ? draws.between(6, 10) : draws.between(7, 12);
  const double room = texture ? kShapeSide / 2.0 : kShapeSide / 2.0 - 0.8 * f.size;
  f.x = kShapeSide / 2.0 + draws.between(-room, room);
  f.y = kShapeSide / 2.0 + draws.between(-room, room);
  return f;
}

Colour draw_colour(Draws& draws) {
  return {draws.between(0.1, 0.9), draws.between(0.1, 0.9), draws.between(0.1, 0.9)};
}

/// Another colour, that can be told from the first.
Colour draw_contrast(const Colour& first, Draws& draws) {
  while (true) {
    const Colour c = draw_colour(draws);
    if (std::hypot(c[0] - first[0], c[1] - first[1], c[2] - first[2]) > 0.45) return c;
  }
}

void paint(Kind kind, std::uint8_t* pixels, Draws draws) {
  const Figure f = draw_figure(kind, draws);
  const Colour back = draw_colour(draws), front = draw_contrast(back, draws);
  const double light_x = draws.between(-0.15, 0.15), light_y = draws.between(-0.15, 0.15);
  const double c = std::cos(f.angle), s = std::sin(f.angle);
  for (std::int64_t y = 0; y < kShapeSide; ++y)
    for (std::int64_t x = 0; x < kShapeSide; ++x) {
      const double dx = double(x) + 0.5 - f.x, dy = double(y) + 0.5 - f.y;
      const double cover = std::clamp(0.5 - distance(f, c * dx + s * dy, c * dy - s * dx), 0., 1.);
      const double light = light_x * (double(x) / 16 - 1) + light_y * (double(y) / 16 - 1);
      for (std::size_t k = 0; k < 3; ++k)
        pixels[static_cast<std::int64_t>(k) * kShapeArea + y * kShapeSide + x] =
            to_byte(back[k] + cover * (front[k] - back[k]) + light + draws.noise(0.06));
    }
}

}  // namespace

std::vector<std::string> synthetic_cifar10_classes() {
  return {"disc",  "square",  "triangle", "ring",   "cross",
          "level", "upright", "slanted",  "checks", "dots"};
}

LabelledPixels synthetic_cifar10(std::int64_t samples, std::uint64_t seed, SyntheticPart part) {
  LabelledPixels out{empty({samples, 3, kShapeSide, kShapeSide}, {.dtype = DType::u8}),
                     empty({samples}, {.dtype = DType::i64})};
  for (std::int64_t i = 0; i < samples; ++i) {
    paint(static_cast<Kind>(i % kShapeClasses),
          out.pixels.data<std::uint8_t>() + i * 3 * kShapeArea,
          Draws(seed, static_cast<std::uint64_t>(part), i));
    out.labels.data<std::int64_t>()[i] = i % kShapeClasses;
  }
  return out;
}

}  // namespace limpid
