#pragma once
// Writing .gz files; io/inflate.h reads them.

#include <cstddef>
#include <span>
#include <vector>

namespace limpid {

/// The bytes as a .gz file (RFC 1952) that stores them as they are: it needs no compressor, and
/// every program that reads .gz reads it. The same bytes give the same file.
std::vector<std::byte> gzip_stored(std::span<const std::byte> bytes);

}  // namespace limpid
