#include "limpid/vision/png.h"

#include <doctest/doctest.h>

#include <string>

#include "limpid/config.h"
#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "png_builder.h"
#include "scratch_folder.h"

namespace limpid::png_test {

#if LIMPID_HAS_PNG

namespace {

Image decode(const std::string& file) {
  return decode_png(std::as_bytes(std::span(file)), "test.png");
}

std::string message_of(const std::string& file) {
  try {
    decode(file);
  } catch (const FileError& error) {
    return error.what();
  }
  return "no error";
}

// A picture with some of every value, the same for a given seed.
std::vector<uint16_t> noise(std::size_t count, uint32_t below, uint32_t seed) {
  std::vector<uint16_t> out;
  for (std::size_t i = 0; i < count; ++i) {
    seed = seed * 1664525u + 1013904223u;
    out.push_back(static_cast<uint16_t>((seed >> 8) % below));
  }
  return out;
}

uint8_t to_8_bits(uint32_t sample, uint32_t bit_depth) {
  if (bit_depth == 16) return static_cast<uint8_t>(sample >> 8);
  return static_cast<uint8_t>(sample * 255 / ((1u << bit_depth) - 1));
}

}  // namespace

TEST_CASE("images of 1, 3 and 4 channels survive a round trip, through memory and a file") {
  const ScratchFolder folder;
  for (const int64_t channels : {1, 3, 4}) {
    Image image = make_image(13, 7, channels);
    for (std::size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = uint8_t(i * 89);
    CHECK(decode_png(encode_png(image), "memory") == image);
    write_png(folder / "picture.png", image);
    CHECK(read_png(folder / "picture.png") == image);
  }
  CHECK(folder.count() == 1);
  CHECK_THROWS_AS(encode_png({2, 2, 1, {0}}), ShapeError);
  CHECK_THROWS_WITH_AS(read_png(folder / "absent.png"), doctest::Contains("absent.png"), FileError);
}

TEST_CASE("every kind and depth comes out as 8 bits") {
  struct Kind {
    uint8_t color_type;
    std::vector<int> bit_depths;
    std::vector<int> output;  // which stored channel each output channel is; -1: opaque
  };
  for (const Kind& kind : std::vector<Kind>{{0, {1, 2, 4, 8, 16}, {0}},
                                            {2, {8, 16}, {0, 1, 2}},
                                            {4, {8, 16}, {0, 0, 0, 1}},
                                            {6, {8, 16}, {0, 1, 2, 3}}}) {
    for (const int depth : kind.bit_depths) {
      for (const bool interlaced : {false, true}) {
        CAPTURE(int{kind.color_type});
        CAPTURE(depth);
        CAPTURE(interlaced);
        PngBuilder png{11, 9, static_cast<uint8_t>(depth), kind.color_type, interlaced};
        const std::size_t stored = png.channels();
        png.samples = noise(99 * stored, 1u << depth, 5);
        Image expected = make_image(11, 9, static_cast<int64_t>(kind.output.size()));
        for (std::size_t i = 0; i < 99; ++i) {
          for (std::size_t c = 0; c < kind.output.size(); ++c) {
            const auto from = static_cast<std::size_t>(kind.output[c]);
            expected.pixels[i * kind.output.size() + c] =
                to_8_bits(png.samples[i * stored + from], static_cast<uint32_t>(depth));
          }
        }
        CHECK(decode(png.build()) == expected);
      }
    }
  }
}

TEST_CASE("palettes of 1 to 8 bits give their colours, with and without transparency") {
  for (const int depth : {1, 2, 4, 8}) {
    for (const bool interlaced : {false, true}) {
      for (const bool transparent : {false, true}) {
        CAPTURE(depth);
        CAPTURE(transparent);
        PngBuilder png{10, 5, static_cast<uint8_t>(depth), 3, interlaced};
        const uint32_t entries = 1u << depth;
        for (uint32_t i = 0; i < entries; ++i) {
          png.palette += {char(i), char(i * 7), char(255 - i)};
        }
        if (transparent) png.transparency = std::string(1, char(40));  // entry 0 only
        png.samples = noise(50, entries, 9);
        Image expected = make_image(10, 5, transparent ? 4 : 3);
        for (std::size_t i = 0; i < 50; ++i) {
          const uint16_t s = png.samples[i];
          uint8_t* p = expected.pixels.data() + i * static_cast<std::size_t>(expected.channels);
          p[0] = uint8_t(s);
          p[1] = uint8_t(s * 7);
          p[2] = uint8_t(255 - s);
          if (transparent) p[3] = s == 0 ? 40 : 255;
        }
        CHECK(decode(png.build()) == expected);
      }
    }
  }
}

TEST_CASE("one transparent colour becomes alpha") {
  PngBuilder grey{2, 1, 8, 0};
  grey.transparency = std::string("\0\x05", 2);
  grey.samples = {5, 6};
  CHECK(decode(grey.build()) == Image{2, 1, 4, {5, 5, 5, 0, 6, 6, 6, 255}});
  PngBuilder deep{2, 1, 16, 0};
  deep.transparency = std::string("\x12\x34", 2);
  deep.samples = {0x1234, 0x1235};
  CHECK(decode(deep.build()) == Image{2, 1, 4, {0x12, 0x12, 0x12, 0, 0x12, 0x12, 0x12, 255}});
}

TEST_CASE("a file cut off anywhere is refused, never half read") {
  for (const bool interlaced : {false, true}) {
    PngBuilder png{6, 5, 8, 2, interlaced};
    png.samples = noise(90, 256, 3);
    const std::string file = png.build();
    CHECK(decode(file).width == 6);
    for (std::size_t length = 0; length < file.size(); ++length) {
      CAPTURE(length);
      CHECK_THROWS_AS(decode(file.substr(0, length)), FileError);
    }
    CHECK(message_of("") == "cannot read 'test.png': it is truncated");
    CHECK(message_of("\x89PNG") == "cannot read 'test.png': it is truncated");
    CHECK(message_of("a note") ==
          "cannot read 'test.png': not a PNG file (its first bytes are wrong)");
    CHECK(message_of(file.substr(0, 60)) == "cannot read 'test.png': it is truncated");
  }
}

TEST_CASE("a changed byte anywhere is found") {
  PngBuilder png{6, 5, 8, 2};
  png.samples = noise(90, 256, 3);
  png.before_pixels = PngBuilder::chunk("gAMA", PngBuilder::big_endian(45455));
  const std::string file = png.build();
  for (std::size_t i = 0; i < file.size(); ++i) {
    for (const int change : {0x01, 0x80, 0xff}) {
      std::string damaged = file;
      damaged[i] = static_cast<char>(damaged[i] ^ change);
      CAPTURE(i);
      CHECK_THROWS_AS(decode(damaged), FileError);
    }
  }
  std::string damaged = file;
  damaged[18] ^= 1;  // the width
  CHECK(message_of(damaged) ==
        "cannot read 'test.png': damaged (a chunk does not match its checksum)");
  damaged = file;
  damaged[file.find("gAMA") + 5] ^= 1;
  CHECK(message_of(damaged) ==
        "cannot read 'test.png': damaged (a chunk does not match its checksum)");
  damaged = file;
  damaged[file.size() - 30] ^= 1;  // the pixels
  CHECK(message_of(damaged).starts_with("cannot read 'test.png': damaged"));
}

TEST_CASE("hostile headers cost nothing and are refused with a reason") {
  struct Case {
    uint32_t width, height;
    const char* message;
  };
  for (const Case& c : std::vector<Case>{{0x7fffffff, 0x7fffffff, "at most 64 megapixels"},
                                         {65536, 1025, "it says 65536x1025 pixels"},
                                         {0x7fffffff, 1, "at most 64 megapixels"},
                                         {0, 1, "damaged or invalid"},
                                         {1, 0, "damaged or invalid"},
                                         {0xffffffff, 1, "damaged or invalid"}}) {
    CAPTURE(c.message);
    PngBuilder png{c.width, c.height};
    CHECK(message_of(png.build_with("")).find(c.message) != std::string::npos);
  }
  CHECK(message_of("GIF89a" + std::string(60, ' ')) ==
        "cannot read 'test.png': not a PNG file (its first bytes are wrong)");
}

TEST_CASE("pixels that are fewer than the header says, or no zlib data, are refused") {
  PngBuilder png{50, 50, 8, 2};
  CHECK(message_of(png.build_with(PngBuilder::zlib_stored(std::string(100, '\0')))) != "no error");
  CHECK(message_of(png.build_with("rubbish that is not zlib")) != "no error");
  CHECK(message_of(png.build_with("")) != "no error");
}

TEST_CASE("a colour that the palette lacks is black, as in other readers") {
  PngBuilder palette{2, 1, 8, 3};
  palette.palette = "abc";
  palette.samples = {0, 9};
  CHECK(decode(palette.build()) == Image{2, 1, 3, {'a', 'b', 'c', 0, 0, 0}});
}

TEST_CASE("the name of a file cannot steer the terminal") {
  const std::byte none{};
  CHECK_THROWS_WITH_AS(decode_png({&none, 0}, "\x1b[2J.png"), doctest::Contains("'\\x1b[2J.png'"),
                       FileError);
}

#else

TEST_CASE("a build without libspng says which option is missing") {
  CHECK_THROWS_WITH_AS(read_png("a.png"), doctest::Contains("-DLIMPID_PNG=ON"), FileError);
  CHECK_THROWS_AS(write_png("a.png", make_image(1, 1, 1)), FileError);
}

#endif

}  // namespace limpid::png_test
