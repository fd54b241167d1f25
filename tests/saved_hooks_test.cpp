// Hooks on the tensors that the record keeps for backward.

#include "limpid/autograd/saved_hooks.h"

#include <doctest/doctest.h>

#include "limpid/tensor/creation.h"
#include "tests/thrown.h"

namespace limpid::saved_hooks_test {

using testing::thrown;

namespace {

/// Keeps bytes, and counts how often they are asked for.
struct InBytes final : Packed {
  Tensor bytes;
  int* asked;
  InBytes(Tensor b, int* count) : bytes(std::move(b)), asked(count) {}
  Tensor unpack() override {
    ++*asked;
    return bytes.to(DType::f32);
  }
};

struct Other final : Packed {
  Tensor other;
  explicit Other(Tensor t) : other(std::move(t)) {}
  Tensor unpack() override { return other; }
};

struct Nothing final : Packed {
  Tensor unpack() override { return {}; }
};

Tensor leaf(std::vector<float> values) { return tensor(values, {.requires_grad = true}); }

}  // namespace

TEST_CASE("what is saved goes through the innermost hook of this thread") {
  const Tensor x = leaf({1.25f, 2.5f});
  int packed = 0, asked = 0;
  push_pack_hook([&](const Tensor& t) {
    ++packed;
    CHECK_FALSE(t.requires_grad());
    return std::make_unique<InBytes>((t * t).to(DType::u8), &asked);  // its own ops are not packed
  });
  const Tensor y = x * x;
  pop_pack_hook();
  const Tensor z = x * x;
  CHECK(packed == 2);
  CHECK(asked == 0);
  y.sum().backward({}, {.retain_graph = true});
  CHECK(asked == 2);
  CHECK(x.grad().to_vector<float>() == std::vector<float>{2, 12});  // 1.25^2 is 1, 2.5^2 is 6
  y.sum().backward();
  CHECK(asked == 4);
  z.sum().backward();
  CHECK(asked == 4);
  CHECK(x.grad().to_vector<float>() == std::vector<float>{6.5f, 29});
}

TEST_CASE("a hook must give back what it was given") {
  push_pack_hook([](const Tensor&) { return std::make_unique<Nothing>(); });
  const Tensor y = leaf({1, 2}).exp();
  pop_pack_hook();
  CHECK(thrown<ShapeError>([&] { y.sum().backward(); }).find("gave back nothing") !=
        std::string::npos);
  for (const Tensor& other :
       {zeros({2}, {.dtype = DType::f64}), zeros({3}), zeros({2}, {.device = DeviceType::meta})}) {
    push_pack_hook([&](const Tensor&) { return std::make_unique<Other>(other); });
    const Tensor z = leaf({1, 2}).exp();
    pop_pack_hook();
    CHECK_THROWS_AS(z.sum().backward(), ShapeError);
  }
  CHECK_THROWS_AS(pop_pack_hook(), ValueError);
}

TEST_CASE("a hook that fails leaves no trace") {
  push_pack_hook([](const Tensor&) -> std::unique_ptr<Packed> { throw ValueError("full"); });
  const Tensor x = leaf({1, 2});
  CHECK_THROWS_AS(x.exp(), ValueError);
  CHECK_THROWS_AS(x.exp(), ValueError);  // it is still there
  pop_pack_hook();
  x.exp().sum().backward();
  CHECK(x.grad().defined());
}

}  // namespace limpid::saved_hooks_test
