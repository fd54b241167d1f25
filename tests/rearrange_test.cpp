// The forms of views, rearranging and indexing that the cases of the cards do not reach: methods,
// in place, and what shares memory.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "limpid/autograd/engine.h"
#include "limpid/core/error.h"
#include "limpid/ops/as_strided/as_strided.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "tests/op_harness.h"
#include "tests/thrown.h"

namespace limpid::rearrange_test {

using testing::run_reference;

namespace {

using Values = std::vector<double>;
Values elements(const Tensor& t) { return t.detach().to_vector<double>(); }

}  // namespace

TEST_CASE("methods give what the functions give") {
  const Tensor x = arange(24, {.dtype = DType::f32}).reshape({2, 3, 4});
  CHECK(x.movedim(0, 2).shape() == Shape{3, 4, 2});
  CHECK(elements(x.movedim(0, 2)) == elements(movedim(x, 0, 2)));
  CHECK(x.unflatten(2, {2, -1}).shape() == Shape{2, 3, 2, 2});
  CHECK(elements(x[0].diagonal()) == Values{0, 5, 10});
  CHECK(x.unflatten(2, {1, -1}).shape() == Shape{2, 3, 1, 4});
  CHECK(ravel(x).shape() == Shape{24});
  CHECK(hsplit(x, 1).size() == 1);
  CHECK(elements(hsplit(arange(4), Shape{1})[1]) == Values{1, 2, 3});
  CHECK(x.split(2, 1).size() == 2);
  CHECK(x.split(2, 1)[1].shape() == Shape{2, 1, 4});
  CHECK(x.chunk(4, 2).size() == 4);
  CHECK(elements(x.unbind(1)[2]) == Values{8, 9, 10, 11, 20, 21, 22, 23});
  CHECK(elements(x[0].flip({0, 1})) == Values{11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0});
  CHECK(elements(x[0].roll(1, 1)) == Values{3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10});
  CHECK(elements(roll(x[0], 5)) == Values{7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5, 6});
  CHECK(elements(roll(x[0], {5}, Shape{})) == elements(roll(x[0], 5)));
  CHECK(elements(roll(x[0], {1}, Shape{1})) == elements(x[0].roll(1, 1)));
  CHECK(elements(x[0][0].repeat({2, 1})) == Values{0, 1, 2, 3, 0, 1, 2, 3});
  CHECK(elements(x[0].tril()) == Values{0, 0, 0, 0, 4, 5, 0, 0, 8, 9, 10, 0});
  CHECK(elements(x[0].triu(2)) == Values{0, 0, 2, 3, 0, 0, 0, 7, 0, 0, 0, 0});
  const Tensor ids = tensor({2, 0});
  CHECK(elements(x[0].index_select(0, ids)) == Values{8, 9, 10, 11, 0, 1, 2, 3});
  CHECK(elements(x[0].gather(1, ids.reshape({2, 1}))) == Values{2, 4});
  CHECK(elements(x[0].masked_select(x[0] > 9)) == Values{10, 11});
  CHECK(elements(x[0][0].masked_fill(x[0][0] > 1, -1)) == Values{0, 1, -1, -1});
  CHECK(elements(x.bmm(x.transpose(1, 2))) == elements(bmm(x, x.transpose(1, 2))));
}

TEST_CASE("views share memory, and copies do not") {
  const Tensor x = zeros({2, 3, 4});
  for (const Tensor& view :
       {diagonal(x, 1, 1, 2), movedim(x, 0, 1), unflatten(x, 2, {2, 2}), unbind(x)[1],
        hsplit(x, 3)[1], broadcast_to(x, {5, 2, 3, 4}), squeeze(unsqueeze(x, 1), Shape{1}),
        meshgrid({x[0][0], x[0][1]})[1], view_as(x, zeros({6, 4})), expand_as(x, x)})
    CHECK(view.shares_storage(x));
  for (const Tensor& copy : {flip(x, {}), roll(x, 0, 0), repeat(x, {1, 1, 1}), pad(x, {}),
                             rot90(x, 0), diag(x[0]), tril(x, 9), repeat_interleave(x, 1, 0)})
    CHECK_FALSE(copy.shares_storage(x));
}

TEST_CASE("a quarter turn by default is one of the first two axes") {
  const Tensor x = arange(12).reshape({2, 3, 2});
  CHECK(elements(rot90(x)) == elements(rot90(x, 1, {0, 1})));
}

TEST_CASE("as_strided: of an input that begins within its memory") {
  const Tensor x = arange(12).narrow(0, 3, 6), inputs[] = {x};
  CHECK(elements(as_strided(x, {2, 2}, {1, 2})) == Values{3, 5, 4, 6});
  CHECK(elements(as_strided(x, {2}, {10}, 1)) == Values{1, 11});
  const AsStrided op{{2}, {10}, 1, {1}, 3};
  CHECK(elements(run_reference(any(op), inputs)[0]) == Values{1, 11});
  CHECK_THROWS_WITH_AS(as_strided(x, {2}, {11}, 1),
                       doctest::Contains("reaches element 12 of a memory of 12"), ShapeError);
}

TEST_CASE("an axis of one element can be replicated") {
  CHECK(elements(pad(full({2, 1}, 3), {2, 1}, "replicate")) == elements(full({2, 4}, 3)));
}

TEST_CASE("what is written to a diagonal lands in the matrix, and so does its gradient") {
  Tensor w = ones({3}, {.requires_grad = true});
  Tensor m = zeros({3, 3});
  m.diagonal().copy_(w * full({}, 2.0));
  (m * arange(9, {.dtype = DType::f32}).reshape({3, 3})).sum().backward();
  CHECK(elements(m) == Values{2, 0, 0, 0, 2, 0, 0, 0, 2});
  CHECK(elements(w.grad()) == Values{0, 8, 16});
}

TEST_CASE("embedding: the row of padding may count from the end") {
  Tensor table = ones({3, 2}, {.requires_grad = true});
  embedding(table, tensor({2, 1, 2, 0}), -1).sum().backward();
  CHECK(elements(table.grad()) == Values{1, 1, 1, 1, 0, 0});
  CHECK_SAYS(IndexError, "embedding: padding_idx -4 is no row of a table of 3 rows",
             embedding(table, tensor({0}), -4));
}

TEST_CASE("broadcast_tensors") {
  const Tensor in[] = {zeros({3, 1}), ones({4})};
  const std::vector<Tensor> out = broadcast_tensors(in);
  CHECK(out[0].shape() == Shape{3, 4});
  CHECK(out[1].shape() == Shape{3, 4});
}

}  // namespace limpid::rearrange_test
