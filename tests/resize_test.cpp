// resize_: within the memory that there is, into more of it, and what stands against it.

// covers: resize

#include "limpid/tensor/resize.h"

#include <doctest/doctest.h>

#include "limpid/core/error.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "tests/thrown.h"

namespace limpid::resize_test {

TEST_CASE("a tensor gets another shape over the memory that it has") {
  const Tensor base = arange(6), x = base.view({2, 3}), part = base.narrow(0, 2, 2);
  resize_(x, {2, 2});
  CHECK(x.to_vector<std::int64_t>() == std::vector<std::int64_t>{0, 1, 2, 3});
  CHECK((x.shares_storage(base) && x->contiguous && x.numel() == 4));
  resize_(part, {2, 2});
  CHECK(part.to_vector<std::int64_t>() == std::vector<std::int64_t>{2, 3, 4, 5});
  const Tensor turned = arange(6).view({2, 3}).t();
  resize_(turned, {3, 2});  // its own shape: nothing changes
  CHECK(turned.stride(0) == 1);
  resize_(turned, {6});
  CHECK(turned.to_vector<std::int64_t>() == std::vector<std::int64_t>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("it moves to more memory where nobody shares its own") {
  const Tensor x = arange(6);
  resize_(x, {50, 2});
  CHECK(x.flatten().narrow(0, 0, 6).to_vector<std::int64_t>() ==
        std::vector<std::int64_t>{0, 1, 2, 3, 4, 5});
  const Tensor view = x.view({100});
  CHECK_SAYS(ValueError,
             "resize_: shape (101,) needs 808 bytes but the tensor has 800, which it shares with "
             "other tensors",
             resize_(x, {101}));
  CHECK(x.shape() == Shape{50, 2});
  Tensor lent = arange(2);
  lent->storage->exposed = true;
  CHECK_SAYS(ValueError, "with what else knows their address", resize_(lent, {3}));
  const Tensor on_meta = empty({2}, {.device = Device{DeviceType::meta}});
  resize_(on_meta, {5});
  CHECK(on_meta.shape() == Shape{5});
}

TEST_CASE("it does not change what has a gradient, or what no memory holds") {
  const Tensor w = ones({4}, {.requires_grad = true});
  CHECK_SAYS(GraphError, "resize_: this tensor requires grad", resize_(w, {2}));
  CHECK_SAYS(ShapeError, "negative", resize_(ones({2}), {-1}));
  CHECK_SAYS(ShapeError, "more elements than can be addressed", resize_(ones({2}), {1L << 60}));
  const Tensor x = arange(4).to(DType::f32);
  const Tensor y = (w * x).sum();
  resize_(x, {2});  // backward has its own view of the old shape
  y.backward();
  CHECK(w.grad().to_vector<float>() == std::vector<float>{0, 1, 2, 3});
}

TEST_CASE("resize_: a part that is kept alone grows from where it begins") {
  const Tensor part = arange(6.0).narrow(0, 2, 2).detach();
  resize_(part, {8});
  CHECK(part.narrow(0, 0, 2).to_vector<float>() == std::vector<float>{2, 3});
}

}  // namespace limpid::resize_test
