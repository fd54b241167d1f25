#include "limpid/ops/recurrent/recurrent.h"

#include <cmath>

#include "limpid/core/quote.h"
#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/ops/cat/cat.h"
#include "limpid/ops/matmul/matmul.h"
#include "limpid/ops/pointwise/activation.h"
#include "limpid/ops/pointwise/arithmetic.h"
#include "limpid/ops/pointwise/comparison.h"
#include "limpid/ops/recurrent/steps.h"
#include "limpid/ops/split/split.h"
#include "limpid/ops/stack/stack.h"

namespace limpid {

namespace {

// ---- shapes

/// Checks everything against H, the size of a state, and gives the shape of the output. Inputs:
/// gates, `states` of them, weight, bias.
Spec check_shapes(const Inputs& in, int gates, int states) {
  const Spec &a = in[0], &h0 = in[1], &weight = in[1 + states];
  const int bias = 2 + states;
  if (!is_floating(a.dtype))
    throw DTypeError(str("input_gates has dtype ", a.dtype, ", but gates are floats"));
  if (a.rank() != 3)
    throw ShapeError(
        str("input_gates must be (steps, batch, ", gates, " x hidden), got ", a.shape));
  if (weight.rank() != 2 || weight[0] != gates * weight[1])
    throw ShapeError(str("weight must be (", gates, " x hidden, hidden), got ", weight.shape));
  const std::int64_t hidden = weight[1];
  if (a[2] != gates * hidden)
    throw ShapeError(str("the last axis of input_gates has size ", a[2], " but weight ",
                         weight.shape, " expects ", gates * hidden));
  for (int i = 1; i <= states; ++i)
    if (!(in[i].shape == Shape{a[1], hidden}))
      throw ShapeError(str(i == 1 ? "h0" : "c0", " must be (batch, hidden) = ", Shape{a[1], hidden},
                           ", got ", in[i].shape));
  if (in.defined(bias) && !(in[bias].shape == Shape{gates * hidden}))
    throw ShapeError(str("bias must have shape ", Shape{gates * hidden}, ", got ", in[bias].shape));
  for (int i = 1; i < in.size(); ++i)
    if (in.defined(i) && in[i].dtype != a.dtype)
      throw DTypeError(str("all must have one dtype, but input_gates is ", a.dtype, " and input ",
                           i, " is ", in[i].dtype, "; convert one with .to(dtype)"));
  return Spec({a[0], a[1], hidden}, h0.dtype, h0.device);
}

/// What holds four numbers for each one of the output.
Spec with_gates(const Spec& out) {
  return Spec({out[0], out[1], 4 * out[2]}, out.dtype, out.device);
}

/// Two operations for each weight and step, and some for each gate.
double count_flops(const Inputs& in) {
  const Spec& gates = in[0];
  return static_cast<double>(numel(gates.shape)) * (2.0 * static_cast<double>(in[1][1]) + 12);
}

// ---- references

/// One step of one sequence as references see it: element j of what was there before, and of the
/// sum u_j = W_j h_(t-1) + b_j.
template <class T>
struct StepView {
  using W = Wide<T>;
  TensorView<T> gates, h0, weight, bias, output;
  std::int64_t t = 0, before = -1, b = 0;  // before: position of the step before, or -1

