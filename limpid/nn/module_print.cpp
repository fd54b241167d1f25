// Modules as PyTorch prints them.

#include <ostream>

#include "limpid/nn/module.h"

namespace limpid::nn {

namespace {

/// `text` with every line but the first moved to the right.
std::string indented(const std::string& text) {
  std::string out;
  for (char c : text) {
    out += c;
    if (c == '\n') out += "  ";
  }
  return out;
}

}  // namespace

std::string to_string(const Module& module) {
  std::string out = module.type_name() + "(" + module.extra_repr();
  if (module.children().empty()) return out + ")";
  if (!module.extra_repr().empty()) out = module.type_name() + "(\n  " + module.extra_repr();
  for (const auto& [name, child] : module.children())
    out += "\n  (" + name + "): " + indented(to_string(*child));
  return out + "\n)";
}

std::ostream& operator<<(std::ostream& out, const Module& module) {
  return out << to_string(module);
}

}  // namespace limpid::nn
