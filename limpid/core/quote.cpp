#include "limpid/core/quote.h"

#include <algorithm>
#include <cstdint>

#include "limpid/core/utf8.h"

namespace limpid {

namespace {

// Bytes of the printable character at text[i], or 0: controls (C0, DEL, C1) and broken bytes are
// not.
std::size_t printable_length(std::string_view text, std::size_t i) {
  const std::size_t length = utf8_length(text, i);
  const auto first = static_cast<uint8_t>(text[i]);
  if (length == 1) return first < 0x20 || first == 0x7f ? 0 : 1;
  const bool c1_control = length == 2 && first == 0xc2 && static_cast<uint8_t>(text[i + 1]) < 0xa0;
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
    const std::size_t length = printable_length(text, i);
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
