#pragma once
// Values as Python prints them, so that modules print as in PyTorch.

#include <string>

#include "limpid/core/str.h"

namespace limpid::nn {

inline std::string python_text(bool value) { return value ? "True" : "False"; }
/// 0.1, 1e-05, and 1.0 with its point.
inline std::string python_text(double value) {
  const std::string text = str(value);
  return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

}  // namespace limpid::nn
