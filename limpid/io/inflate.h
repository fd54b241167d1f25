#pragma once
// Decompression, through zlib. A build without it (CMake option LIMPID_ZLIB=OFF) throws FileError.
// Whoever decompresses says how many bytes must come out, so that a few bytes of a hostile file
// never become many in memory.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace limpid {

/// How the compressed bytes are wrapped: as a .gz file (RFC 1952, several members one behind the
/// other are allowed), or not at all (RFC 1951, as inside of a zip file).
enum class Deflate { gzip, raw };

/// The version of zlib, "1.2.13"; empty in a build that cannot decompress.
std::string inflate_version();

/// Whether the bytes begin as a .gz file does.
inline bool is_gzip(std::span<const std::byte> bytes) {
  return bytes.size() >= 2 && bytes[0] == std::byte{0x1f} && bytes[1] == std::byte{0x8b};
}

/// The first `count` bytes of what was compressed; fewer when there are no more.
std::vector<std::byte> inflate_start(std::span<const std::byte> bytes, Deflate format,
                                     std::size_t count, std::string_view name);

/// All that was compressed, which must be `size` bytes. FileError, with `name` for the file, when
/// it is more or less, when the data is damaged (checksums of .gz included) or goes on behind its
/// end. Nothing is allocated for a size that so few compressed bytes cannot give.
std::vector<std::byte> inflate_all(std::span<const std::byte> bytes, Deflate format,
                                   std::int64_t size, std::string_view name);

}  // namespace limpid
