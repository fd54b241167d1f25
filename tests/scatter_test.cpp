// scatter and scatter_add in place, scatter of a number, and of a part of src.

// covers: axis_index
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "limpid/autograd/engine.h"
#include "limpid/core/error.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "tests/thrown.h"

namespace limpid::scatter_test {

namespace {

using Values = std::vector<double>;
Values elements(const Tensor& t) { return t.detach().to_vector<double>(); }

}  // namespace

TEST_CASE("scatter_ writes in place, also to strided tensors and with a history") {
  const Tensor index = tensor({{0, 2}, {1, 0}});
  Tensor x = zeros({2, 3});
  x.scatter_(1, index, tensor({{1.0, 2.0}, {3.0, 4.0}}));
  CHECK(elements(x) == Values{1, 0, 2, 4, 3, 0});
  CHECK(x.version() == 1);
  Tensor columns = x.t();
  columns.scatter_(0, index.t(), 7);
  CHECK(elements(x) == Values{7, 0, 7, 7, 7, 0});

  Tensor w = ones({2, 3}, {.requires_grad = true});
  Tensor source = ones({2, 2}, {.requires_grad = true});
  Tensor y = w * full({}, 3.0);
  y.scatter_(1, index, source);
  (y * arange(6, {.dtype = DType::f32}).reshape({2, 3})).sum().backward();
  CHECK(elements(w.grad()) == Values{0, 3, 0, 0, 0, 15});
  CHECK(elements(source.grad()) == Values{0, 2, 4, 3});
}

TEST_CASE("scatter_ with an index out of range leaves everything as it was") {
  Tensor x = zeros({3});
  CHECK_SAYS(IndexError,
             "scatter_: index 3 at position (2,) is out of range for dimension 0 of size 3",
             x.scatter_(0, tensor({0, 1, 3}), ones({3})));
  CHECK(elements(x) == Values{0, 0, 0});
  CHECK(x.version() == 0);
}

TEST_CASE("scatter with a number, and scatter_add in place") {
  const Tensor index = tensor({{1, 1}, {0, 0}});
  CHECK(elements(scatter(zeros({2, 2}), 1, index, 5)) == Values{0, 5, 5, 0});
  CHECK(elements(zeros({2, 2}).scatter(1, index, ones({2, 2}))) == Values{0, 1, 1, 0});
  CHECK(elements(ones({2, 2}).scatter_add(1, index, ones({2, 2}))) == Values{1, 3, 3, 1});
  Tensor x = ones({2, 2});
  x.scatter_add_(1, index, ones({2, 3}));  // what lies beyond index is not used
  CHECK(elements(x) == Values{1, 3, 3, 1});
  CHECK_SAYS(DTypeError, "scatter: the value 0.5 does not fit a tensor of int32",
             scatter(zeros({2}, {.dtype = DType::i32}), 0, tensor({0}), 0.5));
}

// PyTorch gives a share to an element of input that ties, though it takes no part.
TEST_CASE("scatter_reduce: an element that takes no part gets no gradient, even where it ties") {
  for (const char* reduce : {"amax", "amin"}) {
    INFO(reduce);
    Tensor x = full({2}, 3, {.dtype = DType::f32, .requires_grad = true});
    Tensor source = full({2}, 3, {.dtype = DType::f32, .requires_grad = true});
    const Tensor y = scatter_reduce(x, 0, tensor({0, 0}), source, reduce, /*include_self=*/false);
    y.sum().backward();
    CHECK(elements(x.grad()) == Values{0, 1});
    CHECK(elements(source.grad()) == Values{0.5, 0.5});
  }
}

TEST_CASE("scatter takes the part of src that has indices, along every axis") {
  const Tensor x = zeros({2, 2}), src = tensor({{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}});
  CHECK(elements(scatter(x, 0, tensor({{1, 0}}), src)) == Values{0, 2, 1, 0});
  CHECK(elements(scatter(x, 0, tensor({{1}}), src)) == Values{0, 0, 1, 0});
  CHECK(elements(scatter(x, 0, zeros({0, 2}, {.dtype = DType::i64}), src)) == Values{0, 0, 0, 0});
  CHECK(elements(scatter(x, 1, zeros({0}, {.dtype = DType::i64}), src)) == Values{0, 0, 0, 0});
  CHECK_SAYS(ShapeError, "scatter: src has shape (1,) but index (1, 1)",
             scatter(x, 0, tensor({{1}}), ones({1})));
  Tensor learned = ones({2, 3}, {.requires_grad = true});
  scatter(x, 0, zeros({0, 2}, {.dtype = DType::i64}), learned).sum().backward();
  CHECK(elements(learned.grad()) == Values{0, 0, 0, 0, 0, 0});
}

}  // namespace limpid::scatter_test
