// The numbers of docs/math/relu.md.

#include "examples/math/show.h"

using namespace limpid;

int main() {
  Tensor x = numbers({-2, -0.5, 0, 0.5, 3}, {5}).requires_grad_();
  const Tensor y = relu(x);
  const Tensor dy = numbers({1, 2, 3, 4, 5}, {5});
  y.backward(dy);
  show("y", y);
  show("dx by the formula", dy * (x.detach() > 0).to(DType::f64));
  show("dx by backward()", x.grad());

  // Away from the corner, differences agree; in it they see half of either side.
  show("dx by differences", differences([&](const Tensor& v) { return (relu(v) * dy).sum(); }, x));
}
