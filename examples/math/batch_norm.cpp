// The numbers of docs/math/batch_norm.md.

#include "examples/math/show.h"

using namespace limpid;

int main() {
  const double eps = 1e-5;
  Tensor x = numbers({1, 10, 2, 20, 3, 60}, {3, 2}).requires_grad_();  // 3 examples, 2 channels
  Tensor g = numbers({1, 2}, {2}).requires_grad_(), b = numbers({0, 5}, {2}).requires_grad_();
  Tensor running_mean = numbers({0, 0}, {2}), running_var = numbers({1, 1}, {2});
  const Tensor y = batch_norm(x, running_mean, running_var, g, b, /*training=*/true, 0.1, eps);
  show("y", y);
  show("running mean", running_mean);
  show("running variance", running_var);

  const Tensor dy = numbers({1, 0, 0, 1, 2, 1}, {3, 2});
  y.backward(dy);

  NoGrad guard;
  const Tensor mean = x.mean({0}), centred = x - mean;
  const Tensor root = sqrt((centred * centred).mean({0}) + eps), n = centred / root;
  std::cout << "\nby the formulas\n";
  show("dg", (dy * n).sum({0}));
  show("db", dy.sum({0}));
  show("dx", g / root * (dy - dy.mean({0}) - n * (dy * n).mean({0})));
  std::cout << "\nby backward()\n";
  show("dg", g.grad());
  show("db", b.grad());
  show("dx", x.grad());
  std::cout << "\nby differences\n";
  const auto loss = [&](const Tensor& v) {
    return (batch_norm(v, {}, {}, g, b, true, 0.1, eps) * dy).sum();
  };
  show("dx", differences(loss, x));
  show("sum of dx over the batch", x.grad().sum({0}));
}
