#include "limpid/nn/linear.h"

#include <cmath>

#include "limpid/core/str.h"
#include "limpid/nn/default_init.h"
#include "limpid/nn/init.h"
#include "limpid/nn/inputs.h"
#include "limpid/nn/python_text.h"
#include "limpid/ops/einsum/einsum.h"
#include "limpid/ops/linear/linear.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/tensor/creation.h"

namespace limpid::nn {

namespace {
Shape weight_shape(std::int64_t in, std::int64_t out) {
  require_at_least("Linear", "in_features", in, 0);
  require_at_least("Linear", "out_features", out, 0);
  return {out, in};
}

Shape bilinear_shape(std::int64_t in1, std::int64_t in2, std::int64_t out) {
  require_at_least("Bilinear", "in1_features", in1, 1);
  require_at_least("Bilinear", "in2_features", in2, 0);
  require_at_least("Bilinear", "out_features", out, 0);
  return {out, in1, in2};
}

void check_features(const char* which, const Tensor& x, std::int64_t features) {
  if (x.dim() < 1 || x.size(-1) != features)
    throw ShapeError(
        str("Bilinear: ", which, " must be (..., ", features, "), got shape ", x.shape(), where()));
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

Bilinear::Bilinear(std::int64_t in1_features, std::int64_t in2_features, std::int64_t out_features,
                   LinearOptions o)
    : weight(register_parameter("weight",
                                zeros(bilinear_shape(in1_features, in2_features, out_features),
                                      {.dtype = o.dtype, .device = o.device}))),
      bias(register_parameter(
          "bias",
          o.bias ? zeros({out_features}, {.dtype = o.dtype, .device = o.device}) : Tensor())) {
  const double bound = 1 / std::sqrt(static_cast<double>(in1_features));
  for (const Tensor& p : {weight, bias})
    if (p.defined())
      init::uniform_(p, -bound, bound, o.generator ? *o.generator : default_generator());
}

Tensor Bilinear::forward_many(std::span<const Tensor> inputs) {
  check_input_count(*this, inputs, 2, "x1, x2");
  check_features("x1", inputs[0], weight.size(1));
  check_features("x2", inputs[1], weight.size(2));
  const Tensor y = einsum("...i,kij,...j->...k", inputs[0], weight, inputs[1]);
  return bias.defined() ? y + bias : y;
}

std::string Bilinear::extra_repr() const {
  return str("in1_features=", weight.size(1), ", in2_features=", weight.size(2),
             ", out_features=", weight.size(0), ", bias=", python_text(bias.defined()));
}

}  // namespace limpid::nn
