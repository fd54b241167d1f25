#include "limpid/nn/padding.h"

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/nn/python_text.h"
#include "limpid/ops/pad/pad.h"

namespace limpid::nn {

namespace {

Shape for_each_side(const char* name, int axes, const Shape& sizes) {
  if (sizes.rank() == 2 * axes) return sizes;
  if (sizes.rank() != 1)
    throw ValueError(str(name, ": padding must be one size or ", 2 * axes, ", got ", sizes));
  Shape out(2 * axes);
  for (int i = 0; i < 2 * axes; ++i) out[i] = sizes[0];
  return out;
}

}  // namespace

PadLayer::PadLayer(const char* name, int axes, const PadSizes& padding, const char* mode)
    : padding_(for_each_side(name, axes, padding.sizes)), mode_(mode) {}
Tensor PadLayer::forward(const Tensor& input) { return pad(input, padding_, mode_); }
std::string PadLayer::extra_repr() const { return str(padding_); }

ConstantPadLayer::ConstantPadLayer(const char* name, int axes, const PadSizes& padding,
                                   double value)
    : padding_(for_each_side(name, axes, padding.sizes)), value_(value) {}
Tensor ConstantPadLayer::forward(const Tensor& input) {
  return pad(input, padding_, "constant", value_);
}
std::string ConstantPadLayer::extra_repr() const {
  return str("padding=", padding_, ", value=", python_text(value_));
}

}  // namespace limpid::nn
