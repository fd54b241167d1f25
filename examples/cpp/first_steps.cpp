// The first steps of the README: gradients.

#include <iostream>

#include "limpid/limpid.h"

using namespace limpid;

int main() {
  Tensor x = tensor({1.0, 2.0, 3.0}, {.requires_grad = true});
  Tensor y = log(x) + x;
  y.sum().backward();
  std::cout << x.grad() << "\n";  // 1/x + 1

  std::cout << (exp(x) + x).sum() << "\n";

  Tensor a = tensor({1.0, 2.0, 3.0}, {.requires_grad = true}), b = tensor({4.0, 5.0, 6.0});
  (a * b).sum().backward();
  std::cout << a.grad() << "\n";  // d(a b)/da = b

  Tensor s = tensor({3.0}, {.requires_grad = true});
  (s * s).backward();
  std::cout << s.grad() << "\n";  // used twice: 2 s
}
