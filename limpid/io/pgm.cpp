#include "limpid/io/pgm.h"

#include <algorithm>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

constexpr std::int64_t kMaxSide = 65'536, kMaxPixels = std::int64_t{1} << 28;
constexpr std::int64_t kMaxBytes = std::int64_t{1} << 31;

class PgmReader {
 public:
  PgmReader(std::string_view bytes, std::string_view name) : bytes_(bytes), name_(name) {}

  Tensor image() {
    const bool text = bytes_.starts_with("P2");
    if (!text && !bytes_.starts_with("P5")) fail("a PGM picture begins with P2 or P5");
    at_ = 2;
    const std::int64_t width = number("the width", 1, kMaxSide);
    const std::int64_t height = number("the height", 1, kMaxSide);
    const std::int64_t white = number("the value of white", 1, 65'535);
    const std::int64_t pixels = width * height;
    const std::int64_t pixel_bytes = text ? 2 : white > 255 ? 2 : 1;  // text: a digit and a space
    if (!text) ++at_;                                                 // one white space
    if (pixels > kMaxPixels || pixels * pixel_bytes > left() + (text ? 1 : 0))
      fail(str("the picture of ", width, " x ", height, " needs more than the ", left(),
               " bytes that follow; it was cut off"));
    Tensor image = empty({1, height, width}, {.dtype = DType::f32});
    auto* out = image.data<float>();
    for (std::int64_t i = 0; i < pixels; ++i)
      out[i] = static_cast<float>(text ? number("a pixel", 0, white) : sample(pixel_bytes, white)) /
               static_cast<float>(white);
    return image;
  }

 private:
  [[noreturn]] void fail(std::string_view problem) const {
    throw FileError(str(name_, ": byte ", at_, ": ", problem));
  }
  std::int64_t left() const {
    return static_cast<std::int64_t>(bytes_.size()) - static_cast<std::int64_t>(at_);
  }
  char peek() const { return at_ < bytes_.size() ? bytes_[at_] : '\0'; }

  void skip_space() {
    while (true) {
      const char c = peek();
      if (c == '#') at_ = std::min(bytes_.find('\n', at_), bytes_.size());  // a comment
      else if (c == ' ' || (c >= '\t' && c <= '\r')) ++at_;
      else return;
    }
  }

  std::int64_t number(const char* what, std::int64_t low, std::int64_t high) {
    skip_space();
    if (peek() < '0' || peek() > '9') fail(str("expected ", what));
    std::int64_t value = 0;
    for (; peek() >= '0' && peek() <= '9' && value <= high; ++at_)
      value = value * 10 + (peek() - '0');
    if (value < low || value > high) fail(str(what, " must be ", low, " to ", high));
    return value;
  }

  /// One binary pixel, the high byte first.
  std::int64_t sample(std::int64_t pixel_bytes, std::int64_t white) {
    std::int64_t value = 0;
    for (std::int64_t i = 0; i < pixel_bytes; ++i)
      value = value * 256 + static_cast<unsigned char>(bytes_[at_++]);
    if (value > white) fail(str("a pixel of ", value, " is above white (", white, ")"));
    return value;
  }

  std::string_view bytes_, name_;
  std::size_t at_ = 0;
};

}  // namespace

Tensor load_pgm(const std::filesystem::path& path) {
  return parse_pgm(read_text_file(path, kMaxBytes), quote(path.native(), 300));
}

Tensor parse_pgm(std::string_view bytes, std::string_view name) {
  return PgmReader(bytes, name).image();
}

}  // namespace limpid
