#pragma once
// Text that a user may copy from a suggested command into a shell.

#include <string>
#include <string_view>

namespace limpid {

/// `path` as a shell reads it back: 'my run' in quotes, ./-x before a dash, most paths as they are.
std::string shell_word(std::string_view path);

}  // namespace limpid
