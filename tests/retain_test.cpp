// What a pass keeps where it is asked to: gradients of tensors that are no leaves, and the graph.

// covers: engine, node, tensor_autograd
#include <doctest/doctest.h>

#include "limpid/autograd/engine.h"
#include "tests/autograd_parts.h"
#include "tests/thrown.h"

namespace limpid::retain_test {

using namespace testing;

// ---- retain_grad, retain_graph

TEST_CASE("retain_grad: a tensor that is no leaf keeps its gradient") {
  Tensor x = number(3);
  Tensor y = x * x;
  y.retain_grad();
  y.retain_grad();  // once is enough
  (y * y).backward();
  CHECK(y.grad().item() == 18);
  CHECK(x.grad().item() == 108);
  Tensor plain = x * x;
  (plain + plain).backward();
  CHECK(!plain.grad().defined());
  x.retain_grad();  // a leaf does anyway
  CHECK_SAYS(GraphError, "retain_grad: this tensor does not require grad", ones({1}).retain_grad());
}

TEST_CASE("retain_grad: accumulates, sees what hooks return, and is no alias") {
  Tensor x = number(3);
  Tensor y = x + ones({});
  y.retain_grad();
  y.register_hook([](const Tensor& g) { return g + g; });
  y.backward({}, {.retain_graph = true});
  CHECK(y.grad().item() == 2);
  y.grad().add_(ones({}));
  CHECK(x.grad().item() == 2);
  y.backward();
  CHECK(y.grad().item() == 5);
}

TEST_CASE("retain_grad: survives changes in place, as in PyTorch") {
  Tensor x = tensor({1.0, 2.0}, kLeaf);
  Tensor y = x * x;
  y.retain_grad();
  y.mul_(full({}, 3.0));
  (y * tensor({1.0, 10.0})).sum().backward();
  CHECK(elements(y.grad()) == Doubles{1, 10});  // of y as it is after the change
  CHECK(elements(x.grad()) == Doubles{6, 120});
  Tensor z = x * x;
  z.retain_grad();
  z.view({2, 1}).add_(ones({1}));  // through a view
  z.sum().backward();
  CHECK(elements(z.grad()) == Doubles{1, 1});
}

TEST_CASE("retain_grad: a tensor that dies before backward is forgotten") {
  Tensor x = number(3), z;
  {
    Tensor y = x * x;
    y.retain_grad();
    z = y + y;
  }
  z.backward();
  CHECK(x.grad().item() == 12);
  Tensor q = x * x;  // and one that dies during it
  q.retain_grad();
  Tensor r = q + q;
  x.register_hook([&](const Tensor&) {
    q = Tensor();
    return Tensor();
  });
  CHECK_NOTHROW(r.backward());
}

TEST_CASE("retain_graph: a second backward works with it and is refused without") {
  Tensor x = number(3);
  const Tensor y = x * x;
  y.backward({}, {.retain_graph = true});
  y.backward();
  CHECK(x.grad().item() == 12);
  CHECK_SAYS(GraphError,
             "a second backward through the same graph: its saved tensors were freed by the "
             "first; pass retain_graph = true to the first",
             y.backward());
  CHECK(x.grad().item() == 12);
  const Tensor sum = x + x;  // nothing saved: nothing to free
  sum.backward();
  CHECK_NOTHROW(sum.backward());
}

}  // namespace limpid::retain_test
