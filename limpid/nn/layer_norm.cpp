#include "limpid/nn/layer_norm.h"

#include "limpid/core/str.h"
#include "limpid/nn/default_init.h"
#include "limpid/nn/python_text.h"
#include "limpid/ops/layer_norm/layer_norm.h"
#include "limpid/ops/rms_norm/rms_norm.h"
#include "limpid/tensor/creation.h"

namespace limpid::nn {

namespace {

template <class Options>
Tensor filled(bool wanted, const Shape& shape, double value, const Options& o) {
  if (!wanted) return {};
  return full(shape, value, {.dtype = o.dtype, .device = o.device});
}

const Shape& checked(const char* layer, const Shape& shape) {
  require_at_least(layer, "the number of dimensions in normalized_shape", shape.rank(), 1);
  for (std::int64_t size : shape) require_at_least(layer, "a size in normalized_shape", size, 0);
  return shape;
}

}  // namespace

LayerNorm::LayerNorm(Shape normalized_shape, LayerNormOptions o)
    : weight(register_parameter(
          "weight", filled(o.elementwise_affine, checked("LayerNorm", normalized_shape), 1, o))),
      bias(register_parameter("bias",
                              filled(o.elementwise_affine && o.bias, normalized_shape, 0, o))),
      normalized_shape_(std::move(normalized_shape)),
      options_(o) {}

Tensor LayerNorm::forward(const Tensor& input) {
  return layer_norm(input, normalized_shape_, weight, bias, options_.eps);
}

std::string LayerNorm::extra_repr() const {
  return str(normalized_shape_, ", eps=", python_text(options_.eps),
             ", elementwise_affine=", python_text(options_.elementwise_affine),
             ", bias=", python_text(options_.elementwise_affine && options_.bias));
}

RMSNorm::RMSNorm(Shape normalized_shape, RmsNormOptions o)
    : weight(register_parameter(
          "weight", filled(o.elementwise_affine, checked("RMSNorm", normalized_shape), 1, o))),
      normalized_shape_(std::move(normalized_shape)),
      options_(o) {}

Tensor RMSNorm::forward(const Tensor& input) {
  return rms_norm(input, normalized_shape_, weight, options_.eps);
}

std::string RMSNorm::extra_repr() const {
  return str(normalized_shape_, ", eps=", options_.eps ? python_text(*options_.eps) : "None",
             ", elementwise_affine=", python_text(options_.elementwise_affine));
}

}  // namespace limpid::nn
