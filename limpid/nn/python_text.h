#pragma once
// Values as Python prints them, so that modules print as in PyTorch.

#include <charconv>
#include <string>

#include "limpid/core/str.h"

namespace limpid::nn {

inline std::string python_text(bool value) { return value ? "True" : "False"; }
/// 0.1, 0.0001, 1e-05, and 1.0 with its point: an exponent below 1e-4 and from 1e16 on.
inline std::string python_text(double value) {
  const double size = value < 0 ? -value : value;
  const bool plain = value == 0 || (size >= 1e-4 && size < 1e16);
  char buffer[64];
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  const std::string text(buffer, std::to_chars(buffer, buffer + sizeof buffer, value, format).ptr);
  return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

}  // namespace limpid::nn
