// What kernels of pad ask of an axis, and what its modes differ in beside values.

#include <doctest/doctest.h>

#include "limpid/limpid.h"
#include "limpid/op/autocast.h"
#include "limpid/ops/pad/pad_axis.h"

namespace limpid::pad_test {

TEST_CASE("pad: an axis changes where elements are put at either end, or taken away") {
  CHECK(!PadAxis{.size = 3, .before = 0, .padded = 3}.changes());
  CHECK(PadAxis{.size = 3, .before = 0, .padded = 4}.changes());
  CHECK(PadAxis{.size = 3, .before = 1, .padded = 4}.changes());
  CHECK(PadAxis{.size = 3, .before = 1, .padded = 3}.changes());  // the last was taken away
  CHECK(PadAxis{.size = 3, .before = 2, .padded = 3}.changes());
  CHECK(PadAxis{.size = 3, .before = -1, .padded = 2}.changes());
}

TEST_CASE(
    "pad: under autocast PyTorch's reflection and replication give float32, the others what "
    "arrives") {
  const Tensor x = arange(6.0).view({1, 2, 3}).to(DType::bf16);
  const Autocast autocast;
  for (const char* mode : {"reflect", "replicate"})
    CHECK(pad(x, {1, 1}, mode).dtype() == DType::f32);
  for (const char* mode : {"constant", "circular"})
    CHECK(pad(x, {1, 1}, mode).dtype() == DType::bf16);
}

TEST_CASE("pad: only gradients of reflection and replication are functions of the input") {
  const Tensor x = ones({1, 2, 3}, {.requires_grad = true});
  const auto linked = [&](const char* mode) {
    return grad(pad(x, {1, 1}, mode).sum(), x, {.create_graph = true}).requires_grad();
  };
  CHECK(linked("reflect"));
  CHECK(linked("replicate"));
  CHECK(!linked("circular"));
  CHECK(!linked("constant"));
}

}  // namespace limpid::pad_test
