// Decompression through zlib.

#include <zlib.h>

#include <algorithm>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/io/inflate.h"

namespace limpid {

namespace {

/// The most that one compressed byte can become: 258 bytes for each two bits.
constexpr std::int64_t kMaxGrowth = 1032;

class Inflater {
 public:
  Inflater(std::span<const std::byte> bytes, Deflate format, std::string_view name)
      : bytes_(bytes), format_(format), name_(name) {
    constexpr int kWindow = 15, kGzip = 16;  // the largest window; zlib's code for a gzip wrapper
    if (::inflateInit2(&stream_, format == Deflate::gzip ? kWindow + kGzip : -kWindow) != Z_OK)
      throw FileError(str(name_, ": zlib could not be started"));
  }
  ~Inflater() { ::inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// Fills `out` as far as the data goes; returns the number of bytes.
  std::size_t read(std::span<std::byte> out) {
    std::size_t filled = 0;
    while (filled < out.size() && !ended_) {
      const std::size_t room = std::min<std::size_t>(out.size() - filled, kStep);
      stream_.next_out = reinterpret_cast<Bytef*>(out.data() + filled);
      stream_.avail_out = static_cast<uInt>(room);
      step();
      filled += room - stream_.avail_out;
    }
    return filled;
  }

  /// FileError unless the data has ended, with nothing behind it.
  void expect_end(std::int64_t size) {
    std::byte more{};
    if (!ended_ && read(std::span(&more, 1)) > 0)
      fail(str("it decompresses to more than the ", size, " bytes expected"));
    if (at() != static_cast<std::int64_t>(bytes_.size()))
      fail(str(static_cast<std::int64_t>(bytes_.size()) - at(),
               " bytes follow the end of the data"));
  }

  [[noreturn]] void fail(std::string_view problem) const {
    throw FileError(str(name_, ": byte ", at(), " of the compressed data: ", problem));
  }

 private:
  static constexpr std::size_t kStep = std::size_t{1} << 30;  // zlib counts in 32 bits

  std::int64_t at() const { return static_cast<std::int64_t>(given_) - stream_.avail_in; }

  void step() {
    if (stream_.avail_in == 0) {
      const std::size_t more = std::min<std::size_t>(bytes_.size() - given_, kStep);
      stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes_.data() + given_));
      stream_.avail_in = static_cast<uInt>(more);
      given_ += more;
    }
    const int result = ::inflate(&stream_, Z_NO_FLUSH);
    if (result == Z_STREAM_END) return end_member();
    if (result == Z_BUF_ERROR && stream_.avail_in == 0 && given_ == bytes_.size())
      fail("it ends too early; the file was cut off");
    if (result != Z_OK && result != Z_BUF_ERROR)
      fail(str("it is damaged (", stream_.msg ? stream_.msg : "zlib gives no reason", ")"));
  }

  /// A .gz file may go on with another member.
  void end_member() {
    const std::size_t at = given_ - stream_.avail_in;
    if (format_ == Deflate::gzip && is_gzip(bytes_.subspan(at))) ::inflateReset(&stream_);
    else ended_ = true;
  }

  std::span<const std::byte> bytes_;
  Deflate format_;
  std::string_view name_;
  z_stream stream_{};
  std::size_t given_ = 0;  // bytes that zlib was given so far
  bool ended_ = false;
};

}  // namespace

std::string inflate_version() { return ::zlibVersion(); }

std::vector<std::byte> inflate_start(std::span<const std::byte> bytes, Deflate format,
                                     std::size_t count, std::string_view name) {
  Inflater inflater(bytes, format, name);
  std::vector<std::byte> out(count);
  out.resize(inflater.read(out));
  return out;
}

std::vector<std::byte> inflate_all(std::span<const std::byte> bytes, Deflate format,
                                   std::int64_t size, std::string_view name) {
  Inflater inflater(bytes, format, name);
  if (size / kMaxGrowth > static_cast<std::int64_t>(bytes.size()))
    inflater.fail(str(bytes.size(), " bytes cannot decompress to the ", size, " expected"));
  std::vector<std::byte> out(static_cast<std::size_t>(size));
  const std::size_t filled = inflater.read(out);
  if (filled < out.size())
    inflater.fail(str("it decompresses to ", filled, " bytes where ", size, " are expected"));
  inflater.expect_end(size);
  return out;
}

}  // namespace limpid
