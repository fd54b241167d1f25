#include "limpid/io/checksum.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <vector>

#include "limpid/core/files.h"

namespace limpid {

namespace {

/// T[i] = floor(2^32 |sin(i + 1)|) of RFC 1321.
std::array<std::uint32_t, 64> sines() {
  std::array<std::uint32_t, 64> table{};
  for (std::size_t i = 0; i < table.size(); ++i)
    table[i] = static_cast<std::uint32_t>(
        std::floor(std::fabs(std::sin(static_cast<double>(i + 1))) * 4294967296.0));
  return table;
}

constexpr int kShifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

std::array<std::uint32_t, 256> crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t c = i;
    for (int bit = 0; bit < 8; ++bit) c = (c >> 1) ^ (c & 1 ? 0xedb88320u : 0u);
    table[i] = c;
  }
  return table;
}

}  // namespace

void Md5::update(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const std::size_t at = length_ % 64, count = std::min(bytes.size(), 64 - at);
    std::memcpy(pending_.data() + at, bytes.data(), count);
    length_ += count;
    bytes = bytes.subspan(count);
    if (length_ % 64 == 0) block(pending_.data());
  }
}

std::string Md5::hex() {
  const std::uint64_t bits = length_ * 8;
  std::vector<std::byte> padding((119 - length_ % 64) % 64 + 1);
  padding[0] = std::byte{0x80};
  for (int i = 0; i < 8; ++i) padding.push_back(static_cast<std::byte>(bits >> (8 * i)));
  update(padding);
  std::string out;
  for (const std::uint32_t word : state_)
    for (int i = 0; i < 8; ++i)  // the lowest byte first, its high digit first
      out += "0123456789abcdef"[(word >> (8 * (i / 2) + (i % 2 == 0 ? 4 : 0))) & 15];
  return out;
}

void Md5::block(const std::byte* bytes) {
  static const auto table = sines();
  std::uint32_t words[16];
  for (std::size_t i = 0; i < 16; ++i) {
    words[i] = 0;
    for (std::size_t k = 0; k < 4; ++k)
      words[i] |= std::to_integer<std::uint32_t>(bytes[4 * i + k]) << (8 * k);
  }
  auto [a, b, c, d] = state_;
  for (std::uint32_t i = 0; i < 64; ++i) {
    std::uint32_t f = 0, word = 0;
    switch (i / 16) {
      case 0: f = (b & c) | (~b & d), word = i; break;
      case 1: f = (b & d) | (c & ~d), word = 5 * i + 1; break;
      case 2: f = b ^ c ^ d, word = 3 * i + 5; break;
      default: f = c ^ (b | ~d), word = 7 * i;
    }
    const std::uint32_t sum = a + f + words[word % 16] + table[i];
    a = d, d = c, c = b;
    b += std::rotl(sum, kShifts[i / 16][i % 4]);
  }
  state_[0] += a, state_[1] += b, state_[2] += c, state_[3] += d;
}

std::string md5_hex(std::span<const std::byte> bytes) {
  Md5 md5;
  md5.update(bytes);
  return md5.hex();
}

std::string md5_of_file(const std::filesystem::path& path) {
  const InputFile file(path);
  Md5 md5;
  std::vector<std::byte> piece(1 << 16);
  for (std::int64_t at = 0; at < file.size();) {
    const auto count = std::min<std::int64_t>(file.size() - at, std::ssize(piece));
    const auto part = std::span(piece).first(static_cast<std::size_t>(count));
    file.read(at, part);
    md5.update(part);
    at += count;
  }
  return md5.hex();
}

std::uint32_t crc32_of(std::span<const std::byte> bytes) {
  static const auto table = crc_table();
  std::uint32_t crc = ~0u;
  for (const std::byte b : bytes)
    crc = (crc >> 8) ^ table[(crc ^ std::to_integer<std::uint32_t>(b)) & 0xff];
  return ~crc;
}

}  // namespace limpid
