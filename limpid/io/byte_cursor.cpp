#include "limpid/io/byte_cursor.h"

#include <algorithm>

#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid {

std::span<const std::byte> ByteCursor::take(std::uint64_t count, std::string_view what) {
  if (count > static_cast<std::uint64_t>(left()))
    fail(str("expected ", count, count == 1 ? " byte of " : " bytes of ", what,
             ", but the file ends after ", left()));
  const auto taken = bytes_.subspan(static_cast<std::size_t>(at_), static_cast<std::size_t>(count));
  at_ += static_cast<std::int64_t>(count);
  return taken;
}

std::string_view ByteCursor::text(std::uint64_t count, std::string_view what) {
  const auto bytes = take(count, what);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void ByteCursor::fail_at(std::int64_t at, std::string_view problem) const {
  throw FileError(str(name_, ": byte ", at, ": ", problem));
}

std::int64_t byte_size(std::span<const std::int64_t> shape, std::size_t element) {
  auto bytes = static_cast<std::int64_t>(element);
  bool overflow = false, empty = false;
  for (const std::int64_t size : shape) {
    if (size < 0) return -1;
    empty |= size == 0;
    overflow |= __builtin_mul_overflow(bytes, std::max<std::int64_t>(size, 1), &bytes);
  }
  if (overflow || bytes > std::int64_t{1} << 62) return -1;
  return empty ? 0 : bytes;
}

void swap_elements(std::span<std::byte> bytes, std::size_t element) {
  if (element < 2) return;
  for (std::size_t at = 0; at + element <= bytes.size(); at += element)
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                 bytes.begin() + static_cast<std::ptrdiff_t>(at + element));
}

}  // namespace limpid
