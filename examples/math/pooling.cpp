// The numbers of docs/math/pooling.md.

#include "examples/math/show.h"

using namespace limpid;

int main() {
  Tensor x =
      numbers({1, 3, 2, 1, 4, 2, 0, 2, -1, -2, 5, 5, -3, -4, 5, 1}, {1, 1, 4, 4}).requires_grad_();
  const auto [y, places] = max_pool2d_with_indices(x, 2);
  show("y", y);
  show("places", places.to(DType::f64));

  const Tensor dy = numbers({10, 20, 30, 40}, {1, 1, 2, 2});
  y.backward(dy);
  show("dx by backward()", x.grad());

  // Padding is -infinity: it never wins, even where all numbers are negative.
  const Tensor negative = numbers({-5, -6, -7, -8}, {1, 1, 2, 2});
  show("max of negative numbers, padding 1", max_pool2d(negative, 2, {.stride = 2, .padding = 1}));

  Tensor z = numbers({1, 3, 4, 2}, {1, 1, 2, 2}).requires_grad_();
  avg_pool2d(z, 2).backward(numbers({8}, {1, 1, 1, 1}));
  show("average pooling: dx", z.grad());
}
