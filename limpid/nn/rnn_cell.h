#pragma once
// One step of a recurrent layer, for loops that the user writes.

#include <string>

#include "limpid/core/random.h"
#include "limpid/nn/module.h"

namespace limpid::nn {

struct RNNCellOptions {
  bool bias = true;
  std::string nonlinearity = "tanh";  ///< of RNNCell alone: or "relu"
  Device device = kCpu;
  DType dtype = kDefaultDType;
  Generator* generator = nullptr;  ///< of the starting values; null: default_generator()
};

struct LSTMState {
  Tensor h, c;
};

/// What the cells share: weights (gates H, features) and (gates H, H), two biases (gates H,), all
/// starting uniform in +-1/sqrt(H).
class CellBase : public Module {
 public:
  /// h' from a state of zeros.
  Tensor forward(const Tensor& input) override { return forward_many({&input, 1}); }
  /// h' from the input and as many states as are given.
  Tensor forward_many(std::span<const Tensor> inputs) override;
  std::string extra_repr() const override;

 protected:
  CellBase(const char* cell, std::int64_t gates, std::int64_t input_size, std::int64_t hidden_size,
           RNNCellOptions options);
  virtual std::size_t states() const { return 1; }
  virtual LSTMState step(const Tensor& input, const LSTMState& state) const = 0;
  /// Input (B, features) or (features,) as (1, B, gates H), what it adds to the gates.
  Tensor input_gates(const Tensor& input) const;
  /// A state as (B, H); zeros where none is given. ShapeError when it does not fit.
  Tensor state_like(const char* name, const Tensor& given, const Tensor& input) const;
  /// (1, B, H) without the axes that the input does not have.
  Tensor as_given(const Tensor& output, const Tensor& input) const;

  std::int64_t input_size_, hidden_size_;
  RNNCellOptions options_;

 public:
  Tensor &weight_ih, &weight_hh, &bias_ih, &bias_hh;
};

/// torch.nn.RNNCell: h' = cell(x, h); without h it starts from zeros.
class RNNCell final : public CellBase {
 public:
  RNNCell(std::int64_t input_size, std::int64_t hidden_size, RNNCellOptions options = {})
      : CellBase("RNNCell", 1, input_size, hidden_size, std::move(options)) {}

 private:
  LSTMState step(const Tensor& input, const LSTMState& state) const override;
};

/// torch.nn.GRUCell: h' = cell(x, h).
class GRUCell final : public CellBase {
 public:
  GRUCell(std::int64_t input_size, std::int64_t hidden_size, RNNCellOptions options = {})
      : CellBase("GRUCell", 3, input_size, hidden_size, std::move(options)) {}

 private:
  LSTMState step(const Tensor& input, const LSTMState& state) const override;
};

/// torch.nn.LSTMCell: auto [h, c] = cell(x, {h, c}). As a Module it takes them one by one and gives
/// h' alone: module(x, h, c).
class LSTMCell final : public CellBase {
 public:
  LSTMCell(std::int64_t input_size, std::int64_t hidden_size, RNNCellOptions options = {})
      : CellBase("LSTMCell", 4, input_size, hidden_size, std::move(options)) {}
  LSTMState operator()(const Tensor& input, const LSTMState& state = {});

 private:
  std::size_t states() const override { return 2; }
  LSTMState step(const Tensor& input, const LSTMState& state) const override;
};

}  // namespace limpid::nn
