// The numbers of docs/math/adam.md.

#include "examples/math/show.h"

using namespace limpid;

int main() {
  // Two parameters whose gradients are always 1 and 1/100: Adam moves both by about lr.
  Tensor p = numbers({0, 0}, {2}).requires_grad_();
  optim::Adam adam({p}, {.lr = 0.1});
  const double lr = 0.1, b1 = 0.9, b2 = 0.999, eps = 1e-8;
  std::vector<double> m(2), v(2), by_hand(2), gradients = {1, 0.01};
  for (int t = 1; t <= 3; ++t) {
    p.set_grad(numbers(gradients, {2}));
    adam.step();
    for (std::size_t i = 0; i < 2; ++i) {
      m[i] = b1 * m[i] + (1 - b1) * gradients[i];
      v[i] = b2 * v[i] + (1 - b2) * gradients[i] * gradients[i];
      const double mean = m[i] / (1 - std::pow(b1, t)), square = v[i] / (1 - std::pow(b2, t));
      by_hand[i] -= lr * mean / (std::sqrt(square) + eps);
    }
    std::cout << "step " << t << "\n";
    show("m, before the correction", numbers(m, {2}));
    show("p by hand", numbers(by_hand, {2}));
    show("p by optim::Adam", p);
  }

  // A gradient that changes its sign every step: the mean nearly vanishes, the square does not.
  Tensor q = numbers({0}, {1}).requires_grad_();
  optim::Adam other({q}, {.lr = 0.1});
  for (int t = 1; t <= 100; ++t) {
    q.set_grad(numbers({t % 2 ? 1.0 : -1.0}, {1}));
    other.step();
  }
  show("after 100 steps to and fro", q);
}
