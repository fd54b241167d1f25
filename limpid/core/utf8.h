#pragma once
// Which bytes are UTF-8 (Unicode 15, table 3-7): no sequence longer than needed, no half of a
// UTF-16 pair, nothing beyond U+10FFFF.

#include <cstddef>
#include <string_view>

namespace limpid {

/// Bytes of the character that begins at text[i], 1 to 4, or 0 where none does.
std::size_t utf8_length(std::string_view text, std::size_t i);

/// The first byte that is not valid UTF-8, or the size of the text when all are.
std::size_t utf8_error(std::string_view text);

}  // namespace limpid
