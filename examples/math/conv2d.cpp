// The numbers of docs/math/conv2d.md.

#include "examples/math/show.h"

using namespace limpid;

int main() {
  Tensor x = numbers({1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 1, 3, 3}).requires_grad_();
  Tensor w = numbers({1, 0, -1, 2}, {1, 1, 2, 2}).requires_grad_();
  const Tensor y = conv2d(x, w);
  show("y", y);

  // The same as a product: each window of the image becomes a row.
  const Tensor windows = numbers({1, 2, 4, 5, 2, 3, 5, 6, 4, 5, 7, 8, 5, 6, 8, 9}, {4, 4});
  show("windows times kernel", windows.matmul(w.detach().reshape({4})));

  const Tensor dy = numbers({1, 0, 0, 2}, {1, 1, 2, 2});
  y.backward(dy);
  std::cout << "\nby backward()\n";
  show("dw", w.grad());
  show("dx", x.grad());

  NoGrad guard;
  std::cout << "\nby the formulas\n";
  show("dw: windows^T dy", windows.t().matmul(dy.reshape({4})));
  const Tensor turned = w.detach().index({Slice(), Slice(), Slice({}, {}, -1), Slice({}, {}, -1)});
  show("dx: dy padded, with the kernel turned round", conv2d(dy, turned, {}, {.padding = 1}));
  std::cout << "\nby differences\n";
  show("dw", differences([&](const Tensor& v) { return (conv2d(x, v) * dy).sum(); }, w));
  show("dx", differences([&](const Tensor& v) { return (conv2d(v, w) * dy).sum(); }, x));

  std::cout << "\nsizes\n";
  for (const auto& [size, kernel, stride, padding] :
       {std::array{28, 5, 1, 0}, std::array{28, 5, 1, 2}, std::array{64, 3, 2, 1}}) {
    const Tensor out = conv2d(zeros({1, 1, size, size}), zeros({1, 1, kernel, kernel}), {},
                              {.stride = stride, .padding = padding});
    std::cout << "image " << size << ", kernel " << kernel << ", stride " << stride << ", padding "
              << padding << ": " << out.size(2) << "\n";
  }
}
