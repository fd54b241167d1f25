#include "limpid/core/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"

namespace limpid {

namespace {

[[noreturn]] void fail(const char* verb, const std::filesystem::path& path, int error) {
  throw FileError(str("cannot ", verb, " ", quote(path.native(), 300), ": ", std::strerror(error)));
}

// An open file descriptor; closed on every way out.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  int close() { return ::close(std::exchange(fd_, -1)); }

 private:
  int fd_;
};

template <class Bytes>
Bytes read_whole(const std::filesystem::path& path, int64_t max_bytes) {
  const InputFile file(path);
  if (file.size() > max_bytes) {
    throw FileError(str("cannot read ", quote(path.native(), 300), ": it has ", file.size(),
                        " bytes, and at most ", max_bytes, " are allowed here"));
  }
  Bytes bytes(static_cast<std::size_t>(file.size()), typename Bytes::value_type{});
  file.read(0, std::as_writable_bytes(std::span(bytes)));
  return bytes;
}

void write_all(int fd, std::span<const std::byte> bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("write", path, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
}

// Where a write ends, and the permissions that it keeps. Renaming onto a device or a pipe would put
// a file in its place, and onto a link would cut it off: what is no regular file is refused, and
// links are followed.
struct Target {
  std::filesystem::path path;
  std::optional<mode_t> mode;  // of the file that is there
};

Target target_of(const std::filesystem::path& path) {
  Target target{path, {}};
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0) {
    const char* is = S_ISDIR(info.st_mode)    ? "it is a folder"
                     : !S_ISREG(info.st_mode) ? "not a regular file"
                                              : nullptr;
    if (is) throw FileError(str("cannot write ", quote(path.native(), 300), ": ", is));
    target.mode = info.st_mode & 0777;
  } else if (errno != ENOENT) fail("write", path, errno);  // among them links that go round
  std::error_code error;
  while (std::filesystem::is_symlink(target.path, error))
    target.path = target.path.parent_path() / std::filesystem::read_symlink(target.path, error);
  return target;
}

// Makes the rename itself durable. Some file systems refuse; the data is safe either way.
void sync_folder(const std::filesystem::path& folder) {
  Descriptor descriptor(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.get() >= 0) ::fsync(descriptor.get());
}

// Removes the temporary file unless the rename has taken it.
struct TemporaryFile {
  std::filesystem::path path;
  bool kept = false;
  ~TemporaryFile() {
    if (!kept) ::unlink(path.c_str());
  }
};

}  // namespace

InputFile::InputFile(const std::filesystem::path& path) : path_(path) {
  // O_NONBLOCK: opening a named pipe must not wait for a writer; it is refused below.
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat info {};
  if (file.get() < 0 || ::fstat(file.get(), &info) != 0) fail("read", path, errno);
  const std::string name = quote(path.native(), 300);
  if (S_ISDIR(info.st_mode)) throw FileError(str("cannot read ", name, ": it is a folder"));
  if (!S_ISREG(info.st_mode)) throw FileError(str("cannot read ", name, ": not a regular file"));
  size_ = info.st_size;
  descriptor_ = file.release();
}

InputFile::~InputFile() { ::close(descriptor_); }

void InputFile::read(int64_t offset, std::span<std::byte> out) const {
  while (!out.empty()) {
    const ssize_t n = ::pread(descriptor_, out.data(), out.size(), offset);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("read", path_, errno);
    if (n == 0)
      throw FileError(
          str("cannot read ", quote(path_.native(), 300), ": it became shorter while being read"));
    out = out.subspan(static_cast<std::size_t>(n));
    offset += n;
  }
}

std::vector<std::byte> read_file(const std::filesystem::path& path, int64_t max_bytes) {
  return read_whole<std::vector<std::byte>>(path, max_bytes);
}

std::string read_text_file(const std::filesystem::path& path, int64_t max_bytes) {
  return read_whole<std::string>(path, max_bytes);
}

void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  write_file(path, std::span<const std::span<const std::byte>>(&bytes, 1));
}

void write_file(const std::filesystem::path& path,
                std::span<const std::span<const std::byte>> parts) {
  static std::atomic<int64_t> counter = 0;  // two threads may write into one folder
  const Target target = target_of(path);
  std::filesystem::path temporary_path = target.path;
  temporary_path += str(".tmp-", static_cast<int64_t>(::getpid()), "-", counter++);
  Descriptor file(::open(temporary_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file.get() < 0) fail("write", path, errno);
  TemporaryFile temporary{temporary_path};
  if (target.mode && ::fchmod(file.get(), *target.mode) != 0) fail("write", path, errno);
  for (const auto part : parts) write_all(file.get(), part, path);
  if (::fsync(file.get()) != 0 || file.close() != 0) fail("write", path, errno);
  if (::rename(temporary_path.c_str(), target.path.c_str()) != 0) fail("write", path, errno);
  temporary.kept = true;
  sync_folder(target.path.parent_path());
}

void write_text_file(const std::filesystem::path& path, std::string_view text) {
  write_file(path, std::as_bytes(std::span(text)));
}

}  // namespace limpid
