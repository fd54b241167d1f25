#pragma once
// Recurrent layers over a whole sequence, in one direction: plain (tanh or ReLU), LSTM and GRU.
// What comes from the input, x W_ih^T + b_ih, is one product for all steps and made before; here is
// what has to go step by step. The modules nn::RNN, nn::LSTM and nn::GRU are made of these.
//
// LSTM and GRU also give their gates, so that the gradient need not compute them anew.
//
// T steps, B sequences, H hidden units. Shapes, references and gradients are in recurrent.cpp, the
// fast kernels in recurrent_cpu.cpp, cases in recurrent_cases.cpp.

#include <string>

#include "limpid/op/apply.h"

namespace limpid {

/// What the three share.
struct RecurrentLayer {
  bool reverse = false;  ///< from the last step to the first

  static constexpr OpTraits traits{.accuracy = Accuracy::terms,
                                   .mixed_precision = MixedPrecision::lower};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("reverse", &RecurrentLayer::reverse)};
  }
};

struct RnnLayer : RecurrentLayer {
  std::string nonlinearity = "tanh";  ///< or "relu"

  static constexpr OpDoc doc{
      .name = "rnn_layer",
      .title = "RnnLayer",
      .summary = "A plain recurrent layer over a sequence.",
      .formula = "h_t = f(a_t + W h_(t-1) + b), with f = tanh or ReLU",
      .inputs = "input_gates, h0, weight, bias?",
      .outputs = "output",
      .shapes = "(T, B, H), (B, H), (H, H), (H,) -> (T, B, H)",
      .source = "Elman, Finding structure in time, Cognitive Science 14 (1990)"};
  static constexpr auto attributes() {
    return std::tuple{field("reverse", &RecurrentLayer::reverse),
                      field("nonlinearity", &RnnLayer::nonlinearity)};
  }
  Spec infer(const Inputs& in) const;
  double flops(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 0b0110, .outputs = 1}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

struct LstmLayer : RecurrentLayer {
  static constexpr OpDoc doc{
      .name = "lstm_layer",
      .title = "LstmLayer",
      .summary = "A long short-term memory layer over a sequence.",
      .formula =
          "i, f, g, o = parts of a_t + W h_(t-1) + b; c_t = sigmoid(f) c_(t-1) + sigmoid(i) "
          "tanh(g); "
          "h_t = sigmoid(o) tanh(c_t); gates: sigmoid(i), sigmoid(f), tanh(g), sigmoid(o)",
      .inputs = "input_gates, h0, c0, weight, bias?",
      .outputs = "output, cells, gates",
      .shapes = "(T, B, 4H), (B, H), (B, H), (4H, H), (4H,) -> twice (T, B, H), (T, B, 4H)",
      .source =
          "Hochreiter and Schmidhuber, Neural Computation 9 (1997); forget gate: Gers, "
          "Schmidhuber and Cummins (2000)"};
  std::array<Spec, 3> infer(const Inputs& in) const;
  double flops(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 0b01110, .outputs = 0b111}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

struct GruLayer : RecurrentLayer {
  static constexpr OpDoc doc{
      .name = "gru_layer",
      .title = "GruLayer",
      .summary = "A gated recurrent unit layer over a sequence.",
      .formula =
          "with u = W h_(t-1) + b: r = sigmoid(a_r + u_r); z = sigmoid(a_z + u_z); "
          "n = tanh(a_n + r u_n); h_t = (1 - z) n + z h_(t-1); gates: r, z, n, u_n",
      .inputs = "input_gates, h0, weight, bias?",
      .outputs = "output, gates",
      .shapes = "(T, B, 3H), (B, H), (3H, H), (3H,) -> (T, B, H), (T, B, 4H)",
      .source =
          "Cho et al., Learning phrase representations using RNN encoder-decoder, EMNLP 2014"};
  std::array<Spec, 2> infer(const Inputs& in) const;
  double flops(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static Saves saves(Needs) { return {.inputs = 0b0110, .outputs = 0b11}; }
  Tensors gradient(const Backward& b) const;
  Tensors backward(Cpu, const Backward& b) const;
  static std::vector<Case> cases();
};

struct RecurrentOptions {
  bool reverse = false;
};
struct LstmLayerResult {
  Tensor output;  ///< h_t, (T, B, H)
  Tensor cells;   ///< c_t, (T, B, H)
};

/// `input_gates` (T, B, gates H) is what the input adds to each gate; gates in PyTorch's order. All
/// of one floating dtype. ShapeError names what does not fit; ValueError an unknown nonlinearity.
Tensor rnn_layer(const Tensor& input_gates, const Tensor& h0, const Tensor& weight,
                 const Tensor& bias = {}, std::string_view nonlinearity = "tanh",
                 RecurrentOptions options = {});
LstmLayerResult lstm_layer(const Tensor& input_gates, const Tensor& h0, const Tensor& c0,
                           const Tensor& weight, const Tensor& bias = {},
                           RecurrentOptions options = {});
Tensor gru_layer(const Tensor& input_gates, const Tensor& h0, const Tensor& weight,
                 const Tensor& bias = {}, RecurrentOptions options = {});

}  // namespace limpid
