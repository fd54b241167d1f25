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

/// An open regular file, read in pieces. FileError (naming the file) when it is absent, unreadable,
/// or no regular file.
class InputFile {
 public:
  explicit InputFile(const std::filesystem::path& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  int64_t size() const { return size_; }
  /// Fills `out` with the bytes from `offset` on. FileError when the file ends before.
  void read(int64_t offset, std::span<std::byte> out) const;

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
  int64_t size_ = 0;
};

/// The bytes of a regular file. FileError (naming the file) when it is absent, unreadable, no
/// regular file, or longer than `max_bytes`; nothing is allocated before the size is known.
std::vector<std::byte> read_file(const std::filesystem::path& path, int64_t max_bytes);

/// The same as text.
std::string read_text_file(const std::filesystem::path& path, int64_t max_bytes);

/// Writes `path` atomically: a temporary file beside it, flushed to disk, then renamed. A file that
/// was there keeps its permissions, and links are followed. On failure, or when `path` is no
/// regular file (a folder, a device, a pipe), FileError, and whatever was there is untouched. The
/// folder must exist.
void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes);
/// The same for bytes that lie in several places, one part behind the other.
void write_file(const std::filesystem::path& path,
                std::span<const std::span<const std::byte>> parts);
void write_text_file(const std::filesystem::path& path, std::string_view text);

}  // namespace limpid
