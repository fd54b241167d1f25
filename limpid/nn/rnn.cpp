#include "limpid/nn/rnn.h"

#include <array>
#include <cmath>

#include "limpid/core/str.h"
#include "limpid/nn/default_init.h"
#include "limpid/nn/init.h"
#include "limpid/nn/python_text.h"
#include "limpid/nn/where.h"
#include "limpid/op/autocast.h"
#include "limpid/ops/cat/cat.h"
#include "limpid/ops/dropout/dropout.h"
#include "limpid/ops/linear/linear.h"
#include "limpid/ops/matmul/matmul.h"
#include "limpid/ops/pointwise/arithmetic.h"
#include "limpid/ops/recurrent/recurrent.h"
#include "limpid/ops/stack/stack.h"
#include "limpid/tensor/creation.h"

namespace limpid::nn {

RecurrentBase::RecurrentBase(Kind kind, std::int64_t input_size, std::int64_t hidden_size,
                             RNNOptions options)
    : kind_(kind), input_size_(input_size), hidden_size_(hidden_size), options_(options) {
  const char* layer = kind == Kind::rnn ? "RNN" : kind == Kind::lstm ? "LSTM" : "GRU";
  require_size(layer, "input_size", input_size);
  require_size(layer, "hidden_size", hidden_size);
  require_at_least(layer, "num_layers", options.num_layers, 1);
  if (!(options.dropout >= 0 && options.dropout <= 1))
    throw ValueError(str(layer, ": dropout must lie in [0, 1], got ", options.dropout));
  if (options.nonlinearity != "tanh" && options.nonlinearity != "relu")
    throw ValueError(
        str(layer, ": nonlinearity must be 'tanh' or 'relu', got '", options.nonlinearity, "'"));
  if (options.proj_size != 0 && kind != Kind::lstm)
    throw ValueError(str(layer, ": proj_size is of LSTM alone, got ", options.proj_size));
  if (options.proj_size < 0 || options.proj_size >= hidden_size)
    throw ValueError(str(layer, ": proj_size must be from 0 to hidden_size - 1, got ",
                         options.proj_size, " for hidden_size ", hidden_size));
  add_parameters();
}

void RecurrentBase::add_parameters() {
  const std::int64_t gates = kind_ == Kind::rnn ? 1 : kind_ == Kind::lstm ? 4 : 3;
  const std::int64_t rows = gates * hidden_size_;
  const std::int64_t width = output_size() * (options_.bidirectional ? 2 : 1);
  const TensorOptions like{.dtype = options_.dtype, .device = options_.device};
  Generator& random = options_.generator ? *options_.generator : default_generator();
  const double bound = 1 / std::sqrt(static_cast<double>(hidden_size_));
  const auto add = [&](const std::string& name, bool there, const Shape& shape) {
    const Tensor value =
        there ? init::uniform_(empty(shape, like), -bound, bound, random) : Tensor();
    return &register_parameter(name, value);
  };
  for (std::int64_t i = 0; i < options_.num_layers; ++i)
    for (const char* end : {"", "_reverse"}) {
      if (*end && !options_.bidirectional) continue;
      const std::string suffix = str("_l", i, end);
      Direction d{};
      d.weight_ih = add("weight_ih" + suffix, true, {rows, i ? width : input_size_});
      d.weight_hh = add("weight_hh" + suffix, true, {rows, output_size()});
      d.bias_ih = add("bias_ih" + suffix, options_.bias, {rows});
      d.bias_hh = add("bias_hh" + suffix, options_.bias, {rows});
      if (options_.proj_size)
        d.weight_hr = add("weight_hr" + suffix, true, {options_.proj_size, hidden_size_});
      directions_.push_back(d);
    }
}

std::string RecurrentBase::extra_repr() const {
  std::string out = str(input_size_, ", ", hidden_size_);
  if (options_.proj_size) out += str(", proj_size=", options_.proj_size);
  if (options_.num_layers != 1) out += str(", num_layers=", options_.num_layers);
  if (!options_.bias) out += ", bias=False";
  if (options_.batch_first) out += ", batch_first=True";
  if (options_.dropout != 0) out += ", dropout=" + python_text(options_.dropout);
  if (options_.bidirectional) out += ", bidirectional=True";
  return out;
}

/// The axes of an input of three.
const char* RecurrentBase::axes() const {
  return options_.batch_first ? "batch, steps" : "steps, batch";
}

void RecurrentBase::check_input(const Tensor& input) const {
  require_defined(type_name(), "input", input);
  const int rank = input.dim();
  const Tensor& weight = *directions_[0].weight_ih;
  if (rank != 2 && rank != 3)
    throw ShapeError(str(type_name(), ": input must be (", axes(),
                         ", features) or (steps, features), got shape ", input.shape(), where()));
  if (input.dtype() != weight.dtype() && !is_autocast_enabled())
    throw DTypeError(str(type_name(), ": input is ", input.dtype(), " but its weights are ",
                         weight.dtype(), "; convert the input with .to(", weight.dtype(), ")",
                         where()));
  if (input.size(-1) != input_size_)
    throw ShapeError(str(type_name(), ": the last axis of input has size ", input.size(-1),
                         " but input_size is ", input_size_, "; give (", axes(), ", ", input_size_,
                         ") or make the layer with input_size ", input.size(-1),
                         where({{"input", input}, {"weight_ih_l0", weight}})));
  const int time = rank == 3 && options_.batch_first ? 1 : 0;
  if (input.size(time) == 0)
    throw ShapeError(str(type_name(), ": the sequence has no steps: axis ", time,
                         " of input has size 0", where({{"input", input}})));
}

/// What may have been meant by a state that does not fit.
std::string RecurrentBase::advice(const Shape& given, const Shape& expected,
                                  const Tensor& input) const {
  if (given.rank() != 3 || expected.rank() != 3) return "";
  if (given == Shape{expected[1], expected[0], expected[2]})
    return "; states have the batch in the middle, with batch_first too";
  if (given[1] != input.size(options_.batch_first ? 1 : 0)) return "";
  return str("; input is (", axes(), ", features): if its batch is ", given[1],
             ", make the layer with ",
             options_.batch_first ? "{.batch_first = false}" : "{.batch_first = true}");
}

Tensor RecurrentBase::starting_state(const char* name, const Tensor& given, std::int64_t batch,
                                     std::int64_t size, const Tensor& input) const {
  const auto count = static_cast<std::int64_t>(directions_.size());
  const bool batched = input.dim() == 3;
  const Shape expected = batched ? Shape{count, batch, size} : Shape{count, size};
  if (!given.defined())
    return zeros({count, batch, size}, {.dtype = input.dtype(), .device = input.device()});
  if (!(given.shape() == expected))
    throw ShapeError(str(type_name(), ": ", name, " must be ", expected,
                         " = (layers x directions, ", batched ? "batch, " : "",
                         size == hidden_size_ ? "hidden_size" : "proj_size", "), got ",
                         given.shape(), advice(given.shape(), expected, input),
                         where({{"input", input}, {name, given}})));
  return batched ? given : given.unsqueeze(1);
}

/// With h = W_hr m, where m = o tanh(c), the product W_hh h of every step but the first is
/// (W_hh W_hr) m: a layer over m whose first step gets W_hh h0 with its gates, and m = 0. What it
/// gives is projected in one product for all steps.
RecurrentBase::States RecurrentBase::run_projected(const Direction& d, const Tensor& gates,
                                                   const Tensor& h0, const Tensor& c0,
                                                   bool reverse) const {
  const std::int64_t steps = gates.size(0), first = reverse ? steps - 1 : 0;
  const Tensor from_start = linear(h0, *d.weight_hh).unsqueeze(0);
  const Tensor begun = gates.narrow(0, first, 1) + from_start;
  const Tensor others = gates.narrow(0, reverse ? 0 : 1, steps - 1);
  const Tensor ordered[] = {reverse ? others : begun, reverse ? begun : others};
  const Tensor weight = matmul(*d.weight_hh, *d.weight_hr);
  LstmLayerResult out = lstm_layer(cat(ordered, 0), zeros_like(c0.detach()), c0, weight, *d.bias_hh,
                                   {.reverse = reverse});
  return {linear(out.output, *d.weight_hr), std::move(out.cells)};
}

RecurrentBase::States RecurrentBase::run_direction(const Direction& d, const Tensor& x,
                                                   const Tensor& h0, const Tensor& c0,
                                                   bool reverse) const {
  const Tensor gates = linear(x, *d.weight_ih, *d.bias_ih);
  if (options_.proj_size) return run_projected(d, gates, h0, c0, reverse);
  if (kind_ == Kind::lstm) {
    LstmLayerResult out = lstm_layer(gates, h0, c0, *d.weight_hh, *d.bias_hh, {.reverse = reverse});
    return {std::move(out.output), std::move(out.cells)};
  }
  if (kind_ == Kind::gru)
    return {gru_layer(gates, h0, *d.weight_hh, *d.bias_hh, {.reverse = reverse}), {}};
  return {
      rnn_layer(gates, h0, *d.weight_hh, *d.bias_hh, options_.nonlinearity, {.reverse = reverse}),
      {}};
}

/// One layer, in its directions: its outputs side by side. Adds the last states to `last`.
Tensor RecurrentBase::run_layer(std::int64_t layer, const Tensor& x, const States& start,
                                LastStates& last) const {
  std::vector<Tensor> outputs;
  const std::int64_t sides = options_.bidirectional ? 2 : 1;
  for (std::int64_t i = layer * sides; i < (layer + 1) * sides; ++i) {
    const bool reverse = i % sides == 1;
    const States s =
        run_direction(directions_[static_cast<std::size_t>(i)], x, start.output.select(0, i),
                      start.cells.defined() ? start.cells.select(0, i) : Tensor(), reverse);
    const std::int64_t end = reverse ? 0 : -1;  // where the last step computed stands
    last.h.push_back(s.output.select(0, end));
    if (s.cells.defined()) last.c.push_back(s.cells.select(0, end));
    outputs.push_back(s.output);
  }
  return sides == 1 ? outputs[0] : cat(outputs, 2);
}

LSTMResult RecurrentBase::run(const Tensor& input, const Tensor& h0, const Tensor& c0) const {
  check_input(input);
  const bool batched = input.dim() == 3, turned = batched && options_.batch_first;
  Tensor x = turned ? input.transpose(0, 1).contiguous() : batched ? input : input.unsqueeze(1);
  const std::int64_t batch = x.size(1);
  States start{starting_state("h0", h0, batch, output_size(), input), {}};
  if (kind_ == Kind::lstm) start.cells = starting_state("c0", c0, batch, hidden_size_, input);
  LastStates last;
  for (std::int64_t layer = 0; layer < options_.num_layers; ++layer) {
    if (layer > 0) x = dropout(x, options_.dropout, is_training());
    x = run_layer(layer, x, start, last);
  }
  LSTMResult out{turned ? x.transpose(0, 1) : x, stack(last.h, 0),
                 last.c.empty() ? Tensor() : stack(last.c, 0)};
  if (batched) return out;
  return {out.output.squeeze(1), out.h_n.squeeze(1),
          out.c_n.defined() ? out.c_n.squeeze(1) : Tensor()};
}

Tensor RecurrentBase::forward(const Tensor& input) { return run(input, {}, {}).output; }

Tensor RecurrentBase::forward_many(std::span<const Tensor> inputs) {
  const std::size_t most = kind_ == Kind::lstm ? 3 : 2;
  if (inputs.empty() || inputs.size() > most)
    throw ValueError(str(type_name(), ": takes the input and up to ", most - 1,
                         " starting states, got ", inputs.size(), " tensors", where()));
  const auto given = [&](std::size_t i) { return i < inputs.size() ? inputs[i] : Tensor(); };
  return run(inputs[0], given(1), given(2)).output;
}

LSTMResult RecurrentBase::call_recurrent(const Tensor& input, const Tensor& h0, const Tensor& c0) {
  LSTMResult out;
  const Tensor given[] = {input, h0, c0};
  out.output = call_as(given, [&](std::span<const Tensor> in) {
    out = run(in[0], in[1], in[2]);
    return out.output;
  });
  return out;
}

RNNResult RNN::operator()(const Tensor& input, const Tensor& h0) {
  LSTMResult out = call_recurrent(input, h0, {});
  return {std::move(out.output), std::move(out.h_n)};
}
LSTMResult LSTM::operator()(const Tensor& input, const Tensor& h0, const Tensor& c0) {
  return call_recurrent(input, h0, c0);
}
RNNResult GRU::operator()(const Tensor& input, const Tensor& h0) {
  LSTMResult out = call_recurrent(input, h0, {});
  return {std::move(out.output), std::move(out.h_n)};
}

}  // namespace limpid::nn
