#include "limpid/nn/sequential.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid::nn {

Tensor Sequential::forward(const Tensor& input) {
  Tensor x = input;
  for (const auto& child : children()) x = (*child.second)(x);
  return x;
}

Module& Sequential::operator[](std::int64_t i) const {
  const auto count = static_cast<std::int64_t>(size());
  if (i < -count || i >= count)
    throw IndexError(str("Sequential: index ", i, " is out of range for ", count, " modules"));
  return *children()[static_cast<std::size_t>(i < 0 ? i + count : i)].second;
}

Sequential& Sequential::add(std::string name, std::shared_ptr<Module> module) {
  register_module(std::move(name), std::move(module));
  return *this;
}

}  // namespace limpid::nn
