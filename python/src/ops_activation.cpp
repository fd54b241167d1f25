// Activations (limpid/ops/pointwise). Those that are not in torch itself are in
// limpid.nn.functional only.

#include "limpid/ops/all_ops/activation.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

namespace {

/// F.name(input, inplace=False)
template <class Card, Tensor (*f)(const Tensor&)>
void simple(nb::module_& nn) {
  op<Card>(
      nn, kFunction,
      [](const Tensor& input, bool inplace) {
        return computed(input, inplace, Card::doc.name.data(),
                        [&](const Tensor& x) { return f(x); });
      },
      "input"_a, "inplace"_a = false);
}

/// F.name(input, <parameter>, inplace=False)
template <class Card, Tensor (*f)(const Tensor&, double)>
void with_parameter(nb::module_& nn, const char* parameter, double value) {
  op<Card>(
      nn, kFunction,
      [](const Tensor& input, double p, bool inplace) {
        return computed(input, inplace, Card::doc.name.data(),
                        [&](const Tensor& x) { return f(x, p); });
      },
      "input"_a, nb::arg(parameter) = value, "inplace"_a = false);
}

void add_to_torch(nb::module_& m) {
  op_of_one<Relu>(m, relu);
  op_of_one<Sigmoid>(m, sigmoid);
  op_of_one<Tanh>(m, tanh);
  op<Selu>(m, kFunction, selu, "input"_a);
  op<Celu>(m, kFunction, celu, "input"_a, "alpha"_a = 1.0);
  op<Prelu>(m, kFunction | kMethod, prelu, "input"_a, "weight"_a);
  op<Hardshrink>(m, kFunction | kMethod | kOut, hardshrink, "input"_a, "lambd"_a = 0.5);
  op<Threshold>(m, kFunction | kOut, threshold, "input"_a, "threshold"_a, "value"_a);
}

void add_smooth(nb::module_& nn) {
  simple<Silu, silu>(nn);
  simple<Mish, mish>(nn);
  simple<Selu, selu>(nn);
  with_parameter<Elu, elu>(nn, "alpha", 1);
  with_parameter<Celu, celu>(nn, "alpha", 1);
  op<Gelu>(
      nn, kFunction,
      [](const Tensor& input, const std::string& approximate) { return gelu(input, approximate); },
      "input"_a, nb::kw_only(), "approximate"_a = "none");
  op<Softplus>(nn, kFunction, softplus, "input"_a, "beta"_a = 1.0, "threshold"_a = 20.0);
  op<LogSigmoid>(nn, kFunction, logsigmoid, "input"_a);
  op<Softsign>(nn, kFunction, softsign, "input"_a);
  op<Tanhshrink>(nn, kFunction, tanhshrink, "input"_a);
  op<Glu>(nn, kFunction, glu, "input"_a, "dim"_a = -1);
}

void add_piecewise(nb::module_& nn) {
  simple<Relu, relu>(nn);
  simple<Relu6, relu6>(nn);
  simple<Hardsigmoid, hardsigmoid>(nn);
  simple<Hardswish, hardswish>(nn);
  with_parameter<LeakyRelu, leaky_relu>(nn, "negative_slope", 0.01);
  op<Hardtanh>(
      nn, kFunction,
      [](const Tensor& input, double low, double high, bool inplace) {
        return computed(input, inplace, "hardtanh_",
                        [&](const Tensor& x) { return hardtanh(x, low, high); });
      },
      "input"_a, "min_val"_a = -1.0, "max_val"_a = 1.0, "inplace"_a = false);
  op<Threshold>(
      nn, kFunction,
      [](const Tensor& input, double bound, double value, bool inplace) {
        return computed(input, inplace, "threshold_",
                        [&](const Tensor& x) { return threshold(x, bound, value); });
      },
      "input"_a, "threshold"_a, "value"_a, "inplace"_a = false);
  op<Rrelu>(
      nn, kFunction,
      [](const Tensor& input, double lower, double upper, bool training, bool inplace) {
        return computed(input, inplace, "rrelu_",
                        [&](const Tensor& x) { return rrelu(x, lower, upper, training); });
      },
      "input"_a, "lower"_a = 1.0 / 8, "upper"_a = 1.0 / 3, "training"_a = false,
      "inplace"_a = false);
  op<Softshrink>(nn, kFunction, softshrink, "input"_a, "lambd"_a = 0.5);
}

}  // namespace

void add_activation_ops(nb::module_& m) {
  add_to_torch(m);
  nb::module_ nn = functional(m);
  add_smooth(nn);
  add_piecewise(nn);
}

}  // namespace limpid::python
