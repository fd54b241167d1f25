// Changes in place, and what they do to the record.

// covers: inplace, node
#include <doctest/doctest.h>

#include "limpid/autograd/engine.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/autograd/gradcheck.h"
#include "tests/autograd_parts.h"
#include "tests/thrown.h"

namespace limpid::autograd_inplace_test {

using namespace testing;

// ---- saved tensors and changes in place

TEST_CASE("in place: changing what was saved is an error that names both ops") {
  Tensor x = tensor({1.0, 2.0}, kLeaf);
  Tensor y = x * x;
  const Tensor z = y * y;
  y.add_(ones({2}));
  CHECK_SAYS(GraphError,
             "a tensor of shape (2,) that mul saved for its gradient was changed in place by "
             "add_ (now version 1, saved at version 0); change a clone() instead",
             z.sum().backward());
  CHECK(!x.grad().defined());
  Tensor w = ones({2}), u = x * w;
  w.view({2, 1}).mul_(full({}, 2.0));  // through a view
  CHECK_SAYS(GraphError, "that mul saved for its gradient was changed in place by mul_",
             u.sum().backward());
  Tensor v = x * x;
  const Tensor sum = v + v;  // add saves nothing
  v.add_(ones({2}));
  CHECK_NOTHROW(sum.sum().backward());
}

TEST_CASE("in place: history follows, through views as well") {
  Tensor x = tensor({1.0, 2.0, 3.0, 4.0}, kLeaf);
  Tensor y = x * x;
  Tensor before = y.view({2, 2});
  y.mul_(tensor({1.0, 10.0, 100.0, 1000.0}));
  CHECK(before.grad_fn() == "View");
  before.sum().backward();  // a view made earlier sees the change
  CHECK(elements(x.grad()) == Doubles{2, 40, 600, 8000});
  x.zero_grad();
  y = x * x;
  y.view({2, 2}).t().mul_(tensor({{1.0, 10.0}, {100.0, 1000.0}}));  // chain of views
  CHECK(y.grad_fn() == "ViewScatter");
  y.sum().backward();
  CHECK(elements(x.grad()) == Doubles{2, 400, 60, 8000});
  x.zero_grad();
  Tensor base = zeros({4});  // a constant that takes in a gradient
  base.view({2, 2}).add_(x.view({2, 2}));
  CHECK(base.requires_grad());
  (base * base).sum().backward();
  CHECK(elements(x.grad()) == Doubles{2, 4, 6, 8});
  x.zero_grad();
  y = x * x;
  y.copy_(zeros({4}));  // nothing of the old value is left, so nothing flows to x
  CHECK(y.requires_grad());
  y.sum().backward();
  CHECK((!x.grad().defined() || elements(x.grad()) == Doubles{0, 0, 0, 0}));
}

TEST_CASE("in place: double backward through a changed view") {
  Tensor x = tensor({1.0, 2.0}, kWide);
  const Tensor in[] = {x};
  const auto f = [](std::span<const Tensor> inputs) -> Tensors {
    Tensor y = inputs[0] * inputs[0];
    y.view({2, 1}).mul_(inputs[0].view({2, 1}));
    return {y};
  };
  CHECK_MESSAGE(gradcheck(f, in).ok, gradcheck(f, in).worst);
  CHECK_MESSAGE(gradgradcheck(f, in).ok, gradgradcheck(f, in).worst);
}

TEST_CASE("in place: leaves and views of them are refused while recording") {
  Tensor x = ones({4}, kLeaf);
  CHECK_SAYS(GraphError, "add_: a leaf that requires grad cannot be changed in place",
             x.add_(ones({4})));
  CHECK_SAYS(GraphError, "a view of a leaf that requires grad", x.view({2, 2}).add_(ones({2})));
  CHECK_SAYS(GraphError, "a leaf that requires grad", x.copy_(ones({4})));
  CHECK_SAYS(GraphError, "a leaf that requires grad", x.fill_(3));
  CHECK(x.version() == 0);
  CHECK(elements(x) == Doubles(4, 1));
  Tensor y = x * x, v;
  {
    const NoGrad guard;
    v = y.view({2, 2});
  }
  CHECK_SAYS(GraphError, "a view made under no_grad is changed in place", v.add_(x.view({2, 2})));
  const NoGrad guard;
  x.view({2, 2}).add_(ones({2}));
  CHECK(elements(x) == Doubles(4, 2));
}

}  // namespace limpid::autograd_inplace_test
