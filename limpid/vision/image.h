#pragma once
// An image in memory: 8 bits a channel, rows from the top, channels interleaved.

#include <cstdint>
#include <string_view>
#include <vector>

namespace limpid {

/// The most pixels an image may have anywhere in limpid (64 megapixels, 256 MiB as RGBA).
inline constexpr int64_t kMaxPixels = int64_t{64} << 20;

/// Pixel (x, y), channel c lies at pixels[(y * width + x) * channels + c]. Channels: 1 grey, 3 RGB,
/// 4 RGB and alpha (not premultiplied), all as stored in files, that is gamma-encoded sRGB.
struct Image {
  int64_t width = 0;
  int64_t height = 0;
  int64_t channels = 1;
  std::vector<uint8_t> pixels = {};

  bool operator==(const Image&) const = default;
};

/// An image of one value. ShapeError unless width and height are at least 1, together at most
/// kMaxPixels, and channels is 1, 3 or 4.
Image make_image(int64_t width, int64_t height, int64_t channels, uint8_t value = 0);

/// ShapeError, beginning with `who`, unless the sizes are possible and `pixels` has as many bytes
/// as they say.
void check_image(const Image& image, std::string_view who);

/// One channel: luma by ITU-R BT.601, Y = 0.299 R + 0.587 G + 0.114 B, rounded to nearest. Images
/// with alpha are first composited on white: C = alpha C + (1 - alpha) 255.
Image to_grey(const Image& image);

/// Three channels: grey three times, alpha composited on white as to_grey does.
Image to_rgb(const Image& image);

/// The image at another size. An axis that shrinks takes the average of the source area under each
/// new pixel (the box filter; OpenCV's INTER_AREA), one that grows is interpolated linearly between
/// pixel centres (edges repeat; PyTorch's bilinear with align_corners=False). Colours are weighted
/// by their alpha, so that what is transparent does not bleed. ShapeError for impossible sizes.
Image resize(const Image& image, int64_t width, int64_t height);

}  // namespace limpid
