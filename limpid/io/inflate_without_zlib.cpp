// Stands in for inflate_zlib.cpp in a build without zlib.

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/io/inflate.h"

namespace limpid {

namespace {
[[noreturn]] void no_zlib(std::string_view name) {
  throw FileError(str(name,
                      ": is compressed, and this build of limpid cannot read that; configure ",
                      "it with -DLIMPID_ZLIB=ON and zlib (Debian: zlib1g-dev), or decompress it"));
}
}  // namespace

std::string inflate_version() { return {}; }

std::vector<std::byte> inflate_start(std::span<const std::byte>, Deflate, std::size_t,
                                     std::string_view name) {
  no_zlib(name);
}
std::vector<std::byte> inflate_all(std::span<const std::byte>, Deflate, std::int64_t,
                                   std::string_view name) {
  no_zlib(name);
}

}  // namespace limpid
