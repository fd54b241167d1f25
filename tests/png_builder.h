#pragma once
// Builds PNG files for tests straight from the specification (W3C PNG, 3rd edition), with zlib's
// "stored" blocks: independent of the library that reads them, and every bit depth is possible.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

struct PngBuilder {
  uint32_t width = 1, height = 1;
  uint8_t bit_depth = 8;
  uint8_t color_type = 0;  // 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA
  bool interlaced = false;
  std::string palette = {};            // PLTE: three bytes an entry
  std::string transparency = {};       // tRNS
  std::string before_pixels = {};      // whole chunks put before IDAT
  std::vector<uint16_t> samples = {};  // row by row, one entry a sample

  static std::string big_endian(uint32_t value) {
    return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
            static_cast<char>(value >> 8), static_cast<char>(value)};
  }

  static std::string chunk(const std::string& type, const std::string& data) {
    uint32_t crc = 0xffffffffu;
    for (const char c : type + data) {
      crc ^= static_cast<uint8_t>(c);
      for (int k = 0; k < 8; ++k) crc = (crc & 1) ? 0xedb88320u ^ (crc >> 1) : crc >> 1;
    }
    return big_endian(static_cast<uint32_t>(data.size())) + type + data + big_endian(~crc);
  }

  // zlib's format with stored blocks of at most 65535 bytes.
  static std::string zlib_stored(const std::string& data) {
    std::string out = "\x78\x01";
    uint32_t a = 1, b = 0;
    for (const char c : data) {
      a = (a + static_cast<uint8_t>(c)) % 65521;
      b = (b + a) % 65521;
    }
    std::size_t done = 0;
    do {
      const std::size_t n = std::min<std::size_t>(data.size() - done, 65535);
      const auto low = static_cast<char>(n), high = static_cast<char>(n >> 8);
      out += static_cast<char>(done + n == data.size());
      out += {low, high, static_cast<char>(~low), static_cast<char>(~high)};
      out += data.substr(done, n);
      done += n;
    } while (done < data.size());
    return out + big_endian((b << 16) | a);
  }

  uint32_t channels() const {
    return color_type == 2 ? 3 : color_type == 4 ? 2 : color_type == 6 ? 4 : 1;
  }

  // Filter 0 and the packed samples of the pixels x0, x0 + dx, ... of each row y0, y0 + dy, ...
  std::string scanlines(uint32_t x0, uint32_t y0, uint32_t dx, uint32_t dy) const {
    std::string out;
    if (x0 >= width) return out;
    for (uint32_t y = y0; y < height; y += dy) {
      out += '\0';
      uint32_t buffer = 0, bits = 0;
      for (uint32_t x = x0; x < width; x += dx) {
        for (uint32_t c = 0; c < channels(); ++c) {
          buffer = (buffer << bit_depth) | samples[(y * width + x) * channels() + c];
          for (bits += bit_depth; bits >= 8; bits -= 8) {
            out += static_cast<char>(buffer >> (bits - 8));
          }
        }
      }
      if (bits) out += static_cast<char>(buffer << (8 - bits));
    }
    return out;
  }

  std::string pixel_data() const {
    if (!interlaced) return scanlines(0, 0, 1, 1);
    static constexpr std::array<std::array<uint32_t, 4>, 7> kAdam7 = {{{0, 0, 8, 8},
                                                                       {4, 0, 8, 8},
                                                                       {0, 4, 4, 8},
                                                                       {2, 0, 4, 4},
                                                                       {0, 2, 2, 4},
                                                                       {1, 0, 2, 2},
                                                                       {0, 1, 1, 2}}};
    std::string out;
    for (const auto& [x0, y0, dx, dy] : kAdam7) out += scanlines(x0, y0, dx, dy);
    return out;
  }

  std::string build() const { return build_with(zlib_stored(pixel_data())); }

  std::string build_with(const std::string& compressed) const {
    std::string header = big_endian(width) + big_endian(height);
    header += {static_cast<char>(bit_depth), static_cast<char>(color_type), 0, 0,
               static_cast<char>(interlaced)};
    std::string out = "\x89PNG\r\n\x1a\n" + chunk("IHDR", header);
    if (!palette.empty()) out += chunk("PLTE", palette);
    if (!transparency.empty()) out += chunk("tRNS", transparency);
    return out + before_pixels + chunk("IDAT", compressed) + chunk("IEND", "");
  }
};