  W hidden_before(std::int64_t j) const {
    return static_cast<W>(before < 0 ? h0.at({b, j}) : output.at({before, b, j}));
  }
  W from_hidden(std::int64_t row) const {
    W sum = bias.data ? static_cast<W>(bias.at({row})) : W(0);
    for (std::int64_t j = 0; j < output.shape[2]; ++j)
      sum += static_cast<W>(weight.at({row, j})) * hidden_before(j);
    return sum;
  }
  W gate(std::int64_t row) const { return static_cast<W>(gates.at({t, b, row})); }
  W both(std::int64_t row) const { return gate(row) + from_hidden(row); }
};

/// Calls step(StepView, j) for every unit j, step by step.
template <class T, class F>
void walk_steps(const Io& io, bool reverse, int weight, F&& f) {
  const AnyView& y = io.out[0];
  StepView<T> view{io.in[0].as<T>(), io.in[1].as<T>(),
                   io.in[static_cast<std::size_t>(weight)].as<T>(),
                   io.in[static_cast<std::size_t>(weight + 1)].as<T>(), y.as<T>()};
  const Steps steps{y.shape[0], reverse};
  for (std::int64_t k = 0; k < steps.count; ++k)
    for (view.b = 0; view.b < y.shape[1]; ++view.b) {
      view.t = steps.at(k);
      view.before = k ? steps.at(k - 1) : -1;
      for (std::int64_t j = 0; j < y.shape[2]; ++j) f(view, j);
    }
}

template <class W>
W logistic(W x) {
  return 1 / (1 + std::exp(-x));
}

// ---- gradients

Tensor plus(const Tensor& a, const Tensor& b) {
  return !a.defined() ? b : !b.defined() ? a : a + b;
}

/// Entry t of the first axis; undefined where there is no tensor.
Tensor entry(const Tensor& x, std::int64_t t) { return x.defined() ? x.select(0, t) : Tensor(); }

/// The four parts of entry t; undefined where there is no tensor.
std::vector<Tensor> parts(const Tensor& x, std::int64_t t) {
  return x.defined() ? chunk(x.select(0, t), 4, 1) : std::vector<Tensor>(4);
}

/// Goes from the last step computed to the first. At each, `step` gets the position, h before it
/// and the gradient of h there, and gives the gradient of h before it less what comes through the
/// product; `du` collects the gradients of W h + b.
class BackwardSteps {
 public:
  BackwardSteps(Steps steps, Tensor output, Tensor h0, Tensor dy)
      : steps_(steps),
        output_(std::move(output)),
        h0_(std::move(h0)),
        dy_(std::move(dy)),
        du_(static_cast<std::size_t>(steps.count)),
        before_(du_.size()) {}

  template <class F>
  void run(const Tensor& weight, const F& step) {
    for (std::int64_t k = steps_.count - 1; k >= 0; --k) {
      const std::int64_t t = steps_.at(k);
      const auto place = static_cast<std::size_t>(t);
      before_[place] = k ? output_.select(0, steps_.at(k - 1)) : h0_;
      const Tensor dh = plus(entry(dy_, t), dh_);
      const Tensor direct = step(t, k ? steps_.at(k - 1) : -1, before_[place],
                                 dh.defined() ? dh : before_[place] * 0, du_[place]);
      dh_ = plus(direct, matmul(du_[place], weight));
    }
  }

  Tensor dh0() const { return dh_; }
  /// (T, B, rows): of W h + b at every step.
  Tensor du() const { return stack(du_, 0); }
  /// dW = sum over t of du_t^T h_(t-1)
  Tensor dweight() const {
    const Tensor u = du().flatten(0, 1), h = stack(before_, 0).flatten(0, 1);
    return matmul(u.t(), h);
  }

 private:
  Steps steps_;
  Tensor output_, h0_, dy_, dh_;
  std::vector<Tensor> du_, before_;
};

}  // namespace

// ---- plain

Spec RnnLayer::infer(const Inputs& in) const {
  if (nonlinearity != "tanh" && nonlinearity != "relu")
    throw ValueError(str("nonlinearity is ", quote(nonlinearity), "; it must be 'tanh' or 'relu'"));
  return check_shapes(in, 1, 1);
}
double RnnLayer::flops(const Inputs& in) const { return count_flops(in); }

void RnnLayer::forward(Reference, const Io& io) const {
  visit_float(io.out[0].dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    walk_steps<T>(io, reverse, 2, [&](const StepView<T>& s, std::int64_t j) {
      const Wide<T> a = s.both(j);
      const Wide<T> h = nonlinearity == "tanh" ? std::tanh(a) : a <= 0 ? Wide<T>(0) : a;
      s.output.at({s.t, s.b, j}) = convert<T>(h);
    });
  });
}

