#pragma once
// PNG files, through libspng. A build without it (CMake option LIMPID_PNG=OFF) throws FileError.

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "limpid/vision/image.h"

namespace limpid {

/// Reads a PNG file of any kind (grey, RGB, palette; 1 to 16 bits; interlaced or not) as 8 bits a
/// channel: 1 channel for grey, 3 for colours, 4 where there is transparency of any form. Sixteen
/// bits keep their upper eight. FileError, naming the file and what is wrong with it, when it is
/// absent, no PNG, truncated, damaged anywhere (every checksum is verified), longer than 256 MiB,
/// or has more than kMaxPixels, which is known before pixels are allocated. Never half an image.
Image read_png(const std::filesystem::path& path);

/// The same from memory; `name` stands for the file in errors.
Image decode_png(std::span<const std::byte> bytes, std::string_view name);

/// The image as a PNG file's bytes: 8 bits, not interlaced, lossless.
std::vector<std::byte> encode_png(const Image& image);

/// Writes it atomically: afterwards `path` is the old file or the whole new one.
void write_png(const std::filesystem::path& path, const Image& image);

}  // namespace limpid
