#include "limpid/nn/max_pool2d.h"

#include "limpid/nn/python_text.h"

namespace limpid::nn {

namespace {
/// One number where both are equal, as PyTorch keeps what it was given.
std::string text(IntPair p) { return p.height == p.width ? str(p.height) : to_string(p); }
}  // namespace

std::string MaxPool2d::extra_repr() const {
  const IntPair stride = {options_.stride.height ? options_.stride.height : kernel_size_.height,
                          options_.stride.width ? options_.stride.width : kernel_size_.width};
  return str("kernel_size=", text(kernel_size_), ", stride=", text(stride),
             ", padding=", text(options_.padding), ", dilation=", text(options_.dilation),
             ", ceil_mode=", python_text(options_.ceil_mode));
}

}  // namespace limpid::nn
