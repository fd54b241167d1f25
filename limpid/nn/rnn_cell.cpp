#include "limpid/nn/rnn_cell.h"

#include <cmath>

#include "limpid/core/str.h"
#include "limpid/nn/default_init.h"
#include "limpid/nn/init.h"
#include "limpid/nn/where.h"
#include "limpid/ops/linear/linear.h"
#include "limpid/ops/recurrent/recurrent.h"
#include "limpid/tensor/creation.h"

namespace limpid::nn {

namespace {

Tensor start(const Shape& shape, bool there, const RNNCellOptions& o, std::int64_t hidden) {
  if (!there) return {};
  const double bound = 1 / std::sqrt(static_cast<double>(hidden));
  return init::uniform_(empty(shape, {.dtype = o.dtype, .device = o.device}), -bound, bound,
                        o.generator ? *o.generator : default_generator());
}

std::int64_t checked(const char* cell, std::int64_t size, const char* what) {
  require_size(cell, what, size);
  return size;
}

}  // namespace

CellBase::CellBase(const char* cell, std::int64_t gates, std::int64_t input_size,
                   std::int64_t hidden_size, RNNCellOptions o)
    : input_size_(checked(cell, input_size, "input_size")),
      hidden_size_(checked(cell, hidden_size, "hidden_size")),
      options_(o),
      weight_ih(register_parameter("weight_ih",
                                   start({gates * hidden_size, input_size}, true, o, hidden_size))),
      weight_hh(register_parameter(
          "weight_hh", start({gates * hidden_size, hidden_size}, true, o, hidden_size))),
      bias_ih(register_parameter("bias_ih", start({gates * hidden_size}, o.bias, o, hidden_size))),
      bias_hh(register_parameter("bias_hh", start({gates * hidden_size}, o.bias, o, hidden_size))) {
  if (o.nonlinearity != "tanh" && o.nonlinearity != "relu")
    throw ValueError(
        str(cell, ": nonlinearity must be 'tanh' or 'relu', got '", o.nonlinearity, "'"));
}

std::string CellBase::extra_repr() const {
  std::string out = str(input_size_, ", ", hidden_size_);
  if (!options_.bias) out += ", bias=False";
  if (options_.nonlinearity != "tanh") out += ", nonlinearity=" + options_.nonlinearity;
  return out;
}

Tensor CellBase::input_gates(const Tensor& input) const {
  require_defined(type_name(), "input", input);
  if (input.dim() != 1 && input.dim() != 2)
    throw ShapeError(str(type_name(),
                         ": input must be (batch, features) or (features,), got shape ",
                         input.shape(), where()));
  if (input.size(-1) != input_size_)
    throw ShapeError(str(type_name(), ": the last axis of input has size ", input.size(-1),
                         " but input_size is ", input_size_, "; give (batch, ", input_size_,
                         ") or make the cell with input_size ", input.size(-1),
                         where({{"input", input}, {"weight_ih", weight_ih}})));
  const Tensor rows = input.dim() == 1 ? input.unsqueeze(0) : input;
  return linear(rows, weight_ih, bias_ih).unsqueeze(0);
}

Tensor CellBase::state_like(const char* name, const Tensor& given, const Tensor& input) const {
  const bool batched = input.dim() == 2;
  const std::int64_t batch = batched ? input.size(0) : 1;
  if (!given.defined())
    return zeros({batch, hidden_size_}, {.dtype = input.dtype(), .device = input.device()});
  const Shape expected = batched ? Shape{batch, hidden_size_} : Shape{hidden_size_};
  if (!(given.shape() == expected))
    throw ShapeError(str(type_name(), ": ", name, " must be ", expected,
                         batched ? " = (batch, hidden_size)" : " = (hidden_size,)", ", got ",
                         given.shape(), where({{"input", input}, {name, given}})));
  return batched ? given : given.unsqueeze(0);
}

Tensor CellBase::as_given(const Tensor& output, const Tensor& input) const {
  const Tensor state = output.select(0, 0);
  return input.dim() == 2 ? state : state.select(0, 0);
}

Tensor CellBase::forward_many(std::span<const Tensor> inputs) {
  if (inputs.empty() || inputs.size() > 1 + states())
    throw ValueError(str(type_name(), ": takes the input and ",
                         states() == 1 ? "one state (x, h)" : "two states (x, h, c)", ", got ",
                         inputs.size(), inputs.size() == 1 ? " tensor" : " tensors", where()));
  const auto given = [&](std::size_t i) { return i < inputs.size() ? inputs[i] : Tensor(); };
  return step(inputs[0], {given(1), given(2)}).h;
}

LSTMState RNNCell::step(const Tensor& x, const LSTMState& state) const {
  const Tensor gates = input_gates(x), h = state_like("h", state.h, x);
  return {as_given(rnn_layer(gates, h, weight_hh, bias_hh, options_.nonlinearity), x), {}};
}

LSTMState GRUCell::step(const Tensor& x, const LSTMState& state) const {
  const Tensor gates = input_gates(x), h = state_like("h", state.h, x);
  return {as_given(gru_layer(gates, h, weight_hh, bias_hh), x), {}};
}

LSTMState LSTMCell::step(const Tensor& x, const LSTMState& state) const {
  const Tensor gates = input_gates(x);
  const Tensor h = state_like("h", state.h, x), c = state_like("c", state.c, x);
  const LstmLayerResult out = lstm_layer(gates, h, c, weight_hh, bias_hh);
  return {as_given(out.output, x), as_given(out.cells, x)};
}
LSTMState LSTMCell::operator()(const Tensor& input, const LSTMState& state) {
  LSTMState out;
  const Tensor given[] = {input, state.h, state.c};
  out.h = call_as(given, [&](std::span<const Tensor> in) {
    out = step(in[0], {in[1], in[2]});
    return out.h;
  });
  return out;
}

}  // namespace limpid::nn
