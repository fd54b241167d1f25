// RNN, LSTM, GRU and their cells against results that PyTorch gave
// (tests/golden/make_recurrent.py), and what they say to wrong input.

#include "limpid/nn/rnn.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/nn/rnn_cell.h"
#include "limpid/nn/sequential.h"
#include "limpid/ops/cat/cat.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/stack/stack.h"
#include "limpid/tensor/creation.h"
#include "tests/thrown.h"

using namespace limpid;
using nlohmann::json;

namespace {

const json& golden() {
  static const json all =
      json::parse(std::ifstream(LIMPID_SOURCE_DIR "/tests/golden/recurrent.json"));
  return all;
}

/// Element i is ((37 i + 11 k) mod 23 - 11) / divisor.
Tensor filled(const Shape& shape, std::int64_t k, double divisor) {
  std::vector<float> values(static_cast<std::size_t>(numel(shape)));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>(
        static_cast<double>((37 * static_cast<std::int64_t>(i) + 11 * k) % 23 - 11) / divisor);
  return from_values(std::span<const float>(values), shape);
}

void fill_parameters(const nn::Module& module) {
  std::int64_t k = 0;
  for (const NamedTensor& p : module.named_parameters()) {
    const Tensor values = filled(p.tensor.shape(), k++, 40);
    std::copy_n(values.data<float>(), values.numel(), p.tensor.data<float>());
  }
}

void check_equal(const Tensor& found, const json& expected) {
  REQUIRE(std::vector<std::int64_t>(found.shape().begin(), found.shape().end()) ==
          expected["shape"].get<std::vector<std::int64_t>>());
  const auto a = found.to_vector<double>(), b = expected["values"].get<std::vector<double>>();
  double largest = 0;
  for (double v : b) largest = std::max(largest, std::abs(v));
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(std::abs(a[i] - b[i]) <= 1e-6 * largest + 1e-30);
}

/// Sends the gradient 1 + i mod 3 into element i of every result, as make_recurrent.py does.
void check_results(std::vector<Tensor> results, const Tensor& x, const nn::Module& module,
                   const json& expected) {
  REQUIRE(results.size() == expected["results"].size());
  Tensor loss = zeros({});
  for (std::size_t r = 0; r < results.size(); ++r) {
    check_equal(results[r], expected["results"][r]);
    std::vector<float> weights(static_cast<std::size_t>(results[r].numel()));
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<float>(1 + i % 3);
    loss = loss +
           (results[r] * from_values(std::span<const float>(weights), results[r].shape())).sum();
  }
  loss.backward();
  check_equal(x.grad(), expected["gradients"]["x"]);
  check_equal(module.parameters()[0].grad(), expected["gradients"]["first"]);
}

template <class Layer>
void check_layer(const json& c) {
  const std::int64_t layers = c["layers"];
  const bool both = c["bidirectional"], first = c["batch_first"], batched = c["batched"];
  Layer module(3, 4,
               {.num_layers = layers,
                .nonlinearity = c["kind"] == "relu" ? "relu" : "tanh",
                .bias = c["bias"],
                .batch_first = first,
                .bidirectional = both});
  fill_parameters(module);
  std::vector<std::string> names;
  for (const NamedTensor& p : module.named_parameters()) names.push_back(p.name);
  CHECK(names == c["names"].get<std::vector<std::string>>());
  if (c["kind"] != "relu") CHECK(to_string(module) == c["repr"].get<std::string>());
  Tensor x = filled(!batched ? Shape{5, 3} : first ? Shape{2, 5, 3} : Shape{5, 2, 3}, 5, 20);
  x.requires_grad_();
  const std::int64_t count = layers * (both ? 2 : 1);
  const Shape state = batched ? Shape{count, 2, 4} : Shape{count, 4};
  Tensor h0, c0;
  if (c["given"]) h0 = filled(state, 6, 20), c0 = filled(state, 7, 20);
  if constexpr (std::is_same_v<Layer, nn::LSTM>) {
    auto [output, h_n, c_n] = module(x, h0, c0);
    check_results({output, h_n, c_n}, x, module, c);
  } else {
    auto [output, h_n] = module(x, h0);
    check_results({output, h_n}, x, module, c);
  }
}

}  // namespace

TEST_CASE("recurrent layers give what PyTorch gives, in every combination") {
  REQUIRE(golden()["layers"].size() == 38);
  for (const json& c : golden()["layers"]) {
    INFO(c["repr"].get<std::string>(), " given ", c["given"].get<bool>(), " batched ",
         c["batched"].get<bool>());
    if (c["kind"] == "lstm") check_layer<nn::LSTM>(c);
    else if (c["kind"] == "gru") check_layer<nn::GRU>(c);
    else check_layer<nn::RNN>(c);
  }
}

TEST_CASE("recurrent cells give what PyTorch gives") {
  REQUIRE(golden()["cells"].size() == 12);
  for (const json& c : golden()["cells"]) {
    INFO(c["repr"].get<std::string>());
    const bool batched = c["batched"];
    Tensor x = filled(batched ? Shape{2, 3} : Shape{3}, 5, 20);
    x.requires_grad_();
    const Shape state = batched ? Shape{2, 4} : Shape{4};
    const Tensor h = filled(state, 6, 20), cell_state = filled(state, 7, 20);
    const nn::RNNCellOptions options{.bias = c["bias"]};
    const auto check = [&](auto module, auto call) {
      fill_parameters(module);
      CHECK(to_string(module) == c["repr"].get<std::string>());
      check_results(call(module), x, module, c);
    };
    if (c["kind"] == "lstm")
      check(nn::LSTMCell(3, 4, options), [&](nn::LSTMCell& cell) {
        auto [h1, c1] = cell(x, {h, cell_state});
        return std::vector<Tensor>{h1, c1};
      });
    else if (c["kind"] == "gru")
      check(nn::GRUCell(3, 4, options),
            [&](nn::GRUCell& cell) { return std::vector<Tensor>{cell(x, h)}; });
    else
      check(nn::RNNCell(3, 4, options),
            [&](nn::RNNCell& cell) { return std::vector<Tensor>{cell(x, h)}; });
  }
}

