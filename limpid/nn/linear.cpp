#include "limpid/nn/linear.h"

#include "limpid/core/str.h"
#include "limpid/nn/default_init.h"
#include "limpid/nn/python_text.h"
#include "limpid/ops/linear/linear.h"
#include "limpid/tensor/creation.h"

namespace limpid::nn {

namespace {
Shape weight_shape(std::int64_t in, std::int64_t out) {
  require_at_least("Linear", "in_features", in, 0);
  require_at_least("Linear", "out_features", out, 0);
  return {out, in};
}
}  // namespace

Linear::Linear(std::int64_t in_features, std::int64_t out_features, LinearOptions o)
    : weight(register_parameter("weight", zeros(weight_shape(in_features, out_features),
                                                {.dtype = o.dtype, .device = o.device}))),
      bias(register_parameter(
          "bias",
          o.bias ? zeros({out_features}, {.dtype = o.dtype, .device = o.device}) : Tensor())),
      in_features_(in_features),
      out_features_(out_features) {
  default_init(weight, bias, o.generator);
}

Tensor Linear::forward(const Tensor& input) { return linear(input, weight, bias); }

std::string Linear::extra_repr() const {
  return str("in_features=", in_features_, ", out_features=", out_features_,
             ", bias=", python_text(bias.defined()));
}

}  // namespace limpid::nn
