// PNG through libspng: every file is hostile until its last checksum has been verified.

#include <spng.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/vision/png.h"

namespace limpid {

namespace {

constexpr int64_t kMaxFileBytes = int64_t{256} << 20;
constexpr std::size_t kMaxChunkBytes = std::size_t{16} << 20;  // text, profiles and the like
constexpr std::size_t kMaxCachedBytes = std::size_t{64} << 20;
constexpr uint32_t kMaxSide = (uint32_t{1} << 31) - 1;  // the format's own limit

struct FreeSpng {
  void operator()(spng_ctx* context) const { spng_ctx_free(context); }
};
using Context = std::unique_ptr<spng_ctx, FreeSpng>;

Context make_context(int flags) {
  Context context(spng_ctx_new(flags));
  if (!context) throw std::bad_alloc();
  return context;
}

std::string explain(int error) {
  switch (error) {
    case SPNG_IO_EOF:
    case SPNG_EOF:
    case SPNG_EIDAT_TOO_SHORT: return "it is truncated";
    case SPNG_ESIGNATURE: return "not a PNG file (its first bytes are wrong)";
    case SPNG_ECHUNK_CRC: return "damaged (a chunk does not match its checksum)";
    case SPNG_EZLIB:
    case SPNG_EIDAT_STREAM:
      return str("damaged (its compressed pixels cannot be read: ", spng_strerror(error), ")");
    default: return str("damaged or invalid (", spng_strerror(error), ")");
  }
}

// libspng's results, turned into errors that name the file.
struct Checker {
  std::string_view name;
  void operator()(int error) const {
    if (error == SPNG_OK) return;
    if (error == SPNG_EMEM) throw std::bad_alloc();
    throw FileError(str("cannot read ", quote(name, 300), ": ", explain(error)));
  }
};

uint32_t big_endian(std::span<const std::byte> four) {
  uint32_t value = 0;
  for (const std::byte b : four) value = value << 8 | static_cast<uint32_t>(b);
  return value;
}

// libspng calls a file shorter than a signature truncated, whatever it holds.
void check_signature(std::span<const std::byte> bytes, const Checker& ok) {
  constexpr unsigned char kSignature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  const std::size_t there = std::min(bytes.size(), sizeof kSignature);
  if (std::memcmp(bytes.data(), kSignature, there) != 0) ok(SPNG_ESIGNATURE);
}

// A chunk is its length, type, data and checksum; the last one is IEND. libspng looks at some of
// what follows the pixels only as far as it must, so a file cut off there would pass.
void check_chunks_complete(std::span<const std::byte> bytes, const Checker& ok) {
  constexpr std::size_t kSignature = 8, kFrame = 12;
  if (bytes.size() < kSignature) ok(SPNG_IO_EOF);
  bytes = bytes.subspan(kSignature);
  while (bytes.size() >= kFrame) {
    const std::size_t length = big_endian(bytes.first(4));
    if (length > bytes.size() - kFrame) break;
    if (std::memcmp(bytes.data() + 4, "IEND", 4) == 0) return;
    bytes = bytes.subspan(kFrame + length);
  }
  ok(SPNG_IO_EOF);
}

void check_header(const spng_ihdr& header, std::string_view name) {
  if (header.width > kMaxPixels / header.height) {
    throw FileError(str("cannot read ", quote(name, 300), ": it says ", header.width, "x",
                        header.height, " pixels, and at most ", kMaxPixels >> 20,
                        " megapixels are allowed"));
  }
}

// Reads all chunks before the pixels, where the transparency is said.
int64_t count_channels(spng_ctx* context, const spng_ihdr& header, const Checker& ok) {
  spng_trns transparency;  // one transparent colour, or alpha for palette entries
  const int found = spng_get_trns(context, &transparency);
  if (found != SPNG_ECHUNKAVAIL) ok(found);
  const bool alpha = found == SPNG_OK || header.color_type == SPNG_COLOR_TYPE_GRAYSCALE_ALPHA ||
                     header.color_type == SPNG_COLOR_TYPE_TRUECOLOR_ALPHA;
  if (alpha) return 4;
  return header.color_type == SPNG_COLOR_TYPE_GRAYSCALE ? 1 : 3;
}

void decode_pixels(spng_ctx* context, int format, std::vector<uint8_t>& pixels, const Checker& ok) {
  std::size_t size = 0;
  ok(spng_decoded_image_size(context, format, &size));
  pixels.resize(size);
  ok(spng_decode_image(context, pixels.data(), size, format, SPNG_DECODE_TRNS));
}

// libspng gives grey of 16 bits only as three equal channels or as 16 bits; keep the upper byte.
void decode_grey16(spng_ctx* context, std::vector<uint8_t>& pixels, const Checker& ok) {
  decode_pixels(context, SPNG_FMT_PNG, pixels, ok);
  for (std::size_t i = 0; i < pixels.size() / 2; ++i) {
    uint16_t value;  // in the order of bytes of this machine
    std::memcpy(&value, pixels.data() + 2 * i, 2);
    pixels[i] = static_cast<uint8_t>(value >> 8);
  }
  pixels.resize(pixels.size() / 2);
}

}  // namespace

Image decode_png(std::span<const std::byte> bytes, std::string_view name) {
  const Checker ok{name};
  Context context = make_context(0);
  ok(spng_set_crc_action(context.get(), SPNG_CRC_ERROR, SPNG_CRC_ERROR));
  ok(spng_set_image_limits(context.get(), kMaxSide, kMaxSide));
  ok(spng_set_chunk_limits(context.get(), kMaxChunkBytes, kMaxCachedBytes));
  if (bytes.empty()) ok(SPNG_IO_EOF);
  check_signature(bytes, ok);
  ok(spng_set_png_buffer(context.get(), bytes.data(), bytes.size()));
  spng_ihdr header{};
  ok(spng_get_ihdr(context.get(), &header));
  check_header(header, name);
  check_chunks_complete(bytes, ok);

  Image image{header.width, header.height, count_channels(context.get(), header, ok)};
  if (image.channels == 1 && header.bit_depth == 16) {
    decode_grey16(context.get(), image.pixels, ok);
  } else {
    const int format = image.channels == 1   ? SPNG_FMT_G8
                       : image.channels == 3 ? SPNG_FMT_RGB8
                                             : SPNG_FMT_RGBA8;
    decode_pixels(context.get(), format, image.pixels, ok);
  }
  ok(spng_decode_chunks(context.get()));  // what follows the pixels, to the end mark
  check_image(image, "decode_png");
  return image;
}

Image read_png(const std::filesystem::path& path) {
  return decode_png(read_file(path, kMaxFileBytes), path.native());
}

std::vector<std::byte> encode_png(const Image& image) {
  check_image(image, "encode_png");
  Context context = make_context(SPNG_CTX_ENCODER);
  const auto ok = [](int error) {
    if (error != SPNG_OK) throw FileError(str("cannot encode PNG: ", spng_strerror(error)));
  };
  spng_ihdr header{};
  header.width = static_cast<uint32_t>(image.width);
  header.height = static_cast<uint32_t>(image.height);
  header.bit_depth = 8;
  header.color_type = image.channels == 1   ? SPNG_COLOR_TYPE_GRAYSCALE
                      : image.channels == 3 ? SPNG_COLOR_TYPE_TRUECOLOR
                                            : SPNG_COLOR_TYPE_TRUECOLOR_ALPHA;
  ok(spng_set_option(context.get(), SPNG_ENCODE_TO_BUFFER, 1));
  ok(spng_set_ihdr(context.get(), &header));
  ok(spng_encode_image(context.get(), image.pixels.data(), image.pixels.size(), SPNG_FMT_PNG,
                       SPNG_ENCODE_FINALIZE));
  std::size_t size = 0;
  int error = SPNG_OK;
  const std::unique_ptr<void, decltype(&std::free)> buffer(
      spng_get_png_buffer(context.get(), &size, &error), &std::free);
  ok(error);
  const auto* begin = static_cast<const std::byte*>(buffer.get());
  return {begin, begin + size};
}

void write_png(const std::filesystem::path& path, const Image& image) {
  write_file(path, encode_png(image));
}

}  // namespace limpid
