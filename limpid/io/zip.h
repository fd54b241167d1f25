#pragma once
// Zip files (PKWARE's APPNOTE), as far as .npz files need them: entries that are stored or
// deflated. The central directory at the end is what counts, as for every other reader.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace limpid {

struct ZipEntry {
  std::string name;
  std::uint16_t method = 0;  ///< 0 stored, 8 deflated
  std::uint32_t crc32 = 0;
  std::int64_t packed = 0, size = 0;  ///< bytes in the file, and unpacked
  std::int64_t header = 0;            ///< where its local header begins
};

/// The entries of a file that lies in memory, in the order of the central directory. FileError
/// names the byte of what is wrong; Zip64 archives (4 GiB and more) and encrypted ones are refused.
std::vector<ZipEntry> zip_entries(std::span<const std::byte> bytes, std::string_view name = "zip");

/// What an entry holds, its checksum verified.
std::vector<std::byte> zip_content(std::span<const std::byte> bytes, const ZipEntry& entry,
                                   std::string_view name = "zip");

/// Writes a zip file of stored entries, bit by bit the same for the same content. Each content may
/// come in two parts.
struct ZipSource {
  std::string name;
  std::span<const std::byte> head, body;
};
/// The pieces between the contents are kept in `glue`; the result refers to it and to the sources.
std::vector<std::span<const std::byte>> zip_stored(std::span<const ZipSource> sources,
                                                   std::vector<std::string>& glue);

}  // namespace limpid
