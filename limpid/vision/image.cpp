#include "limpid/vision/image.h"

#include <algorithm>
#include <cmath>

#include "limpid/config.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/vision/png.h"

namespace limpid {

namespace {

void check_sizes(int64_t width, int64_t height, int64_t channels, std::string_view who) {
  if (width < 1 || height < 1) {
    throw ShapeError(str(who, ": an image of ", width, "x", height, " has no pixels"));
  }
  if (width > kMaxPixels / height) {
    throw ShapeError(str(who, ": an image of ", width, "x", height, " has more than ",
                         kMaxPixels >> 20, " megapixels"));
  }
  if (channels != 1 && channels != 3 && channels != 4) {
    throw ShapeError(
        str(who, ": ", channels, " channels; it must be 1 (grey), 3 (RGB) or 4 (RGBA)"));
  }
}

uint8_t rounded(float value) {
  return static_cast<uint8_t>(std::clamp(std::lround(value), 0L, 255L));
}

// What the new pixels take along one axis: pixel i takes weights[begin[i] + k] of the source pixel
// first[i] + k, for all k below begin[i + 1] - begin[i].
struct Taps {
  std::vector<int64_t> first = {};
  std::vector<std::size_t> begin = {0};
  std::vector<float> weights = {};
};

// The share of each source pixel under [i, i + 1) * (from / to).
Taps area_taps(int64_t from, int64_t to) {
  Taps taps;
  const double scale = static_cast<double>(from) / static_cast<double>(to);
  for (int64_t i = 0; i < to; ++i) {
    const double begin = static_cast<double>(i) * scale, end = begin + scale;
    int64_t k = std::min(static_cast<int64_t>(begin), from - 1);
    taps.first.push_back(k);
    for (; k < from && static_cast<double>(k) < end; ++k) {
      const double left = std::max(begin, static_cast<double>(k));
      const double right = std::min(end, static_cast<double>(k + 1));
      taps.weights.push_back(static_cast<float>(std::max(0.0, right - left) / scale));
    }
    taps.begin.push_back(taps.weights.size());
  }
  return taps;
}

// Linear between the two source pixels whose centres enclose the new centre.
Taps linear_taps(int64_t from, int64_t to) {
  Taps taps;
  const double scale = static_cast<double>(from) / static_cast<double>(to);
  for (int64_t i = 0; i < to; ++i) {
    const double centre = (static_cast<double>(i) + 0.5) * scale - 0.5;
    const double inside = std::clamp(centre, 0.0, static_cast<double>(from - 1));
    const int64_t first = std::min(static_cast<int64_t>(inside), std::max<int64_t>(from - 2, 0));
    const auto t = static_cast<float>(inside - static_cast<double>(first));
    taps.first.push_back(first);
    taps.weights.push_back(1 - t);
    if (from > 1) taps.weights.push_back(t);
    taps.begin.push_back(taps.weights.size());
  }
  return taps;
}

// An array seen as [outer, axis, inner], with `from` entries along the axis brought to `to`.
std::vector<float> resample(const std::vector<float>& in, int64_t outer, int64_t from, int64_t to,
                            int64_t inner) {
  if (from == to) return in;
  const Taps taps = to < from ? area_taps(from, to) : linear_taps(from, to);
  std::vector<float> out(static_cast<std::size_t>(outer * to * inner), 0.0f);
  float* target = out.data();
  for (int64_t o = 0; o < outer; ++o) {
    for (std::size_t i = 0; i < taps.first.size(); ++i, target += inner) {
      const float* source = in.data() + (o * from + taps.first[i]) * inner;
      for (std::size_t t = taps.begin[i]; t < taps.begin[i + 1]; ++t, source += inner) {
        for (int64_t k = 0; k < inner; ++k) target[k] += taps.weights[t] * source[k];
      }
    }
  }
  return out;
}

// Bytes as floats, colours multiplied by alpha / 255.
std::vector<float> premultiplied(const Image& image) {
  std::vector<float> out(image.pixels.begin(), image.pixels.end());
  if (image.channels != 4) return out;
  for (std::size_t i = 0; i < out.size(); i += 4) {
    for (std::size_t c = 0; c < 3; ++c) out[i + c] *= out[i + 3] / 255.0f;
  }
  return out;
}

void divide_by_alpha(std::vector<float>& pixels) {
  for (std::size_t i = 0; i < pixels.size(); i += 4) {
    const float alpha = pixels[i + 3];
    for (std::size_t c = 0; c < 3; ++c) pixels[i + c] *= alpha > 0 ? 255.0f / alpha : 0.0f;
  }
}

}  // namespace

Image make_image(int64_t width, int64_t height, int64_t channels, uint8_t value) {
  check_sizes(width, height, channels, "make_image");
  const auto size = static_cast<std::size_t>(width * height * channels);
  return {width, height, channels, std::vector<uint8_t>(size, value)};
}

void check_image(const Image& image, std::string_view who) {
  check_sizes(image.width, image.height, image.channels, who);
  const int64_t expected = image.width * image.height * image.channels;
  if (static_cast<int64_t>(image.pixels.size()) != expected) {
    throw ShapeError(str(who, ": an image of ", image.width, "x", image.height, " with ",
                         image.channels, " channels needs ", expected, " bytes but has ",
                         image.pixels.size()));
  }
}

Image to_grey(const Image& image) {
  check_image(image, "to_grey");
  if (image.channels == 1) return image;
  Image grey = make_image(image.width, image.height, 1);
  const auto channels = static_cast<std::size_t>(image.channels);
  for (std::size_t i = 0; i < grey.pixels.size(); ++i) {
    const uint8_t* p = image.pixels.data() + i * channels;
    const float luma = 0.299f * p[0] + 0.587f * p[1] + 0.114f * p[2];
    const float alpha = channels == 4 ? p[3] / 255.0f : 1.0f;
    grey.pixels[i] = rounded(alpha * luma + (1 - alpha) * 255.0f);
  }
  return grey;
}

Image to_rgb(const Image& image) {
  check_image(image, "to_rgb");
  if (image.channels == 3) return image;
  Image out = make_image(image.width, image.height, 3);
  const std::size_t pixels = out.pixels.size() / 3;
  for (std::size_t i = 0; i < pixels; ++i)
    for (std::size_t c = 0; c < 3; ++c) {
      std::uint8_t& to = out.pixels[3 * i + c];
      if (image.channels == 1) {
        to = image.pixels[i];
        continue;
      }
      const int alpha = image.pixels[4 * i + 3];
      const int value = image.pixels[4 * i + c] * alpha + 255 * (255 - alpha);
      to = static_cast<std::uint8_t>((value + 127) / 255);
    }
  return out;
}

Image resize(const Image& image, int64_t width, int64_t height) {
  check_image(image, "resize");
  check_sizes(width, height, image.channels, "resize");
  const int64_t c = image.channels;
  std::vector<float> data = premultiplied(image);
  // The order that keeps the array between the two passes small (never beyond both images).
  if (width * image.height <= image.width * height) {
    data = resample(data, image.height, image.width, width, c);
    data = resample(data, 1, image.height, height, width * c);
  } else {
    data = resample(data, 1, image.height, height, image.width * c);
    data = resample(data, height, image.width, width, c);
  }
  if (c == 4) divide_by_alpha(data);
  Image out{width, height, c, std::vector<uint8_t>(data.size())};
  std::transform(data.begin(), data.end(), out.pixels.begin(), rounded);
  return out;
}

#if !LIMPID_HAS_PNG
namespace {
[[noreturn]] void no_png(std::string_view name) {
  throw FileError(str(name, ": this build of limpid cannot read or write PNG; configure it with ",
                      "-DLIMPID_PNG=ON and libspng (Debian: libspng-dev)"));
}
}  // namespace

Image read_png(const std::filesystem::path& path) { no_png(path.native()); }
Image decode_png(std::span<const std::byte>, std::string_view name) { no_png(name); }
std::vector<std::byte> encode_png(const Image&) { no_png("encode_png"); }
void write_png(const std::filesystem::path& path, const Image&) { no_png(path.native()); }
#endif

}  // namespace limpid
