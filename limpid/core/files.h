#pragma once
// Whole files in and out: bounded reads, and writes that leave the old file or the new one,
// never half of either.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace limpid {

/// The bytes of a regular file. FileError (naming the file) when it is absent, unreadable, no
/// regular file, or longer than `max_bytes`; nothing is allocated before the size is known.
std::vector<std::byte> read_file(const std::filesystem::path& path, int64_t max_bytes);

/// The same as text.
std::string read_text_file(const std::filesystem::path& path, int64_t max_bytes);

/// Writes `path` atomically: a temporary file beside it, flushed to disk, then renamed. On failure
/// FileError, and whatever was at `path` is untouched. The folder must exist.
void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes);
void write_text_file(const std::filesystem::path& path, std::string_view text);

}  // namespace limpid
