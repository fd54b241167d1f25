// The numbers of docs/math/recurrent.md.

#include "examples/math/show.h"

using namespace limpid;

int main() {
  // One sequence of three steps, one hidden unit: a[t] is what the input adds to the gates.
  const Tensor h0 = numbers({0.5}, {1, 1}), c0 = numbers({-0.5}, {1, 1});
  Tensor a = numbers({1, 0, 2, 1, 0, 1, -1, 0.5, 0.5, -1, 1, 0}, {3, 1, 4}).requires_grad_();
  const Tensor w = numbers({0.5, -0.5, 1, 0.25}, {4, 1});
  const auto [h, c] = lstm_layer(a, h0, c0, w);
  show("LSTM: h", h.flatten());
  show("LSTM: c", c.flatten());
  h.select(0, 2).sum().backward();  // the loss is the last h
  show("gradients of the gates i, f, g, o at each step", a.grad().reshape({3, 4}));
  const auto last = [&](const Tensor& v) {
    return lstm_layer(v, h0, c0, w).output.select(0, 2).sum();
  };
  show("by differences", differences(last, a).reshape({3, 4}));

  // What remains of an early cell after ten steps: the product of the forget gates.
  std::cout << "\n";
  for (const double gate : {4.0, 0.0, -2.0}) {
    Tensor cell = numbers({1}, {1, 1}).requires_grad_();
    const Tensor open = full({10, 1, 4}, 0, {.dtype = DType::f64});
    open.select(2, 1).fill_(gate);
    const Tensor zero = numbers({0, 0, 0, 0}, {4, 1});
    lstm_layer(open, numbers({0}, {1, 1}), cell, zero).cells.select(0, 9).sum().backward();
    std::cout << "forget gate of sigmoid(" << gate << "): ";
    show("dc_10 / dc_0", cell.grad().flatten());
  }

  std::cout << "\n";
  Tensor b = numbers({1, -1, 0.5, 0, 1, -0.5, 2, 0, 1}, {3, 1, 3}).requires_grad_();
  const Tensor u = numbers({0.5, -0.5, 1}, {3, 1});
  const Tensor g = gru_layer(b, h0, u);
  show("GRU: h", g.flatten());
  g.select(0, 2).sum().backward();
  show("gradients of r, z, n at each step", b.grad().reshape({3, 3}));
  show("by differences",
       differences([&](const Tensor& v) { return gru_layer(v, h0, u).select(0, 2).sum(); }, b)
           .reshape({3, 3}));
}