// da = dh (1 - h^2) for tanh, dh where h > 0 for ReLU; it is the gradient of both summands.
Tensors RnnLayer::gradient(const Backward& b) const {
  const Tensor h0 = b.input(1), weight = b.input(2), y = b.output();
  if (y.size(0) == 0) return {b.dy(), h0 * 0, weight * 0, (weight * 0).sum({1})};
  BackwardSteps steps({y.size(0), reverse}, y, h0, b.dy());
  steps.run(weight, [&](std::int64_t t, std::int64_t, const Tensor&, const Tensor& dh, Tensor& du) {
    const Tensor h = y.select(0, t);
    du = nonlinearity == "tanh" ? dh * (1 - h * h) : dh * gt(h, 0).to(h.dtype());
    return Tensor();
  });
  const Tensor du = steps.du();
  return {du, steps.dh0(), steps.dweight(), du.sum({0, 1})};
}

// ---- LSTM

std::array<Spec, 3> LstmLayer::infer(const Inputs& in) const {
  const Spec out = check_shapes(in, 4, 2);
  return {out, out, with_gates(out)};
}
double LstmLayer::flops(const Inputs& in) const { return count_flops(in); }

void LstmLayer::forward(Reference, const Io& io) const {
  const std::int64_t hidden = io.out[0].shape[2];
  visit_float(io.out[0].dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using W = Wide<T>;
    const TensorView<T> c0 = io.in[2].as<T>(), cells = io.out[1].as<T>(), gates = io.out[2].as<T>();
    walk_steps<T>(io, reverse, 3, [&](const StepView<T>& s, std::int64_t j) {
      const W i = logistic(s.both(j)), f = logistic(s.both(hidden + j));
      const W g = std::tanh(s.both(2 * hidden + j)), o = logistic(s.both(3 * hidden + j));
      const T before = s.before < 0 ? c0.at({s.b, j}) : cells.at({s.before, s.b, j});
      const W c = f * static_cast<W>(before) + i * g;
      cells.at({s.t, s.b, j}) = convert<T>(c);
      s.output.at({s.t, s.b, j}) = convert<T>(o * std::tanh(c));
      std::int64_t place = j;
      for (const W gate : {i, f, g, o}) {
        gates.at({s.t, s.b, place}) = convert<T>(gate);
        place += hidden;
      }
    });
  });
}

// With m = tanh c: do = dh m, and c gets dc = dc' + dh o (1 - m^2), dc' being what comes from the
// step behind. Then di = dc g, df = dc c_(t-1), dg = dc i, and dc_(t-1) = dc f. To each is added
// what arrives for the gate itself. Through a sigmoid s comes s (1 - s), through tanh g comes 1 -
// g^2.
Tensors LstmLayer::gradient(const Backward& b) const {
  const Tensor h0 = b.input(1), c0 = b.input(2), weight = b.input(3), y = b.output(0),
               cells = b.output(1), gates = b.output(2), dcells = b.dy(1), dgates = b.dy(2);
  if (y.size(0) == 0)
    return Tensors(
        std::vector<Tensor>{gates * 0, h0 * 0, c0 * 0, weight * 0, (weight * 0).sum({1})});
  BackwardSteps steps({y.size(0), reverse}, y, h0, b.dy(0));
  Tensor dc;
  steps.run(weight, [&](std::int64_t t, std::int64_t before, const Tensor&, const Tensor& dh,
                        Tensor& du) {
    const std::vector<Tensor> part = chunk(gates.select(0, t), 4, 1), own = parts(dgates, t);
    const Tensor &i = part[0], &f = part[1], &g = part[2], &o = part[3];
    const Tensor c = before < 0 ? c0 : cells.select(0, before), m = tanh(cells.select(0, t));
    dc = plus(plus(entry(dcells, t), dc), dh * o * (1 - m * m));
    const Tensor all[] = {plus(own[0], dc * g) * i * (1 - i), plus(own[1], dc * c) * f * (1 - f),
                          plus(own[2], dc * i) * (1 - g * g), plus(own[3], dh * m) * o * (1 - o)};
    du = cat(all, 1);
    dc = dc * f;
    return Tensor();
  });
  const Tensor du = steps.du();
  return Tensors(std::vector<Tensor>{du, steps.dh0(), dc, steps.dweight(), du.sum({0, 1})});
}

