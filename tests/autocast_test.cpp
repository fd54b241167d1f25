// What an Autocast computes in less, and what not.

// covers: attention, index_select, apply

#include "limpid/op/autocast.h"

#include <doctest/doctest.h>

#include <thread>

#include "limpid/limpid.h"
#include "thrown.h"

namespace limpid::autocast_test {

using testing::thrown;

namespace {
Tensor made(const Shape& shape, double first) {
  return (arange(static_cast<double>(checked_numel(shape))) * 0.01 + first).reshape(shape);
}
}  // namespace

TEST_CASE("products compute in bfloat16, losses and sums in float32, others in what arrives") {
  const Tensor x = made({4, 8}, -0.2), w = made({3, 8}, -0.1), b = made({3}, 0);
  const Autocast autocast;
  CHECK(is_autocast_enabled());
  CHECK(autocast_dtype() == DType::bf16);
  const Tensor y = linear(x, w, b);
  CHECK(y.dtype() == DType::bf16);
  CHECK(x.matmul(w.t()).dtype() == DType::bf16);
  CHECK(conv2d(made({1, 2, 5, 5}, 0), made({3, 2, 3, 3}, 0)).dtype() == DType::bf16);
  CHECK(relu(y).dtype() == DType::bf16);
  CHECK((y + narrow(x, 1, 0, 3)).dtype() == DType::f32);  // by promotion
  CHECK(softmax(y, 1).dtype() == DType::f32);
  CHECK(y.sum().dtype() == DType::f32);
  CHECK(cross_entropy(y, tensor({0, 1, 2, 0})).dtype() == DType::f32);
  CHECK(x.to(DType::f64).matmul(w.t().to(DType::f64)).dtype() == DType::f64);
  CHECK(arange(4).sum().dtype() == DType::i64);
}

TEST_CASE("parameters and their gradients stay float32, near those of float32") {
  const Tensor x = made({4, 8}, -0.2);
  Tensor w = made({3, 8}, -0.1).requires_grad_(), b = made({3}, 0).requires_grad_();
  const auto gradient = [&](bool mixed) {
    w.set_grad({}), b.set_grad({});
    Tensor loss;
    {
      const Autocast autocast(DType::bf16, mixed);
      loss = cross_entropy(linear(x, w, b), tensor({0, 1, 2, 0}));
    }
    CHECK(loss.dtype() == DType::f32);
    loss.backward();
    return w.grad().clone();
  };
  const Tensor exact = gradient(false), mixed = gradient(true);
  CHECK(mixed.dtype() == DType::f32);
  CHECK(b.grad().dtype() == DType::f32);
  CHECK((mixed - exact).abs().max().item() < 0.02 * exact.abs().max().item());
  CHECK((mixed - exact).abs().max().item() > 0);  // it did compute in less
}

TEST_CASE(
    "a parameter is cast once while it stays unchanged, and recorded casts apart from others") {
  Tensor w = made({8, 8}, 0).requires_grad_();
  const Tensor x = made({2, 8}, 0);
  const Autocast autocast;
  {
    const NoGrad guard;
    CHECK(!linear(x, w).requires_grad());
  }
  Tensor y = linear(x, w);
  CHECK(y.requires_grad());  // though it was cast before, without a record
  {
    Profiler profiler;
    linear(x, w);
    std::int64_t casts = 0;
    for (const ProfileRow& row : profiler.rows())
      if (row.name == "copy") casts += row.calls;
    CHECK(casts == 1);  // of x
  }
  {
    const NoGrad guard;
    w.mul_(0);
  }
  CHECK(linear(x, w).sum().item() == 0);
  (linear(x, w) + linear(x, w)).sum().backward();
  CHECK(w.grad().shape() == w.shape());
}

TEST_CASE("it can be switched off inside, nests, ends with its guard, and is of one thread") {
  const Tensor x = made({2, 2}, 0);
  {
    const Autocast outer;
    {
      const Autocast off(DType::bf16, false);
      CHECK(x.matmul(x).dtype() == DType::f32);
      const Autocast half(DType::f16);
      CHECK(autocast_dtype() == DType::f16);
      CHECK(x.matmul(x).dtype() == DType::f16);
      CHECK(x.to(DType::bf16).matmul(x).dtype() == DType::f16);
    }
    CHECK(x.matmul(x).dtype() == DType::bf16);
    DType there = DType::f64;
    std::thread([&] { there = x.matmul(x).dtype(); }).join();
    CHECK(there == DType::f32);
    CHECK_THROWS_AS(x.matmul(made({3, 3}, 0)), ShapeError);
  }
  CHECK(!is_autocast_enabled());
  CHECK(x.matmul(x).dtype() == DType::f32);
  CHECK(thrown<DTypeError>([] { Autocast wrong(DType::f32); }) ==
        "autocast: the dtype is float32; it must be bfloat16 or float16");
}

TEST_CASE("gradients are computed as the forward pass was, inside or outside") {
  const Tensor x = made({4, 8}, -0.2);
  const auto gradient = [&](bool inside) {
    Tensor w = made({3, 8}, -0.1).requires_grad_();
    auto autocast = std::make_unique<Autocast>();
    const Tensor loss = linear(x, w).square().mean();
    if (!inside) autocast.reset();
    loss.backward();
    return w.grad();
  };
  CHECK(equal(gradient(true), gradient(false)));
}

TEST_CASE("a network trains in mixed precision") {
  manual_seed(0);
  nn::Sequential model(nn::Linear(8, 16), nn::ReLU(), nn::Linear(16, 2));
  optim::Adam adam(model.parameters(), {.lr = 0.02});
  const Tensor x = randn({64, 8});
  const Tensor y = (narrow(x, 1, 0, 1).squeeze(1) > 0).to(DType::i64);
  double first = 0, last = 0;
  for (int step = 0; step < 60; ++step) {
    adam.zero_grad();
    const Autocast autocast;
    const Tensor loss = cross_entropy(model(x), y);
    loss.backward();
    adam.step();
    (step == 0 ? first : last) = loss.item();
  }
  CHECK(last < 0.2 * first);
}

TEST_CASE("guards may end in any order") {
  const Tensor x = made({2, 2}, 0);
  DType dtype = DType::boolean;
  std::thread([&] {  // the first stays in force: in a thread of its own, no other test sees it
    auto first = std::make_unique<Autocast>(), second = std::make_unique<Autocast>(DType::f16);
    first.reset();
    second.reset();  // goes back to the first, which must not hang
    x.matmul(x);
    const Autocast off(DType::bf16, false);
    dtype = x.matmul(x).dtype();
  })
      .join();
  CHECK(dtype == DType::f32);
}

TEST_CASE("a cast is made anew where the parameter has other memory, or may change unseen") {
  Tensor w = made({4, 4}, 0).requires_grad_(), other = made({4, 4}, 5);
  const Tensor x = ones({1, 4});
  const Autocast autocast;
  const double before = linear(x, w).sum().item();
  w->set_memory(*other.impl());
  CHECK(linear(x, w).sum().item() > before + 10);
}

TEST_CASE("attention takes float32 parts and masks under autocast") {
  const Tensor q = made({1, 2, 4}, 0), mask = zeros({2, 2});
  const Autocast autocast;
  const Tensor lower = q.matmul(made({4, 4}, 0));
  CHECK(scaled_dot_product_attention(lower, q, q, {.attn_mask = mask}).dtype() == DType::bf16);
}

TEST_CASE("index_copy takes the wider of two float dtypes under autocast, and refuses them else") {
  const Tensor x = made({3}, 0), source = made({1}, 7).to(DType::bf16), index = tensor({1});
  CHECK_THROWS_AS(index_copy(x, 0, index, source), DTypeError);
  const Autocast autocast;
  const Tensor y = index_copy(x, 0, index, source);
  CHECK(y.dtype() == DType::f32);
  CHECK(y.to_vector<double>()[1] == 7);
  CHECK_THROWS_AS(index_copy(x, 0, index, tensor({7})), DTypeError);
}

TEST_CASE("what ops ask of an Autocast by hand") {
  const Tensor wide = made({2}, 0), narrow = wide.to(DType::f16);
  CHECK(!autocast_widens(narrow));
  CHECK(autocast_lowered(wide).dtype() == DType::f32);
  const Autocast autocast;
  CHECK(autocast_widens(narrow));
  CHECK(!autocast_widens(wide));
  CHECK(!autocast_widens(Tensor()));
  CHECK(autocast_lowered(wide).dtype() == DType::bf16);
}

}  // namespace limpid::autocast_test
