// The forms of views, rearranging and indexing that the cases of the cards do not reach: methods,
// in place, and what shares memory.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "limpid/autograd/engine.h"
#include "limpid/core/error.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "tests/thrown.h"

using namespace limpid;

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
  CHECK(x.split(2, 1).size() == 2);
  CHECK(x.split(2, 1)[1].shape() == Shape{2, 1, 4});
  CHECK(x.chunk(4, 2).size() == 4);
  CHECK(elements(x.unbind(1)[2]) == Values{8, 9, 10, 11, 20, 21, 22, 23});
  CHECK(elements(x[0].flip({0, 1})) == Values{11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0});
  CHECK(elements(x[0].roll(1, 1)) == Values{3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10});
  CHECK(elements(roll(x[0], 5)) == Values{7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5, 6});
  CHECK(elements(roll(x[0], {5}, Shape{})) == elements(roll(x[0], 5)));
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

TEST_CASE("what is written to a diagonal lands in the matrix, and so does its gradient") {
  Tensor w = ones({3}, {.requires_grad = true});
  Tensor m = zeros({3, 3});
  m.diagonal().copy_(w * full({}, 2.0));
  (m * arange(9, {.dtype = DType::f32}).reshape({3, 3})).sum().backward();
  CHECK(elements(m) == Values{2, 0, 0, 0, 2, 0, 0, 0, 2});
  CHECK(elements(w.grad()) == Values{0, 8, 16});
}

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

TEST_CASE("embedding: the row of padding may count from the end") {
  Tensor table = ones({3, 2}, {.requires_grad = true});
  embedding(table, tensor({2, 1, 2, 0}), -1).sum().backward();
  CHECK(elements(table.grad()) == Values{1, 1, 1, 1, 0, 0});
  CHECK_SAYS(IndexError, "embedding: padding_idx -4 is no row of a table of 3 rows",
             embedding(table, tensor({0}), -4));
}

TEST_CASE("interpolate: sizes and factors") {
  const Tensor x = zeros({1, 1, 4, 5});
  CHECK(interpolate(x, {.size = {7}}).shape() == Shape{1, 1, 7, 7});
  CHECK(interpolate(x, {.size = {7, 2}}).shape() == Shape{1, 1, 7, 2});
  CHECK(interpolate(x, {.scale_factor = {1.5}, .mode = "bilinear"}).shape() == Shape{1, 1, 6, 7});
  const auto refused = [&](const InterpolateOptions& options, const char* part) {
    CHECK_SAYS(Error, part, interpolate(x, options));
  };
  refused({}, "needs either size or scale_factor");
  refused({.size = {7}, .scale_factor = {2}}, "needs either size or scale_factor");
  refused({.size = {7, 7, 7}}, "size has 3 numbers, but the input has 2 spatial dimensions");
  refused({.scale_factor = {2, 2, 2}}, "scale_factor has 3 numbers");
  refused({.scale_factor = {-1}}, "scale_factor -1 must be a positive number");
  refused({.scale_factor = {0.1}}, "must be at least 1 in every dimension");
  refused({.scale_factor = {1e300}}, "larger than can be addressed");
}

TEST_CASE("interpolate: coordinates by the factor, or by the quotient of the sizes") {
  const Tensor x = arange(5, {.dtype = DType::f32}).reshape({1, 1, 5});
  const auto resampled = [&](bool recompute) {
    return elements(interpolate(
        x, {.scale_factor = {1.5}, .mode = "linear", .recompute_scale_factor = recompute}));
  };
  const Values by_factor = resampled(false), by_sizes = resampled(true);
  for (std::size_t i = 0; i < 7; ++i) {
    const double at = static_cast<double>(i) + 0.5;
    CHECK(by_factor[i] == doctest::Approx(std::min(std::max(at / 1.5 - 0.5, 0.0), 4.0)));
    CHECK(by_sizes[i] == doctest::Approx(std::min(std::max(at * 5 / 7 - 0.5, 0.0), 4.0)));
  }
}

TEST_CASE("broadcast_tensors") {
  const Tensor in[] = {zeros({3, 1}), ones({4})};
  const std::vector<Tensor> out = broadcast_tensors(in);
  CHECK(out[0].shape() == Shape{3, 4});
  CHECK(out[1].shape() == Shape{3, 4});
}
