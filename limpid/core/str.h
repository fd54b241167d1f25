#pragma once
// Builds messages: str("expected ", 3, " channels"). Used on error paths only.

#include <charconv>
#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>

namespace limpid {

namespace detail {
template <class T>
void append(std::string& out, const T& value) {
  if constexpr (std::convertible_to<const T&, std::string_view>) {
    out += std::string_view(value);
  } else if constexpr (std::same_as<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (std::same_as<T, char>) {
    out += value;
  } else if constexpr (std::is_arithmetic_v<T>) {
    char buffer[64];  // shortest text that reads back equal
    out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
  } else {
    out += to_string(value);  // found by argument-dependent lookup: Shape, DType, Device, ...
  }
}
}  // namespace detail

/// Concatenates texts, numbers and anything with a `to_string`.
template <class... T>
std::string str(const T&... parts) {
  std::string out;
  (detail::append(out, parts), ...);
  return out;
}

}  // namespace limpid
