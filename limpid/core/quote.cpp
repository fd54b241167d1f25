#include "limpid/core/quote.h"

#include <algorithm>
#include <cstdint>

namespace limpid {

namespace {

// Bytes of the valid UTF-8 sequence of a printable character at text[i], or 0.
std::size_t utf8_length(std::string_view text, std::size_t i) {
  const auto lead = static_cast<uint8_t>(text[i]);
  if (lead >= 0x20 && lead < 0x7f) return 1;
  const std::size_t length = lead >= 0xf5   ? 0
                             : lead >= 0xf0 ? 4
                             : lead >= 0xe0 ? 3
                             : lead >= 0xc2 ? 2
                                            : 0;
  if (length == 0 || i + length > text.size()) return 0;
  for (std::size_t k = 1; k < length; ++k) {
    if ((static_cast<uint8_t>(text[i + k]) & 0xc0) != 0x80) return 0;
  }
  const bool c1_control = lead == 0xc2 && static_cast<uint8_t>(text[i + 1]) < 0xa0;
  return c1_control ? 0 : length;
}

void append_escaped(std::string& out, uint8_t byte) {
  constexpr char kDigits[] = "0123456789abcdef";
  if (byte == '\n') {
    out += "\\n";
  } else if (byte == '\t') {
    out += "\\t";
  } else {
    out += "\\x";
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
}

std::string escaped(std::string_view text, std::size_t max_length) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    if (i + std::max<std::size_t>(length, 1) > max_length) return out + "...";
    if (length == 0) {
      append_escaped(out, static_cast<uint8_t>(text[i++]));
    } else {
      out += text.substr(i, length);
      i += length;
    }
  }
  return out;
}

}  // namespace

std::string quote(std::string_view text, std::size_t max_length) {
  return "'" + escaped(text, max_length) + "'";
}

std::string printable(std::string_view text) { return escaped(text, text.size()); }

}  // namespace limpid
