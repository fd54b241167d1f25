#pragma once
// Checksums of files: whether they are what was published. Neither keeps out an attacker.

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace limpid {

/// MD5 (RFC 1321) of bytes that come in pieces: the checksum that public datasets are listed with.
class Md5 {
 public:
  void update(std::span<const std::byte> bytes);
  /// 32 lower-case hexadecimal digits. Nothing may be added afterwards.
  std::string hex();

 private:
  void block(const std::byte* bytes);  // of 64 bytes

  std::array<std::uint32_t, 4> state_{0x67452301u, 0xefcdab89u, 0x98badcfeu, 0x10325476u};
  std::array<std::byte, 64> pending_{};
  std::uint64_t length_ = 0;  // in bytes; length_ % 64 of them are pending
};

std::string md5_hex(std::span<const std::byte> bytes);
/// Of a whole file, read in pieces. FileError when it cannot be read.
std::string md5_of_file(const std::filesystem::path& path);

/// CRC-32 as in zip, gzip and PNG (reflected polynomial 0xedb88320).
std::uint32_t crc32_of(std::span<const std::byte> bytes);

}  // namespace limpid