TEST_CASE("the reverse direction reads its own gates and hands its outputs back in order") {
  nn::GRU both(3, 4, {.bidirectional = true}), ahead(3, 4);
  fill_parameters(both);
  const auto from = both.state_dict();
  StateDict state;
  for (const NamedTensor& p : from)
    if (p.name.ends_with("_reverse"))
      state.push_back({p.name.substr(0, p.name.size() - 8), p.tensor});
  ahead.load_state_dict(state);
  const Tensor x = filled({5, 2, 3}, 1, 10);
  std::vector<Tensor> turned;
  for (std::int64_t t = 4; t >= 0; --t) turned.push_back(x.select(0, t));
  const Tensor reverse_half = both(x).output.narrow(2, 4, 4);
  const Tensor expected = ahead(stack(turned, 0)).output;
  for (std::int64_t t = 0; t < 5; ++t)
    CHECK(reverse_half[t].to_vector<float>() == expected[4 - t].to_vector<float>());
}

TEST_CASE("a cell step by step is the layer") {
  nn::LSTM layer(3, 4);
  nn::LSTMCell cell(3, 4);
  fill_parameters(layer);
  fill_parameters(cell);
  const Tensor x = filled({6, 2, 3}, 2, 10);
  const Tensor output = layer(x).output;
  nn::LSTMState state;
  for (std::int64_t t = 0; t < 6; ++t) {
    state = cell(x[t], state);
    const auto a = state.h.to_vector<double>(), b = output[t].to_vector<double>();
    for (std::size_t i = 0; i < a.size(); ++i) CHECK(a[i] == doctest::Approx(b[i]).epsilon(1e-6));
  }
}

TEST_CASE("dropout stands between layers, while training alone") {
  nn::RNN net(3, 4, {.num_layers = 2, .dropout = 1.0});
  fill_parameters(net);
  const Tensor x = filled({3, 2, 3}, 1, 10);
  const Tensor all_dropped = net(x).output;
  net.eval();
  CHECK(all_dropped.to_vector<float>() != net(x).output.to_vector<float>());
  net.train();
  CHECK(net(x * 0 + 1).output.to_vector<float>() == all_dropped.to_vector<float>());
}

TEST_CASE("hooks see the output, and errors name the layer and the size that does not fit") {
  struct Tagger : nn::Module {
    nn::LSTM& encoder = register_module("encoder", nn::LSTM(3, 4, {.batch_first = true}));
    Tensor forward(const Tensor& x) override { return encoder(x).output; }
  } tagger;
  int calls = 0;
  auto handle = tagger.encoder.register_forward_hook(
      [&](nn::Module&, std::span<const Tensor> inputs, const Tensor& output) {
        ++calls;
        CHECK(inputs.size() == 3);
        return output * 0;
      });
  CHECK(tagger(filled({2, 5, 3}, 1, 10)).to_vector<float>() == std::vector<float>(40, 0));
  CHECK(calls == 1);
  handle.remove();

  const auto error = [&](const Shape& shape) {
    return testing::thrown<Error>([&] { tagger(zeros(shape)); });
  };
  CHECK(error({2, 5, 4}) ==
        "LSTM: input has 4 features (its last axis) but input_size is 3, input (2, 5, 4) [layer "
        "encoder]");
  CHECK(error({2, 0, 3}) == "LSTM: the sequence has no steps, input (2, 0, 3) [layer encoder]");
  CHECK(error({3}) ==
        "LSTM: input must be (batch, steps, features) or (steps, features), got (3,) [layer "
        "encoder]");
  nn::GRU gru(3, 4, {.num_layers = 2});
  CHECK(testing::thrown<Error>([&] {
          gru(zeros({5, 2, 3}), zeros({1, 2, 4}));
        }) == "GRU: h0 must be (2, 2, 4) = (layers x directions, batch, hidden), got (1, 2, 4)");
  CHECK(testing::thrown<Error>([&] { nn::RNN(0, 4); }) ==
        "RNN: input_size must be at least 1, got 0");
  CHECK(testing::thrown<Error>([&] {
          nn::RNN(3, 4, {.nonlinearity = "gelu"});
        }).find("'tanh' or 'relu'") != std::string::npos);
  CHECK(testing::thrown<Error>([&] {
          nn::LSTM(3, 4, {.dropout = 1.5});
        }).find("dropout must lie in [0, 1]") != std::string::npos);
  nn::GRUCell cell(3, 4);
  CHECK(testing::thrown<Error>([&] {
          cell(zeros({2, 5}));
        }) == "GRUCell: input has 5 features but input_size is 3");
  CHECK(testing::thrown<Error>([&] {
          cell(zeros({2, 3}), zeros({1, 4}));
        }) == "GRUCell: the state must be (2, 4) beside input (2, 3), got (1, 4)");
  CHECK(gru(zeros({1, 2, 3})).output.shape() == Shape{1, 2, 4});  // length 1, and all goes on
}

TEST_CASE("a recurrent layer is a part of Sequential") {
  nn::Sequential net(nn::GRU(3, 4), nn::RNN(4, 2));
  CHECK(net(zeros({5, 2, 3})).shape() == Shape{5, 2, 2});
}
