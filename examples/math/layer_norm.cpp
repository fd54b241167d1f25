// The numbers of docs/math/layer_norm.md.

#include "examples/math/show.h"

using namespace limpid;

int main() {
  const double eps = 1e-5;
  Tensor x = numbers({1, 2, 6, -1, 0, 1}, {2, 3}).requires_grad_();
  Tensor g = numbers({1, 2, 0.5}, {3}).requires_grad_(),
         b = numbers({0, 1, 0}, {3}).requires_grad_();
  const Tensor y = layer_norm(x, {3}, g, b, eps);
  show("y", y);

  const Tensor dy = numbers({1, 0, 2, 1, 1, 0}, {2, 3});
  y.backward(dy);

  NoGrad guard;
  const Tensor centred = x - x.mean({1}, /*keepdim=*/true);
  const Tensor root = sqrt((centred * centred).mean({1}, true) + eps), n = centred / root;
  const Tensor dn = dy * g;
  std::cout << "\nby the formulas\n";
  show("dx", (dn - dn.mean({1}, true) - n * (dn * n).mean({1}, true)) / root);
  show("dg", (dy * n).sum({0}));
  std::cout << "\nby backward()\n";
  show("dx", x.grad());
  show("dg", g.grad());
  std::cout << "\nby differences\n";
  show("dx",
       differences([&](const Tensor& v) { return (layer_norm(v, {3}, g, b, eps) * dy).sum(); }, x));
}
