// Makers of recurrent and attention layers, and their calls, which have several results.

#include "limpid/nn/nn.h"
#include "nn.h"

namespace nb = nanobind;

namespace limpid::python {

namespace {

using MaybeTensor = std::optional<Tensor>;

template <class L>
void recurrent(nb::module_& m, const char* name) {
  m.def(name, [](std::int64_t input, std::int64_t hidden, std::int64_t layers,
                 const std::string& nonlinearity, bool bias, bool batch_first, double dropout,
                 bool bidirectional, std::int64_t proj_size, MaybeDevice device, MaybeDType dtype) {
    return layer(L(input, hidden,
                   {.num_layers = layers,
                    .nonlinearity = nonlinearity,
                    .bias = bias,
                    .batch_first = batch_first,
                    .dropout = dropout,
                    .bidirectional = bidirectional,
                    .proj_size = proj_size,
                    .device = on(device),
                    .dtype = of(dtype)}));
  });
}

template <class L>
void cell(nb::module_& m, const char* name) {
  m.def(name, [](std::int64_t input, std::int64_t hidden, bool bias,
                 const std::string& nonlinearity, MaybeDevice device, MaybeDType dtype) {
    return layer(
        L(input, hidden,
          {.bias = bias, .nonlinearity = nonlinearity, .device = on(device), .dtype = of(dtype)}));
  });
}

/// (output, h_n)
template <class L>
nb::tuple run(nn::Module& self, const Tensor& x, const MaybeTensor& h) {
  nn::RNNResult out = unlocked([&] { return as<L>(self)(x, or_none(h)); }, x);
  return nb::make_tuple(out.output, out.h_n);
}

/// (output, h_n, c_n)
nb::tuple run_lstm(nn::Module& self, const Tensor& x, const MaybeTensor& h, const MaybeTensor& c) {
  nn::LSTMResult out = unlocked([&] { return as<nn::LSTM>(self)(x, or_none(h), or_none(c)); }, x);
  return nb::make_tuple(out.output, out.h_n, out.c_n);
}

nb::tuple run_lstm_cell(nn::Module& self, const Tensor& x, const MaybeTensor& h,
                        const MaybeTensor& c) {
  nn::LSTMState out = as<nn::LSTMCell>(self)(x, {or_none(h), or_none(c)});
  return nb::make_tuple(out.h, out.c);
}

/// (output, weights or None)
nb::tuple attend(nn::Module& self, const Tensor& query, const Tensor& key, const Tensor& value,
                 const MaybeTensor& key_padding_mask, bool need_weights,
                 const MaybeTensor& attn_mask, bool average_attn_weights, bool is_causal) {
  const nn::AttentionArguments arguments{.key_padding_mask = or_none(key_padding_mask),
                                         .need_weights = need_weights,
                                         .attn_mask = or_none(attn_mask),
                                         .average_attn_weights = average_attn_weights,
                                         .is_causal = is_causal};
  nn::AttentionResult out = unlocked(
      [&] { return as<nn::MultiheadAttention>(self)(query, key, value, arguments); }, query, key);
  return nb::make_tuple(out.output, out.weights);
}

}  // namespace

void add_recurrent_layers(nb::module_& m) {
  recurrent<nn::RNN>(m, "RNN");
  recurrent<nn::LSTM>(m, "LSTM");
  recurrent<nn::GRU>(m, "GRU");
  cell<nn::RNNCell>(m, "RNNCell");
  cell<nn::LSTMCell>(m, "LSTMCell");
  cell<nn::GRUCell>(m, "GRUCell");
  m.def("run_rnn", run<nn::RNN>);
  m.def("run_gru", run<nn::GRU>);
  m.def("run_lstm", run_lstm);
  m.def("run_lstm_cell", run_lstm_cell);
  m.def("MultiheadAttention",
        [](std::int64_t embed_dim, std::int64_t heads, double dropout, bool bias, bool add_bias_kv,
           bool add_zero_attn, std::int64_t kdim, std::int64_t vdim, bool batch_first,
           MaybeDevice device, MaybeDType dtype) {
          return layer(nn::MultiheadAttention(embed_dim, heads,
                                              {.dropout = dropout,
                                               .bias = bias,
                                               .add_bias_kv = add_bias_kv,
                                               .add_zero_attn = add_zero_attn,
                                               .kdim = kdim,
                                               .vdim = vdim,
                                               .batch_first = batch_first,
                                               .device = on(device),
                                               .dtype = of(dtype)}));
        });
  m.def("attend", attend);
}

}  // namespace limpid::python
