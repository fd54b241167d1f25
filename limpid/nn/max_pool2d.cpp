#include "limpid/nn/max_pool2d.h"

#include "limpid/nn/python_text.h"

namespace limpid::nn {

namespace {
/// One number where both are equal, as PyTorch keeps what it was given.
std::string text(IntPair p) { return p.height == p.width ? str(p.height) : to_string(p); }
}  // namespace

std::string MaxPool2d::extra_repr() const {
  const bool as_kernel = options_.stride == MaxPool2dOptions::kKernelSize;
  const IntPair stride = as_kernel ? kernel_size_ : options_.stride;
  return str("kernel_size=", text(kernel_size_), ", stride=", text(stride),
             ", padding=", text(options_.padding), ", dilation=", text(options_.dilation),
             ", ceil_mode=", python_text(options_.ceil_mode));
}

}  // namespace limpid::nn
