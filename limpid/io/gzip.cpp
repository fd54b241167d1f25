#include "limpid/io/gzip.h"

#include <algorithm>
#include <cstdint>

#include "limpid/io/checksum.h"

namespace limpid {

namespace {

constexpr std::size_t kMaxBlock = 65535;  // a stored block's length has 16 bits

void append(std::vector<std::byte>& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::byte>(value >> (8 * i)));
}

}  // namespace

std::vector<std::byte> gzip_stored(std::span<const std::byte> bytes) {
  std::vector<std::byte> out;
  out.reserve(bytes.size() + bytes.size() / kMaxBlock * 5 + 32);
  append(out, 0x8b1f, 2);   // the mark of a .gz file
  append(out, 8, 8);        // deflate; no name, no time, no flags
  out[9] = std::byte{255};  // system: unknown
  std::size_t at = 0;
  do {  // also once for no bytes at all
    const std::size_t length = std::min(bytes.size() - at, kMaxBlock);
    append(out, at + length == bytes.size(), 1);  // bit 0: the last block; bits 1 and 2: stored
    append(out, length, 2);
    append(out, ~length, 2);
    out.insert(out.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
               bytes.begin() + static_cast<std::ptrdiff_t>(at + length));
    at += length;
  } while (at < bytes.size());
  append(out, crc32_of(bytes), 4);
  append(out, bytes.size(), 4);
  return out;
}

}  // namespace limpid
