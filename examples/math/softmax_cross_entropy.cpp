// The numbers of docs/math/softmax_cross_entropy.md.

#include "examples/math/show.h"

using namespace limpid;

int main() {
  Tensor x = numbers({2, 1, 0.1, 0, 0, 3}, {2, 3}).requires_grad_();
  const Tensor classes = tensor(std::vector<std::int64_t>{0, 1});

  const Tensor p = softmax(x.detach(), 1);
  show("p", p);
  show("sum of each row", p.sum({1}));

  const Tensor loss = cross_entropy(x, classes);
  show("loss", loss);
  const Tensor chosen = gather(p, 1, classes.unsqueeze(1));
  show("-log of the right class' p, mean of the rows", (-log(chosen)).mean());

  loss.backward();
  const Tensor right = numbers({1, 0, 0, 0, 1, 0}, {2, 3});  // 1 at the right class
  show("dx by the formula (p - right) / 2", (p - right) / 2);
  show("dx by backward()", x.grad());
  show("dx by differences",
       differences([&](const Tensor& v) { return cross_entropy(v, classes); }, x));

  // Scores far apart: exponentials of 1000 overflow, differences to the largest score do not.
  show("p of (1000, 1001)", softmax(numbers({1000, 1001}, {2}), 0));
  show("loss of (0, 1000), class 0",
       cross_entropy(numbers({0, 1000}, {1, 2}), tensor(std::vector<std::int64_t>{0})));
}
