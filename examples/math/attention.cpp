// The numbers of docs/math/attention.md.

#include "examples/math/show.h"

using namespace limpid;

int main() {
  const double scale = 1 / std::sqrt(2.0);
  Tensor q = numbers({1, 0, 0, 2}, {2, 2}).requires_grad_();
  Tensor k = numbers({1, 1, 0, 1, -1, 0}, {3, 2}).requires_grad_();
  Tensor v = numbers({1, 0, 0, 1, 5, 5}, {3, 2}).requires_grad_();
  const auto attend = [&](const Tensor& query, const Tensor& key, const Tensor& value) {
    return softmax(query.matmul(key.t()) * scale, 1).matmul(value);
  };
  const Tensor y = attend(q, k, v);
  const Tensor p = softmax(q.detach().matmul(k.detach().t()) * scale, 1);
  show("weights p", p);
  show("y", y);

  const Tensor dy = numbers({1, 0, 0, 1}, {2, 2});
  y.backward(dy);

  NoGrad guard;
  const Tensor dp = dy.matmul(v.t());
  const Tensor ds = p * (dp - (dp * p).sum({1}, /*keepdim=*/true));
  std::cout << "\nby the formulas\n";
  show("dv", p.t().matmul(dy));
  show("dq", ds.matmul(k) * scale);
  show("dk", ds.t().matmul(q) * scale);
  std::cout << "\nby backward()\n";
  show("dv", v.grad());
  show("dq", q.grad());
  show("dk", k.grad());
  std::cout << "\nby differences\n";
  show("dq", differences([&](const Tensor& t) { return (attend(t, k, v) * dy).sum(); }, q));

  // Why the scale: scores of random vectors spread like the root of their length.
  std::cout << "\n";
  manual_seed(0);
  for (const std::int64_t size : {4, 64, 1024}) {
    const Tensor a = randn({2000, size}), b = randn({2000, size}), scores = (a * b).sum({1});
    const double spread = std::sqrt((scores * scores).mean().item());
    std::cout << "length " << size << ": spread of q k over the root of the length is about "
              << std::round(spread / std::sqrt(static_cast<double>(size)) * 10) / 10 << "\n";
  }
}
