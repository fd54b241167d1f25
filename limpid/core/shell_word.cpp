#include "limpid/core/shell_word.h"

#include <algorithm>

namespace limpid {

namespace {

/// Whether a shell gives the character a meaning. Bytes beyond ASCII are letters to it.
bool is_plain(char c) {
  constexpr std::string_view kAlsoPlain = "/._-+:,@%=";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80 || kAlsoPlain.find(c) != std::string_view::npos;
}

}  // namespace

std::string shell_word(std::string_view path) {
  const std::string text = (path.starts_with('-') ? "./" : "") + std::string(path);
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return text;
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += "'\\''";
    else out += c;
  }
  return out + "'";
}

}  // namespace limpid
