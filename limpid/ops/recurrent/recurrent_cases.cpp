#include "limpid/op/case.h"
#include "limpid/ops/recurrent/recurrent.h"

namespace limpid {

namespace {

/// Sizes of a case.
struct Sizes {
  std::int64_t steps = 3, batch = 2, hidden = 4;
};

/// Inputs of a layer: gates, states, weight and bias, drawn from [-1, 1).
std::vector<CaseInput> inputs(Sizes s, std::int64_t gates, int states, bool bias = true) {
  const auto drawn = [](Shape shape) {
    return CaseInput{.shape = std::move(shape), .low = -1, .high = 1};
  };
  std::vector<CaseInput> out{drawn({s.steps, s.batch, gates * s.hidden})};
  for (int i = 0; i < states; ++i) out.push_back(drawn({s.batch, s.hidden}));
  out.push_back(drawn({gates * s.hidden, s.hidden}));
  out.push_back(drawn({gates * s.hidden}));
  out.back().defined = bias;
  return out;
}

/// The cases that all three layers share. `torch` calls a function that tools/golden.py builds of
/// PyTorch's cells; `reversed` is the text of its last argument.
std::vector<Case> layer_cases(const AnyOp& forward, const AnyOp& backward, std::int64_t gates,
                              int states, const std::string& torch) {
  const std::string ahead = torch + ", False)", back = torch + ", True)";
  std::vector<Case> all = {
      {.name = "three steps", .inputs = inputs({}, gates, states), .op = forward, .torch = ahead},
      {.name = "backwards", .inputs = inputs({}, gates, states), .op = backward, .torch = back},
      {.name = "one step",
       .inputs = inputs({1, 3, 2}, gates, states),
       .op = forward,
       .torch = ahead},
      {.name = "a single unit",
       .inputs = inputs({4, 2, 1}, gates, states),
       .op = backward,
       .torch = back},
      {.name = "without bias",
       .inputs = inputs({3, 1, 3}, gates, states, false),
       .op = forward,
       .torch = ahead},
      {.name = "longer than a vector",
       .inputs = inputs({2, 3, 19}, gates, states),
       .op = forward,
       .torch = ahead},
      {.name = "no sequences", .inputs = inputs({3, 0, 2}, gates, states), .op = forward},
      {.name = "no steps", .inputs = inputs({0, 2, 2}, gates, states), .op = forward},
  };
  const std::string name(forward.info().doc.name);
  const auto wrong = [&](const char* what, std::size_t input, Shape shape, std::string error) {
    std::vector<CaseInput> in = inputs({}, gates, states);
    in[input].shape = std::move(shape);
    all.push_back({.name = what, .inputs = in, .op = forward, .error = name + ": " + error});
  };
  const auto weight = static_cast<std::size_t>(1 + states);
  wrong("gates of two axes", 0, {3, 8}, "input_gates must be (steps, batch, ");
  wrong("too few gates", 0, {3, 2, 2}, "the last axis of input_gates has size 2 but weight ");
  wrong("another batch", 1, {5, 4}, "h0 must be (batch, hidden) = (2, 4), got (5, 4)");
  wrong("a weight that is not square", weight, {9, 4}, "weight must be (");
  wrong("a short bias", weight + 1, {3}, "bias must have shape (");
  std::vector<CaseInput> integers = inputs({}, gates, states);
  integers[0].dtype = DType::i64;
  all.push_back({.name = "integers",
                 .inputs = integers,
                 .op = forward,
                 .error = name + ": input_gates has dtype int64, but gates are floats"});
  all.push_back({.name = "digits",
                 .inputs = inputs({8, 32, 32}, gates, states),
                 .op = forward,
                 .torch = ahead,
                 .speed = true});
  all.push_back({.name = "text",
                 .inputs = inputs({100, 32, 128}, gates, states),
                 .op = forward,
                 .torch = ahead,
                 .speed = true});
  return all;
}

}  // namespace

std::vector<Case> RnnLayer::cases() {
  const AnyOp relu = any(RnnLayer{{false}, "relu"});
  std::vector<Case> all = layer_cases(any(RnnLayer{}), any(RnnLayer{{true}, "tanh"}), 1, 1,
                                      "rnn_layer('tanh', a, b, c, d");
  all.push_back({.name = "relu",
                 .inputs = inputs({}, 1, 1),
                 .op = relu,
                 .torch = "rnn_layer('relu', a, b, c, d, False)",
                 .smooth = false});
  all.push_back({.name = "relu backwards, without bias",
                 .inputs = inputs({4, 2, 3}, 1, 1, false),
                 .op = any(RnnLayer{{true}, "relu"}),
                 .torch = "rnn_layer('relu', a, b, c, d, True)",
                 .smooth = false});
  all.push_back({.name = "unknown nonlinearity",
                 .inputs = inputs({}, 1, 1),
                 .op = any(RnnLayer{{false}, "sigmoid"}),
                 .error = "rnn_layer: nonlinearity is 'sigmoid'; it must be 'tanh' or 'relu'"});
  return all;
}

std::vector<Case> LstmLayer::cases() {
  std::vector<Case> all =
      layer_cases(any(LstmLayer{}), any(LstmLayer{{true}}), 4, 2, "lstm_layer(a, b, c, d, e");
  std::vector<CaseInput> in = inputs({}, 4, 2);
  in[2].shape = {2, 5};
  all.push_back({.name = "another cell",
                 .inputs = in,
                 .op = any(LstmLayer{}),
                 .error = "lstm_layer: c0 must be (batch, hidden) = (2, 4), got (2, 5)"});
  in = inputs({}, 4, 2);
  in[0].low = -50, in[0].high = 50;
  all.push_back({.name = "saturated gates",
                 .inputs = in,
                 .op = any(LstmLayer{}),
                 .torch = "lstm_layer(a, b, c, d, e, False)",
                 .smooth = false});
  return all;
}

std::vector<Case> GruLayer::cases() {
  return layer_cases(any(GruLayer{}), any(GruLayer{{true}}), 3, 1, "gru_layer(a, b, c, d");
}

}  // namespace limpid
