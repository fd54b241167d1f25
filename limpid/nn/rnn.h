#pragma once
// Recurrent layers: RNN, LSTM and GRU, with any number of layers, in one or both directions, and
// their cells, which do one step. The arithmetic of a direction is in ops/recurrent.

#include <string>

#include "limpid/core/random.h"
#include "limpid/nn/module.h"

namespace limpid::nn {

struct RNNOptions {
  std::int64_t num_layers = 1;
  std::string nonlinearity = "tanh";  ///< of RNN alone: or "relu"
  bool bias = true;
  bool batch_first = false;    ///< (B, T, features) in place of (T, B, features)
  double dropout = 0;          ///< behind each layer but the last, while training
  bool bidirectional = false;  ///< a second layer from the end to the start; outputs side by side
  std::int64_t proj_size =
      0;  ///< of LSTM alone: h is W_hr o tanh(c), of so many numbers; 0: o tanh(c)
  Device device = kCpu;
  DType dtype = kDefaultDType;
  Generator* generator = nullptr;  ///< of the starting values; null: default_generator()
};

/// D = 2 for both directions, else 1. With proj_size, output and h_n have that in place of H.
struct RNNResult {
  Tensor output;  ///< (T, B, D H): the last layer's state at every step
  Tensor h_n;     ///< (layers D, B, H): the last state of each layer and direction
};
struct LSTMResult {
  Tensor output, h_n;
  Tensor c_n;  ///< (layers D, B, H): the last cells
};

/// What RNN, LSTM and GRU share. Parameters have PyTorch's names (weight_ih_l0, bias_hh_l1_reverse)
/// and start uniform in +-1/sqrt(H).
class RecurrentBase : public Module {
 public:
  /// The output alone, as a part of Sequential; the states start as given or from zeros.
  Tensor forward(const Tensor& input) override;
  Tensor forward_many(std::span<const Tensor> inputs) override;
  std::string extra_repr() const override;

 protected:
  enum class Kind { rnn, lstm, gru };
  RecurrentBase(Kind kind, std::int64_t input_size, std::int64_t hidden_size, RNNOptions options);

  /// Without h0 (and c0, of an LSTM) it starts from zeros. `input` may have no batch axis: (T,
  /// features), and then neither have the states. ShapeError says which size does not fit.
  LSTMResult run(const Tensor& input, const Tensor& h0, const Tensor& c0) const;
  /// run() within the layer's name and between its hooks, which see the output.
  LSTMResult call_recurrent(const Tensor& input, const Tensor& h0, const Tensor& c0);

 private:
  struct Direction {
    Tensor *weight_ih, *weight_hh, *bias_ih, *bias_hh, *weight_hr;
  };
  struct States {
    Tensor output, cells;
  };
  struct LastStates {
    std::vector<Tensor> h, c;
  };
  void add_parameters();
  /// Numbers in h of one direction.
  std::int64_t output_size() const {
    return options_.proj_size ? options_.proj_size : hidden_size_;
  }
  const char* axes() const;
  void check_input(const Tensor& input) const;
  std::string advice(const Shape& given, const Shape& expected, const Tensor& input) const;
  Tensor starting_state(const char* name, const Tensor& given, std::int64_t batch,
                        std::int64_t size, const Tensor& input) const;
  States run_projected(const Direction& d, const Tensor& gates, const Tensor& h0, const Tensor& c0,
                       bool reverse) const;
  States run_direction(const Direction& d, const Tensor& x, const Tensor& h0, const Tensor& c0,
                       bool reverse) const;
  Tensor run_layer(std::int64_t layer, const Tensor& x, const States& start,
                   LastStates& last) const;

  Kind kind_;
  std::int64_t input_size_, hidden_size_;
  RNNOptions options_;
  std::vector<Direction> directions_;  // layer by layer, forward then backward
};

/// torch.nn.RNN: auto [output, h_n] = rnn(x, h0).
class RNN final : public RecurrentBase {
 public:
  RNN(std::int64_t input_size, std::int64_t hidden_size, RNNOptions options = {})
      : RecurrentBase(Kind::rnn, input_size, hidden_size, std::move(options)) {}
  RNNResult operator()(const Tensor& input, const Tensor& h0 = {});
};

/// torch.nn.LSTM: auto [output, h_n, c_n] = lstm(x, h0, c0).
class LSTM final : public RecurrentBase {
 public:
  LSTM(std::int64_t input_size, std::int64_t hidden_size, RNNOptions options = {})
      : RecurrentBase(Kind::lstm, input_size, hidden_size, std::move(options)) {}
  LSTMResult operator()(const Tensor& input, const Tensor& h0 = {}, const Tensor& c0 = {});
};

/// torch.nn.GRU: auto [output, h_n] = gru(x, h0).
class GRU final : public RecurrentBase {
 public:
  GRU(std::int64_t input_size, std::int64_t hidden_size, RNNOptions options = {})
      : RecurrentBase(Kind::gru, input_size, hidden_size, std::move(options)) {}
  RNNResult operator()(const Tensor& input, const Tensor& h0 = {});
};

}  // namespace limpid::nn
