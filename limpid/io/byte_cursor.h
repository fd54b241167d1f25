#pragma once
// A place in a binary file that lies in memory. Every step is checked against the end of the file,
// and every failure names the file and the byte.

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace limpid {

class ByteCursor {
 public:
  /// `name` stands for the file in errors, and must outlive the cursor as the bytes must.
  ByteCursor(std::span<const std::byte> bytes, std::string_view name, std::int64_t at = 0)
      : bytes_(bytes), name_(name), at_(at) {}

  std::int64_t at() const { return at_; }
  std::int64_t size() const { return static_cast<std::int64_t>(bytes_.size()); }
  std::int64_t left() const { return size() - at_; }
  std::string_view name() const { return name_; }

  /// The next `count` bytes. FileError "NAME: byte 8: expected 16 bytes of `what`, but the file
  /// ends after 12" when there are fewer.
  std::span<const std::byte> take(std::uint64_t count, std::string_view what);
  std::string_view text(std::uint64_t count, std::string_view what);

  /// The next integer, the lowest byte first or the highest first.
  template <std::unsigned_integral T>
  T little(std::string_view what) {
    return number<T>(what, std::endian::native != std::endian::little);
  }
  template <std::unsigned_integral T>
  T big(std::string_view what) {
    return number<T>(what, std::endian::native != std::endian::big);
  }

  /// FileError "NAME: byte AT: problem"; the place is the cursor's own, or the one given.
  [[noreturn]] void fail(std::string_view problem) const { fail_at(at_, problem); }
  [[noreturn]] void fail_at(std::int64_t at, std::string_view problem) const;

 private:
  template <class T>
  T number(std::string_view what, bool swap) {
    std::byte raw[sizeof(T)];
    std::memcpy(raw, take(sizeof(T), what).data(), sizeof(T));
    if (swap)
      for (std::size_t i = 0; i < sizeof(T) / 2; ++i) std::swap(raw[i], raw[sizeof(T) - 1 - i]);
    return std::bit_cast<T>(raw);
  }

  std::span<const std::byte> bytes_;
  std::string_view name_;
  std::int64_t at_ = 0;
};

/// numel x bytes of an element, or -1 when a size is negative or the product is beyond 2^62 (so
/// that a header's size can be added). Such a product is impossible even where a later size is 0.
std::int64_t byte_size(std::span<const std::int64_t> shape, std::size_t element);

/// Turns the bytes of each element round: `bytes` is a whole number of elements.
void swap_elements(std::span<std::byte> bytes, std::size_t element);

}  // namespace limpid