// ---- GRU

std::array<Spec, 2> GruLayer::infer(const Inputs& in) const {
  const Spec out = check_shapes(in, 3, 1);
  return {out, with_gates(out)};
}
double GruLayer::flops(const Inputs& in) const { return count_flops(in); }

void GruLayer::forward(Reference, const Io& io) const {
  const std::int64_t hidden = io.out[0].shape[2];
  visit_float(io.out[0].dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using W = Wide<T>;
    const TensorView<T> gates = io.out[1].as<T>();
    walk_steps<T>(io, reverse, 2, [&](const StepView<T>& s, std::int64_t j) {
      const W r = logistic(s.both(j)), z = logistic(s.both(hidden + j));
      const std::int64_t row = 2 * hidden + j;
      const W u = s.from_hidden(row), n = std::tanh(s.gate(row) + r * u);
      s.output.at({s.t, s.b, j}) = convert<T>((1 - z) * n + z * s.hidden_before(j));
      std::int64_t place = j;
      for (const W gate : {r, z, n, u}) {
        gates.at({s.t, s.b, place}) = convert<T>(gate);
        place += hidden;
      }
    });
  });
}

// dn = dh (1 - z), dz = dh (h_(t-1) - n), and dh z goes straight to h_(t-1). With q = dn (1 - n^2)
// in front of the tanh: the input's part gets q, the hidden part q r, and dr = q u_n. To each is
// added what arrives for the gate itself.
Tensors GruLayer::gradient(const Backward& b) const {
  const Tensor h0 = b.input(1), weight = b.input(2), y = b.output(0), gates = b.output(1),
               dgates = b.dy(1);
  if (y.size(0) == 0) {
    const Tensor none = gates.narrow(2, 0, weight.size(0)) * 0;
    return {none, h0 * 0, weight * 0, (weight * 0).sum({1})};
  }
  std::vector<Tensor> da(static_cast<std::size_t>(y.size(0)));
  BackwardSteps steps({y.size(0), reverse}, y, h0, b.dy(0));
  steps.run(
      weight, [&](std::int64_t t, std::int64_t, const Tensor& h, const Tensor& dh, Tensor& du) {
        const std::vector<Tensor> part = chunk(gates.select(0, t), 4, 1), own = parts(dgates, t);
        const Tensor &r = part[0], &z = part[1], &n = part[2], &u = part[3];
        const Tensor q = plus(own[2], dh * (1 - z)) * (1 - n * n);
        const Tensor dr = plus(own[0], q * u) * r * (1 - r),
                     dz = plus(own[1], dh * (h - n)) * z * (1 - z);
        const Tensor from_input[] = {dr, dz, q}, from_hidden[] = {dr, dz, plus(own[3], q * r)};
        da[static_cast<std::size_t>(t)] = cat(from_input, 1);
        du = cat(from_hidden, 1);
        return dh * z;
      });
  return {stack(da, 0), steps.dh0(), steps.dweight(), steps.du().sum({0, 1})};
}

// ---- the functions

Tensor rnn_layer(const Tensor& input_gates, const Tensor& h0, const Tensor& weight,
                 const Tensor& bias, std::string_view nonlinearity, RecurrentOptions options) {
  return apply(RnnLayer{{options.reverse}, std::string(nonlinearity)}, input_gates, h0, weight,
               bias);
}
LstmLayerResult lstm_layer(const Tensor& input_gates, const Tensor& h0, const Tensor& c0,
                           const Tensor& weight, const Tensor& bias, RecurrentOptions options) {
  Tensors out = apply_many(LstmLayer{{options.reverse}}, input_gates, h0, c0, weight, bias);
  return {std::move(out[0]), std::move(out[1])};
}
Tensor gru_layer(const Tensor& input_gates, const Tensor& h0, const Tensor& weight,
                 const Tensor& bias, RecurrentOptions options) {
  return apply_many(GruLayer{{options.reverse}}, input_gates, h0, weight, bias)[0];
}

}  // namespace limpid
