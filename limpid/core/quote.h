#pragma once
// Text from outside (a key in a file, a flag, a path) made fit for an error message.

#include <cstddef>
#include <string>
#include <string_view>

namespace limpid {

/// `text` in single quotes, safe to print: control characters and broken bytes become \x1b and the
/// like (a file must not be able to steer the terminal), and what goes on beyond `max_length` bytes
/// is cut off with "...".
std::string quote(std::string_view text, std::size_t max_length = 60);

/// The same without the quotes, and never cut: for pictures and tables.
std::string printable(std::string_view text);

}  // namespace limpid
