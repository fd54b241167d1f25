#include "limpid/nn/module_list.h"

#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/core/suggest.h"

namespace limpid::nn {

Module& ModuleList::operator[](std::int64_t i) const {
  const auto n = static_cast<std::int64_t>(size());
  if (i < -n || i >= n)
    throw IndexError(str("ModuleList: index ", i, " is out of range for ", n, " modules"));
  return *children()[static_cast<std::size_t>(i < 0 ? i + n : i)].second;
}

void throw_other_layer(const Module& module) {
  throw ValueError(str("module '", module.name(), "' is a ", module.type_name(),
                       ", not of the class that get() names"));
}

bool ModuleDict::contains(std::string_view name) const {
  for (const auto& child : children())
    if (child.first == name) return true;
  return false;
}

std::vector<std::string> ModuleDict::keys() const {
  std::vector<std::string> out;
  for (const auto& child : children()) out.push_back(child.first);
  return out;
}

Module& ModuleDict::operator[](std::string_view name) const {
  for (const auto& child : children())
    if (child.first == name) return *child.second;
  throw IndexError(str("ModuleDict: there is no module ", quote(name), did_you_mean(name, keys())));
}

}  // namespace limpid::nn
