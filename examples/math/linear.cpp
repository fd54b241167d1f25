// The numbers of docs/math/linear.md.

#include <iostream>

#include "limpid/limpid.h"

using namespace limpid;

int main() {
  Tensor x = tensor({{1.0, 2.0, 3.0}, {0.0, -1.0, 2.0}}, {.requires_grad = true});
  Tensor w = tensor({{1.0, 0.0, -1.0}, {2.0, 1.0, 0.5}}, {.requires_grad = true});
  Tensor b = tensor({0.5, -0.5}, {.requires_grad = true});
  const Tensor y = linear(x, w, b);
  std::cout << "y =\n" << y.detach() << "\n\n";

  // A loss of which we know the gradient: L = sum of y dy, so dL/dy = dy.
  const Tensor dy = tensor({{1.0, 0.0}, {2.0, -1.0}});
  y.backward(dy);

  NoGrad guard;
  std::cout << "by the formulas\n";
  std::cout << "dx =\n" << dy.matmul(w) << "\n";
  std::cout << "dw =\n" << dy.t().matmul(x) << "\n";
  std::cout << "db =\n" << dy.sum({0}) << "\n\n";
  std::cout << "by backward()\n";
  std::cout << "dx =\n" << x.grad() << "\n";
  std::cout << "dw =\n" << w.grad() << "\n";
  std::cout << "db =\n" << b.grad() << "\n\n";

  // The loss when one weight moves by a small h, both ways; in float64, for the digits.
  const double h = 1e-3;
  const auto loss_with = [&](double change) {
    Tensor moved = w.detach().to(DType::f64);
    moved.data<double>()[2] += change;  // w[0][2]
    return (linear(x.to(DType::f64), moved, b.to(DType::f64)) * dy).sum().item();
  };
  std::cout << "by differences\n";
  std::cout << "dw[0][2] = " << tensor({(loss_with(h) - loss_with(-h)) / (2 * h)}) << "\n";
}
