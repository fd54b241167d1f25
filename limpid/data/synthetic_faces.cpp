#include <algorithm>
#include <cmath>

#include "limpid/data/draws.h"
#include "limpid/data/synthetic.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

constexpr std::int64_t kPeople = 40, kViews = 10, kMadeFaceSide = 64,
                       kMadeFaceArea = kMadeFaceSide * kMadeFaceSide;
constexpr std::uint64_t kPersonPart = 2, kViewPart = 3;

/// What stays the same of someone. Lengths are in pixels from the middle of the face, y downwards.
struct Person {
  double width, height, skin, hair, hair_line;
  double eye_distance, eye_y, eye_width, eye_height, eye_tone;
  double brow_y, brow_tilt, brow_weight;
  double nose_length, nose_width;
  double mouth_y, mouth_width, lips;
  double beard;  ///< how dark; 0: none
  bool glasses;
};

/// What differs from picture to picture.
struct View {
  double x, y, scale, angle, turn, smile, open, light_x, light_y;
};

Person draw_person(Draws draws) {
  const auto d = [&](double low, double high) { return draws.between(low, high); };
  Person p{};
  p.width = d(16, 22), p.height = d(22, 28), p.skin = d(0.5, 0.85), p.hair = d(0.05, 0.45);
  p.hair_line = d(-20, -9);
  p.eye_distance = d(6.5, 10), p.eye_y = d(-7, -2), p.eye_width = d(2.8, 4.6);
  p.eye_height = d(1.3, 2.6), p.eye_tone = d(0.05, 0.3);
  p.brow_y = d(4, 6.5), p.brow_tilt = d(-0.25, 0.25), p.brow_weight = d(0.6, 1.6);
  p.nose_length = d(7, 13), p.nose_width = d(1.8, 4.2);
  p.mouth_y = d(11, 16), p.mouth_width = d(5, 10), p.lips = d(1, 2.6);
  p.beard = draws.chance(0.3) ? d(0.2, 0.5) : 0;
  p.glasses = draws.chance(0.25);
  return p;
}

View draw_view(Draws& draws) {
  const auto d = [&](double low, double high) { return draws.between(low, high); };
  View v{};
  v.x = d(-1, 1), v.y = d(-1, 1), v.scale = d(0.97, 1.03), v.angle = d(-0.05, 0.05);
  v.turn = d(-1.5, 1.5), v.smile = d(-1, 2), v.open = d(0, 1.5);
  v.light_x = d(-0.12, 0.12), v.light_y = d(-0.08, 0.08);
  return v;
}

/// The brightness of a point, painted over part by part. (u, v) are the face's own axes.
class Painter {
 public:
  Painter(double u, double v, double tone) : u_(u), v_(v), tone_(tone) {}
  /// An oval around (x, y) with half axes a and b, its edge softened over about a pixel.
  double cover(double x, double y, double a, double b) const {
    const double r = std::hypot((u_ - x) / a, (v_ - y) / b);
    return std::clamp(0.5 + (1 - r) * std::min(a, b), 0.0, 1.0);
  }
  void oval(double x, double y, double a, double b, double tone, double share = 1) {
    blend(tone, share * cover(x, y, a, b));
  }
  void blend(double tone, double share) { tone_ += share * (tone - tone_); }
  double tone() const { return tone_; }
  double u() const { return u_; }
  double v() const { return v_; }

 private:
  double u_, v_, tone_;
};

void paint_eyes(Painter& at, const Person& p, const View& view) {
  for (const double side : {-1.0, 1.0}) {
    const double x = side * p.eye_distance + view.turn, y = p.eye_y;
    if (p.glasses) {
      at.oval(x, y, p.eye_width + 2.6, p.eye_height + 3.4, 0.1);
      at.oval(x, y, p.eye_width + 1.6, p.eye_height + 2.4, p.skin + 0.05);
    }
    at.oval(x, y, p.eye_width, p.eye_height, 0.92);
    at.oval(x + view.turn / 4, y, p.eye_height, p.eye_height, p.eye_tone);
    const double slope = p.brow_tilt * side * (at.u() - x);
    at.oval(x, y - p.brow_y + slope, p.eye_width + 1.2, p.brow_weight, p.hair);
  }
}

double paint_face(double u, double v, const Person& p, const View& view, double background) {
  Painter at(u, v, background);
  at.oval(0, -3, p.width + 3, p.height + 2, p.hair);  // hair, behind the face
  const double face = at.cover(0, 0, p.width, p.height);
  at.blend(p.skin, v > p.hair_line ? face : face * std::clamp(1 + v - p.hair_line, 0.0, 1.0));
  if (p.beard > 0) at.blend(p.hair, p.beard * face * std::clamp((v - p.mouth_y + 5) / 3, 0.0, 1.0));
  paint_eyes(at, p, view);
  at.oval(1.5 * view.turn, p.eye_y + p.nose_length, p.nose_width, 1.6, p.skin - 0.25);
  at.oval(1.3 * view.turn + p.nose_width / 2, p.eye_y + p.nose_length / 2, 0.8, p.nose_length / 2,
          p.skin - 0.15);
  const double bend =
      view.smile * (u - view.turn) * (u - view.turn) / (p.mouth_width * p.mouth_width);
  at.oval(view.turn, p.mouth_y - bend, p.mouth_width, p.lips + view.open, p.skin - 0.3);
  at.oval(view.turn, p.mouth_y - bend, p.mouth_width - 1, 0.4 + view.open / 2, 0.12);
  return at.tone();
}

void paint_view(const Person& p, float* pixels, Draws draws) {
  const View view = draw_view(draws);
  const double background = draws.between(0.25, 0.6);
  const double c = std::cos(view.angle) / view.scale, s = std::sin(view.angle) / view.scale;
  for (std::int64_t y = 0; y < kMadeFaceSide; ++y)
    for (std::int64_t x = 0; x < kMadeFaceSide; ++x) {
      const double dx = double(x) - 31.5 - view.x, dy = double(y) - 33.5 - view.y;
      const double tone = paint_face(c * dx + s * dy, c * dy - s * dx, p, view, background);
      const double light = view.light_x * dx / 32 + view.light_y * dy / 32;
      pixels[y * kMadeFaceSide + x] =
          static_cast<float>(std::clamp(tone + light + draws.noise(0.02), 0.0, 1.0));
    }
}

}  // namespace

Olivetti synthetic_olivetti(std::uint64_t seed) {
  Olivetti out{empty({kPeople * kViews, 1, kMadeFaceSide, kMadeFaceSide}),
               empty({kPeople * kViews}, {.dtype = DType::i64})};
  for (std::int64_t person = 0; person < kPeople; ++person)
    for (std::int64_t i = person * kViews; i < (person + 1) * kViews; ++i) {
      paint_view(draw_person(Draws(seed, kPersonPart, person)),
                 out.images.data<float>() + i * kMadeFaceArea, Draws(seed, kViewPart, i));
      out.labels.data<std::int64_t>()[i] = person;
    }
  return out;
}

}  // namespace limpid
