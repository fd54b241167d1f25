#include "limpid/core/utf8.h"

namespace limpid {

std::size_t utf8_length(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t k) -> unsigned {
    return k < text.size() ? static_cast<unsigned char>(text[k]) : 0u;
  };
  const auto tails = [&](std::size_t n, unsigned low = 0x80, unsigned high = 0xBF) -> std::size_t {
    if (byte(i + 1) < low || byte(i + 1) > high) return 0;
    for (std::size_t k = 2; k <= n; ++k)
      if (byte(i + k) < 0x80 || byte(i + k) > 0xBF) return 0;
    return n + 1;
  };
  const unsigned lead = byte(i);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return tails(1);
  if (lead == 0xE0) return tails(2, 0xA0);        // no longer than needed
  if (lead == 0xED) return tails(2, 0x80, 0x9F);  // no halves of UTF-16 pairs
  if (lead >= 0xE1 && lead <= 0xEF) return tails(2);
  if (lead == 0xF0) return tails(3, 0x90);  // no longer than needed
  if (lead >= 0xF1 && lead <= 0xF3) return tails(3);
  if (lead == 0xF4) return tails(3, 0x80, 0x8F);  // no more than U+10FFFF
  return 0;
}

std::size_t utf8_error(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    if (length == 0) return i;
    i += length;
  }
  return text.size();
}

}  // namespace limpid
