// Hooks before and after a module's forward.

#include <doctest/doctest.h>

#include "limpid/core/error.h"
#include "limpid/nn/flatten.h"
#include "limpid/nn/linear.h"
#include "limpid/tensor/creation.h"

namespace limpid::nn_hooks_test {

TEST_CASE("hooks run once a call, may change what passes, and can be removed") {
  nn::Linear layer(2, 2);
  int before = 0, after = 0;
  nn::HookHandle pre =
      layer.register_forward_pre_hook([&](nn::Module& m, std::span<Tensor> inputs) {
        CHECK(&m == &layer);
        ++before;
        inputs[0] = inputs[0] * 2;
      });
  nn::HookHandle post = layer.register_forward_hook(
      [&](nn::Module&, std::span<const Tensor> inputs, const Tensor& output) {
        ++after;
        CHECK(inputs[0][0][0].item() == 2);  // what forward saw
        return output + 100;
      });
  nn::HookHandle silent = layer.register_forward_hook(
      [&](nn::Module&, std::span<const Tensor>, const Tensor&) { return Tensor(); });
  const Tensor x = ones({1, 2});
  const Tensor hooked = layer(x);
  CHECK(before == 1);
  CHECK(after == 1);
  pre.remove();
  post.remove();
  post.remove();  // twice is nothing
  silent.remove();
  const Tensor plain = layer(x * 2);
  CHECK(before == 1);
  CHECK(after == 1);
  CHECK((hooked - plain).to_vector<double>()[0] == doctest::Approx(100));

  nn::HookHandle orphan;
  {
    nn::Linear gone(2, 2);
    orphan = gone.register_forward_hook(
        [](nn::Module&, std::span<const Tensor>, const Tensor&) { return Tensor(); });
  }
  orphan.remove();  // its module is gone
  CHECK_THROWS_WITH_AS(layer.register_forward_hook(nullptr),
                       "a module's hook must be a function to call, and there is none", ValueError);
  CHECK_THROWS_AS(layer.register_forward_pre_hook(nullptr), ValueError);
}

TEST_CASE("a hook that removes itself runs once") {
  nn::Identity layer;
  int calls = 0;
  nn::HookHandle handle;
  handle = layer.register_forward_hook([&](nn::Module&, std::span<const Tensor>, const Tensor&) {
    ++calls;
    handle.remove();
    return Tensor();
  });
  layer(ones({1}));
  layer(ones({1}));
  CHECK(calls == 1);
}

}  // namespace limpid::nn_hooks_test
