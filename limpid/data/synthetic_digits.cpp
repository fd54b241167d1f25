#include <algorithm>
#include <cmath>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/data/data_root.h"
#include "limpid/data/digits.h"
#include "limpid/data/draws.h"
#include "limpid/data/split.h"
#include "limpid/data/synthetic.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

constexpr std::int64_t kSmall = 8, kLargeSide = 28;
constexpr std::uint64_t kSplitSeed = 1797;  // which handwritings are for tests, whatever the seed

/// The brightness of an 8 x 8 picture between its pixels, by linear interpolation; 0 outside.
double sample_at(const float* picture, double x, double y) {
  const auto left = static_cast<std::int64_t>(std::floor(x));
  const auto top = static_cast<std::int64_t>(std::floor(y));
  double sum = 0;
  for (std::int64_t j = top; j <= top + 1; ++j)
    for (std::int64_t i = left; i <= left + 1; ++i)
      if (i >= 0 && i < kSmall && j >= 0 && j < kSmall)
        sum += static_cast<double>(picture[j * kSmall + i]) * (1 - std::abs(x - double(i))) *
               (1 - std::abs(y - double(j)));
  return sum;
}

/// Draws the small picture into the large one: two and a half times the size, turned, slanted,
/// moved.
void enlarge(const float* small, std::uint8_t* large, Draws draws) {
  const double angle = draws.between(-0.1, 0.1), slant = draws.between(-0.1, 0.1);
  const double scale = draws.between(2.3, 2.6), ink = draws.between(0.75, 1);
  const double dx = draws.between(-1, 1), dy = draws.between(-1, 1);
  const double c = std::cos(angle) / scale, s = std::sin(angle) / scale;
  constexpr double kMiddle = (kLargeSide - 1) / 2.0, kSmallMiddle = (kSmall - 1) / 2.0;
  for (std::int64_t y = 0; y < kLargeSide; ++y)
    for (std::int64_t x = 0; x < kLargeSide; ++x) {
      const double u = double(x) - kMiddle - dx, v = double(y) - kMiddle - dy;
      const double value = sample_at(small, c * u + (slant / scale + s) * v + kSmallMiddle,
                                     c * v - s * u + kSmallMiddle);
      // Interpolation blurs: the middle half of the range becomes all of it.
      const double sharp = std::clamp(2 * value - 0.5, 0.0, 1.0);
      large[y * kLargeSide + x] = to_byte(ink * sharp + (sharp > 0 ? draws.noise(0.05) : 0.0));
    }
}

/// The handwritings of one part, a list a digit.
std::vector<std::vector<std::int64_t>> handwritings(const Tensor& labels, SyntheticPart part) {
  const auto classes = labels.to_vector<std::int64_t>();
  const SplitIndices split = stratified_split(classes, 0.2, kSplitSeed);
  std::vector<std::vector<std::int64_t>> out(10);
  for (const std::int64_t i : part == SyntheticPart::train ? split.rest : split.held)
    out[static_cast<std::size_t>(classes[static_cast<std::size_t>(i)])].push_back(i);
  return out;
}

}  // namespace

std::uint8_t to_byte(double brightness) {
  return static_cast<std::uint8_t>(std::lround(255 * std::clamp(brightness, 0.0, 1.0)));
}

LabelledPixels synthetic_mnist(std::int64_t samples, std::uint64_t seed, SyntheticPart part) {
  const Digits digits = load_digits(find_own_data_file("digits/digits.csv"));
  const auto sources = handwritings(digits.labels, part);
  LabelledPixels out{empty({samples, kLargeSide, kLargeSide}, {.dtype = DType::u8}),
                     empty({samples}, {.dtype = DType::i64})};
  for (std::int64_t i = 0; i < samples; ++i) {
    Draws draws(seed, static_cast<std::uint64_t>(part), i);
    const auto& choices = sources[static_cast<std::size_t>(i % 10)];
    const auto source = choices[static_cast<std::size_t>(draws.below(std::ssize(choices)))];
    enlarge(digits.images.data<float>() + source * kSmall * kSmall,
            out.pixels.data<std::uint8_t>() + i * kLargeSide * kLargeSide, draws);
    out.labels.data<std::int64_t>()[i] = i % 10;
  }
  return out;
}

}  // namespace limpid
