// The numbers of docs/math/linear.md.

#include "examples/math/show.h"

using namespace limpid;

int main() {
  Tensor x = numbers({1, 2, 3, 0, -1, 2}, {2, 3}).requires_grad_();
  Tensor w = numbers({1, 0, -1, 2, 1, 0.5}, {2, 3}).requires_grad_();
  Tensor b = numbers({0.5, -0.5}, {2}).requires_grad_();
  const Tensor y = linear(x, w, b);
  show("y", y);

  const Tensor dy = numbers({1, 0, 2, -1}, {2, 2});
  y.backward(dy);

  NoGrad guard;
  std::cout << "\nby the formulas\n";
  show("dx", dy.matmul(w));
  show("dw", dy.t().matmul(x));
  show("db", dy.sum({0}));
  std::cout << "\nby backward()\n";
  show("dx", x.grad());
  show("dw", w.grad());
  show("db", b.grad());
  std::cout << "\nby differences\n";
  show("dw", differences([&](const Tensor& v) { return (linear(x, v, b) * dy).sum(); }, w));
}
