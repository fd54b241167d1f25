// RNN, LSTM, GRU and their cells against results that PyTorch gave
// (tests/golden/make_recurrent.py), and what they say to wrong input.

// covers: recurrent

#include "limpid/nn/rnn.h"

#include <doctest/doctest.h>

#include "limpid/autograd/engine.h"
#include "limpid/backends/cpu/threads.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/nn/rnn_cell.h"
#include "limpid/nn/sequential.h"
#include "limpid/ops/cat/cat.h"
#include "limpid/ops/pointwise/comparison.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/recurrent/recurrent.h"
#include "limpid/ops/stack/stack.h"
#include "limpid/tensor/creation.h"
#include "tests/golden_layers.h"
#include "tests/thrown.h"

namespace limpid::rnn_test {

using namespace testing;
using nlohmann::json;

namespace {

const json& golden() {
  static const json all = read_golden("recurrent.json");
  return all;
}

template <class Layer>
void check_layer(const json& c) {
  const std::int64_t layers = c["layers"], proj = c["proj_size"];
  const bool both = c["bidirectional"], first = c["batch_first"], batched = c["batched"];
  Layer module(3, 4,
               {.num_layers = layers,
                .nonlinearity = c["kind"] == "relu" ? "relu" : "tanh",
                .bias = c["bias"],
                .batch_first = first,
                .bidirectional = both,
                .proj_size = proj});
  fill_parameters(module, 40);
  CHECK(parameter_names(module) == c["names"].get<std::vector<std::string>>());
  if (c["kind"] != "relu") CHECK(to_string(module) == c["repr"].get<std::string>());
  Tensor x = filled(!batched ? Shape{5, 3} : first ? Shape{2, 5, 3} : Shape{5, 2, 3}, 5, 20);
  x.requires_grad_();
  const std::int64_t count = layers * (both ? 2 : 1);
  const auto state = [&](std::int64_t size) {
    return batched ? Shape{count, 2, size} : Shape{count, size};
  };
  Tensor h0, c0;
  if (c["given"]) h0 = filled(state(proj ? proj : 4), 6, 20), c0 = filled(state(4), 7, 20);
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
  REQUIRE(golden()["layers"].size() == 42);
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
      fill_parameters(module, 40);
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
  fill_parameters(both, 40);
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
  fill_parameters(layer, 40);
  fill_parameters(cell, 40);
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
  fill_parameters(net, 40);
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
    return thrown<Error>([&] { tagger(zeros(shape)); });
  };
  CHECK(
      error({2, 5, 4}) ==
      "LSTM: the last axis of input has size 4 but input_size is 3; give (batch, steps, 3) or make "
      "the layer with input_size 4 [input (2, 5, 4), weight_ih_l0 (16, 3), layer encoder]");
  CHECK(error({2, 0, 3}) ==
        "LSTM: the sequence has no steps: axis 1 of input has size 0 [input (2, 0, 3), layer "
        "encoder]");
  CHECK(error({3}) ==
        "LSTM: input must be (batch, steps, features) or (steps, features), got shape (3,) [layer "
        "encoder]");
  nn::GRU gru(3, 4, {.num_layers = 2});
  CHECK(thrown<Error>([&] {
          gru(zeros({5, 2, 3}), zeros({1, 2, 4}));
        }) ==
        "GRU: h0 must be (2, 2, 4) = (layers x directions, batch, hidden_size), got (1, 2, 4) "
        "[input (5, 2, 3), h0 (1, 2, 4)]");
  const auto ends = [&](const Shape& h0, const Shape& x, bool batch_first, std::string_view end) {
    nn::GRU net(3, 4, {.num_layers = 2, .batch_first = batch_first});
    const std::string message = thrown<ShapeError>([&] { net(zeros(x), zeros(h0)); });
    const std::string whole = str(end, " [input ", x, ", h0 ", h0, "]");
    CHECK_MESSAGE(message.ends_with(whole), message);
  };
  ends({5, 2, 4}, {5, 7, 3}, true, "; states have the batch in the middle, with batch_first too");
  ends(
      {2, 5, 4}, {5, 7, 3}, false,
      "; input is (steps, batch, features): if its batch is 5, make the layer with {.batch_first = "
      "true}");
  ends(
      {2, 7, 4}, {5, 7, 3}, true,
      "; input is (batch, steps, features): if its batch is 7, make the layer with {.batch_first = "
      "false}");
  ends({2, 7, 5}, {5, 7, 3}, false, "got (2, 7, 5)");
  ends({2, 5}, {5, 3}, false, "= (layers x directions, hidden_size), got (2, 5)");
  CHECK(thrown<Error>([&] { nn::RNN(0, 4); }) == "RNN: input_size must be at least 1, got 0");
  CHECK(thrown<Error>([&] { nn::RNN(3, 4, {.nonlinearity = "gelu"}); }).find("'tanh' or 'relu'") !=
        std::string::npos);
  CHECK(thrown<Error>([&] {
          nn::LSTM(3, 4, {.dropout = 1.5});
        }).find("dropout must lie in [0, 1]") != std::string::npos);
  CHECK(thrown<ValueError>([] { nn::LSTM(3, 4, {.proj_size = 4}); }) ==
        "LSTM: proj_size must be from 0 to hidden_size - 1, got 4 for hidden_size 4");
  CHECK(thrown<ValueError>([] { nn::GRU(3, 4, {.proj_size = 2}); }) ==
        "GRU: proj_size is of LSTM alone, got 2");
  CHECK(thrown<ShapeError>([] {
          nn::LSTM(3, 4, {.proj_size = 2})(zeros({5, 2, 3}), zeros({1, 2, 4}));
        }) ==
        "LSTM: h0 must be (1, 2, 2) = (layers x directions, batch, proj_size), got (1, 2, 4) "
        "[input (5, 2, 3), h0 (1, 2, 4)]");
  CHECK(thrown<ValueError>([] { nn::LSTM(3, 4)(Tensor()); }) == "LSTM: input is undefined");
  CHECK(thrown<ValueError>([] { nn::GRUCell(3, 4)(Tensor()); }) == "GRUCell: input is undefined");
  nn::GRUCell cell(3, 4);
  CHECK(
      thrown<Error>([&] {
        cell(zeros({2, 5}));
      }) ==
      "GRUCell: the last axis of input has size 5 but input_size is 3; give (batch, 3) or make the "
      "cell with input_size 5 [input (2, 5), weight_ih (12, 3)]");
  CHECK(thrown<Error>([&] {
          cell(zeros({2, 3}), zeros({1, 4}));
        }) ==
        "GRUCell: h must be (2, 4) = (batch, hidden_size), got (1, 4) [input (2, 3), h (1, 4)]");
  CHECK(gru(zeros({1, 2, 3})).output.shape() == Shape{1, 2, 4});  // length 1, and all goes on
}

TEST_CASE("cells are called as modules, with the states one by one") {
  const Tensor x = filled({2, 3}, 5, 20), h = filled({2, 4}, 6, 20), c = filled({2, 4}, 7, 20);
  nn::LSTMCell lstm(3, 4);
  nn::Module& module = lstm;
  CHECK(module(x, h, c).to_vector<float>() == lstm(x, {h, c}).h.to_vector<float>());
  CHECK(module(x, h).to_vector<float>() == lstm(x, {h, {}}).h.to_vector<float>());
  CHECK(module(x).to_vector<float>() == lstm(x).h.to_vector<float>());
  nn::RNNCell rnn(3, 4);
  nn::GRUCell gru(3, 4);
  for (nn::Module* cell : {static_cast<nn::Module*>(&rnn), static_cast<nn::Module*>(&gru)}) {
    CHECK((*cell)(x, h).shape() == Shape{2, 4});
    CHECK((*cell)(x).to_vector<float>() == (*cell)(x, zeros({2, 4})).to_vector<float>());
    CHECK(thrown<ValueError>([&] { (*cell)(x, h, c); }) ==
          cell->type_name() + ": takes the input and one state (x, h), got 3 tensors");
  }
  CHECK(thrown<ValueError>([&] { module(x, h, c, c); }) ==
        "LSTMCell: takes the input and two states (x, h, c), got 4 tensors");
  CHECK(thrown<ShapeError>([&] {
          module(x, h, zeros({2, 5}));
        }) ==
        "LSTMCell: c must be (2, 4) = (batch, hidden_size), got (2, 5) [input (2, 3), c (2, 5)]");
  CHECK(thrown<ValueError>([] { nn::GRUCell(3, 4, {.nonlinearity = "gelu"}); }) ==
        "GRUCell: nonlinearity must be 'tanh' or 'relu', got 'gelu'");
  CHECK(thrown<ValueError>([] { nn::LSTMCell(0, 4); }) ==
        "LSTMCell: input_size must be at least 1, got 0");
}

TEST_CASE("a recurrent layer is a part of Sequential") {
  nn::Sequential net(nn::GRU(3, 4), nn::RNN(4, 2));
  CHECK(net(zeros({5, 2, 3})).shape() == Shape{5, 2, 2});
}

TEST_CASE("the number of threads changes no bit of a recurrent layer") {
  const int threads = get_num_threads();
  const auto run = [](std::int64_t gates, int count, const auto& layer) {
    set_num_threads(count);
    Tensor a = filled({30, 13, gates * 70}, 5, 20);
    a.requires_grad_();
    const Tensor h = filled({13, 70}, 6, 20), weight = filled({gates * 70, 70}, 7, 40);
    const Tensor y = layer(a, h, weight);
    y.transpose(0, 1).backward(filled({13, 30, 70}, 8, 20));
    std::vector<float> all = y.detach().to_vector<float>();
    for (float v : a.grad().to_vector<float>()) all.push_back(v);
    return all;
  };
  const auto lstm = [](const Tensor& a, const Tensor& h, const Tensor& w) {
    return lstm_layer(a, h, h, w).output;
  };
  const auto gru = [](const Tensor& a, const Tensor& h, const Tensor& w) {
    return gru_layer(a, h, w);
  };
  const auto rnn = [](const Tensor& a, const Tensor& h, const Tensor& w) {
    return rnn_layer(a, h, w);
  };
  CHECK(run(4, 1, lstm) == run(4, 3, lstm));
  CHECK(run(3, 1, gru) == run(3, 3, gru));
  CHECK(run(1, 1, rnn) == run(1, 3, rnn));
  set_num_threads(threads);
}

TEST_CASE("gradients of recurrent layers are those of the definition, however they arrive") {
  const auto in_f64 = [](const Shape& shape, std::int64_t k) {
    return filled(shape, k, 20).to(DType::f64).requires_grad_();
  };
  const auto check = [&](std::int64_t steps, std::int64_t gates, const auto& layer) {
    constexpr std::int64_t kHidden = 19;  // longer than a vector, and no multiple of it
    const Tensor a = in_f64({steps, 3, gates * kHidden}, 5), h = in_f64({3, kHidden}, 6),
                 weight = in_f64({gates * kHidden, kHidden}, 7);
    const std::vector<Tensor> y{layer(a, h, weight)}, inputs{a, h, weight},
        dy{in_f64({3, steps, kHidden}, 8).detach().transpose(0, 1)};
    const auto gradients = [&](bool definition) {
      return grad(y, inputs, dy, {.retain_graph = true, .create_graph = definition});
    };
    const auto found = gradients(false), expected = gradients(true);
    for (std::size_t i = 0; i < found.size(); ++i) CHECK(allclose(found[i], expected[i]));
  };
  for (const std::int64_t steps : {0, 1, 4}) {
    // Of the LSTM the output alone: nothing arrives for its cells.
    check(steps, 4, [](auto& a, auto& h, auto& w) { return lstm_layer(a, h, h, w).output; });
    check(steps, 3, [](auto& a, auto& h, auto& w) { return gru_layer(a, h, w); });
    check(steps, 1, [](auto& a, auto& h, auto& w) { return rnn_layer(a, h, w); });
  }
}

}  // namespace limpid::rnn_test
