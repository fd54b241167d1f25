// Indexing: what x[...] reads, what x[...] = v writes, and how gradients come back. The results are
// PyTorch 2.13's of the Python text in each row (NumPy's where PyTorch has no negative steps).

// covers: index, index_put, index_loop, index_arrays, index_methods, embedding
#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "limpid/autograd/engine.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/ops/embedding/embedding.h"
#include "limpid/ops/index_put/index_put.h"
#include "limpid/ops/index_select/index_select.h"
#include "limpid/ops/split/split.h"
#include "limpid/tensor/creation.h"
#include "limpid/tensor/index.h"
#include "tests/indices.h"
#include "tests/thrown.h"

namespace limpid::indexing_test {

using testing::thrown;
using namespace testing::indices;

namespace {

using Values = std::vector<std::int64_t>;

struct Row {
  const char* python;
  Tensor x;
  std::vector<Index> index;
  Shape shape;
  Values values;
};

std::vector<Row> rows() {
  const Tensor x1 = counting({10}), x2 = counting({3, 4}), x3 = counting({2, 3, 4}),
               x4 = counting({2, 3, 4, 5});
  return {
      {"x1[3]", x1, {3}, {}, {3}},
      {"x1[-1]", x1, {-1}, {}, {9}},
      {"x1[2:5]", x1, {Slice(2, 5)}, {3}, {2, 3, 4}},
      {"x1[:4]", x1, {Slice(N, 4)}, {4}, {0, 1, 2, 3}},
      {"x1[7:]", x1, {Slice(7)}, {3}, {7, 8, 9}},
      {"x1[::3]", x1, {Slice(N, N, 3)}, {4}, {0, 3, 6, 9}},
      {"x1[::-1]", x1, {Slice(N, N, -1)}, {10}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}},
      {"x1[::-3]", x1, {Slice(N, N, -3)}, {4}, {9, 6, 3, 0}},
      {"x1[8:2:-2]", x1, {Slice(8, 2, -2)}, {3}, {8, 6, 4}},
      {"x1[-3:]", x1, {Slice(-3)}, {3}, {7, 8, 9}},
      {"x1[:-3]", x1, {Slice(N, -3)}, {7}, {0, 1, 2, 3, 4, 5, 6}},
      {"x1[-100:3]", x1, {Slice(-100, 3)}, {3}, {0, 1, 2}},
      {"x1[5:100]", x1, {Slice(5, 100)}, {5}, {5, 6, 7, 8, 9}},
      {"x1[100:]", x1, {Slice(100)}, {0}, {}},
      {"x1[6:2]", x1, {Slice(6, 2)}, {0}, {}},
      {"x1[2:6:-1]", x1, {Slice(2, 6, -1)}, {0}, {}},
      {"x1[-1:-4:-1]", x1, {Slice(-1, -4, -1)}, {3}, {9, 8, 7}},
      {"x1[100::-4]", x1, {Slice(100, N, -4)}, {3}, {9, 5, 1}},
      {"x1[:-100:-1]", x1, {Slice(N, -100, -1)}, {10}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}},
      {"x1[-100::-1]", x1, {Slice(-100, N, -1)}, {0}, {}},
      {"x1[2:9:100]", x1, {Slice(2, 9, 100)}, {1}, {2}},
      {"x1[9:0:-2**63]", x1, {Slice(9, 0, INT64_MIN)}, {1}, {9}},
      {"x1[...]", x1, {Ellipsis}, {10}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}},
      {"x1[None]", x1, {None}, {1, 10}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}},
      {"x1[None, 2:4, None]", x1, {None, Slice(2, 4), None}, {1, 2, 1}, {2, 3}},
      {"x2[1]", x2, {1}, {4}, {4, 5, 6, 7}},
      {"x2[1, 2]", x2, {1, 2}, {}, {6}},
      {"x2[:, 2]", x2, {Slice(), 2}, {3}, {2, 6, 10}},
      {"x2[..., -1]", x2, {Ellipsis, -1}, {3}, {3, 7, 11}},
      {"x2[::-1, ::2]", x2, {Slice(N, N, -1), Slice(N, N, 2)}, {3, 2}, {8, 10, 4, 6, 0, 2}},
      {"x2[1, ::-1]", x2, {1, Slice(N, N, -1)}, {4}, {7, 6, 5, 4}},
      {"x2[-1, None, 1:]", x2, {-1, None, Slice(1)}, {1, 3}, {9, 10, 11}},
      {"x2[0, 0, ...]", x2, {0, 0, Ellipsis}, {}, {0}},
      {"x2[None, ..., None]",
       x2,
       {None, Ellipsis, None},
       {1, 3, 4, 1},
       {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
      {"x2[2:2]", x2, {Slice(2, 2)}, {0, 4}, {}},
      {"x3[1, ..., 2]", x3, {1, Ellipsis, 2}, {3}, {14, 18, 22}},
      {"x3[..., None, 1]", x3, {Ellipsis, None, 1}, {2, 3, 1}, {1, 5, 9, 13, 17, 21}},
      {"x3[:, None, 1, None]",
       x3,
       {Slice(), None, 1, None},
       {2, 1, 1, 4},
       {4, 5, 6, 7, 16, 17, 18, 19}},
      {"x3[1, 1:, ::2]", x3, {1, Slice(1), Slice(N, N, 2)}, {2, 2}, {16, 18, 20, 22}},
      {"x3[:, ::-2, 3]", x3, {Slice(), Slice(N, N, -2), 3}, {2, 2}, {11, 3, 23, 15}},
      {"x1[L([1, 1, -1])]", x1, {L({1, 1, -1})}, {3}, {1, 1, 9}},
      {"x1[L([[0, 2], [4, 6]])]", x1, {L({{0, 2}, {4, 6}})}, {2, 2}, {0, 2, 4, 6}},
      {"x1[E()]", x1, {E()}, {0}, {}},
      {"x2[L([0, 2])]", x2, {L({0, 2})}, {2, 4}, {0, 1, 2, 3, 8, 9, 10, 11}},
      {"x2[:, L([3, 0, 3])]", x2, {Slice(), L({3, 0, 3})}, {3, 3}, {3, 0, 3, 7, 4, 7, 11, 8, 11}},
      {"x2[L([0, 2]), L([1, 3])]", x2, {L({0, 2}), L({1, 3})}, {2}, {1, 11}},
      {"x2[L([[0], [2]]), L([1, 3])]", x2, {column({0, 2}), L({1, 3})}, {2, 2}, {1, 3, 9, 11}},
      {"x2[1:, L([0, 1])]", x2, {Slice(1), L({0, 1})}, {2, 2}, {4, 5, 8, 9}},
      {"x2[L([0, 1]), ::-1]", x2, {L({0, 1}), Slice(N, N, -1)}, {2, 4}, {3, 2, 1, 0, 7, 6, 5, 4}},
      {"x2[1, L([0, 1])]", x2, {1, L({0, 1})}, {2}, {4, 5}},
      {"x2[None, L([0, 1])]", x2, {None, L({0, 1})}, {1, 2, 4}, {0, 1, 2, 3, 4, 5, 6, 7}},
      {"x2[L([0, 1]), None]", x2, {L({0, 1}), None}, {2, 1, 4}, {0, 1, 2, 3, 4, 5, 6, 7}},
      {"x3[L([0, 1, 1]), :, L([1, 0, 3])]",
       x3,
       {L({0, 1, 1}), Slice(), L({1, 0, 3})},
       {3, 3},
       {1, 5, 9, 12, 16, 20, 15, 19, 23}},
      {"x3[:, L([0, 2]), L([3, 3])]", x3, {Slice(), L({0, 2}), L({3, 3})}, {2, 2}, {3, 11, 15, 23}},
      {"x3[L([0, 1]), L([2, 0])]",
       x3,
       {L({0, 1}), L({2, 0})},
       {2, 4},
       {8, 9, 10, 11, 12, 13, 14, 15}},
      {"x3[0, :, L([0, 3])]", x3, {0, Slice(), L({0, 3})}, {3, 2}, {0, 3, 4, 7, 8, 11}},
      {"x3[L([1, 0]), 2]", x3, {L({1, 0}), 2}, {2, 4}, {20, 21, 22, 23, 8, 9, 10, 11}},
      {"x3[L([1, 0]), 2, L([0, 1])]", x3, {L({1, 0}), 2, L({0, 1})}, {2}, {20, 9}},
      {"x3[L([1, 0]), None, L([0, 1])]",
       x3,
       {L({1, 0}), None, L({0, 1})},
       {2, 1, 4},
       {12, 13, 14, 15, 4, 5, 6, 7}},
      {"x3[..., L([0, 3])]",
       x3,
       {Ellipsis, L({0, 3})},
       {2, 3, 2},
       {0, 3, 4, 7, 8, 11, 12, 15, 16, 19, 20, 23}},
      {"x3[L([0, 1]), ..., L([0, 3])]",
       x3,
       {L({0, 1}), Ellipsis, L({0, 3})},
       {2, 3},
       {0, 4, 8, 15, 19, 23}},
      {"x3[L([[0, 1], [1, 0]]), :, L([0, 3])]",
       x3,
       {L({{0, 1}, {1, 0}}), Slice(), L({0, 3})},
       {2, 2, 3},
       {0, 4, 8, 15, 19, 23, 12, 16, 20, 3, 7, 11}},
      {"x3[L(1), :, L([0, 3])]", x3, {L0(1), Slice(), L({0, 3})}, {3, 2}, {12, 15, 16, 19, 20, 23}},
      {"x4[:, L([0, 2]), :, L([1, 4])]",
       x4,
       {Slice(), L({0, 2}), Slice(), L({1, 4})},
       {2, 2, 4},
       {1, 6, 11, 16, 61, 66, 71, 76, 44, 49, 54, 59, 104, 109, 114, 119}},
      {"x4[1:, L([0, 2]), L([3, 0]), ::3]",
       x4,
       {Slice(1), L({0, 2}), L({3, 0}), Slice(N, N, 3)},
       {1, 2, 2},
       {75, 78, 100, 103}},
      {"x4[..., L([0]), 1:3, L([[2], [4]])]",
       x4,
       {Ellipsis, L({0}), Slice(1, 3), column({2, 4})},
       {2, 1, 2, 2},
       {7, 12, 67, 72, 9, 14, 69, 74}},
      {"x2[x2 % 3 == 0]", x2, {mask(x2, 3)}, {4}, {0, 3, 6, 9}},
      {"x2[B([True, False, True])]", x2, {B({1, 0, 1})}, {2, 4}, {0, 1, 2, 3, 8, 9, 10, 11}},
      {"x2[:, B([True, False, False, True])]",
       x2,
       {Slice(), B({1, 0, 0, 1})},
       {3, 2},
       {0, 3, 4, 7, 8, 11}},
      {"x2[B([True, False, True]), B([True, False, False, True])]",
       x2,
       {B({1, 0, 1}), B({1, 0, 0, 1})},
       {2},
       {0, 11}},
      {"x2[B([True, False, True]), 1:3]", x2, {B({1, 0, 1}), Slice(1, 3)}, {2, 2}, {1, 2, 9, 10}},
      {"x2[B([False, False, False])]", x2, {B({0, 0, 0})}, {0, 4}, {}},
      {"x2[B([True, True, False]), L([1, 3])]", x2, {B({1, 1, 0}), L({1, 3})}, {2}, {1, 7}},
      {"x3[(x3 % 5 == 0)[:, :, 0]]",
       x3,
       {mask(x3, 5).select(2, 0)},
       {2, 4},
       {0, 1, 2, 3, 20, 21, 22, 23}},
      {"x3[:, (x3 % 5 == 0)[0]]", x3, {Slice(), mask(x3, 5)[0]}, {2, 3}, {0, 5, 10, 12, 17, 22}},
      {"x3[(x3 % 5 == 0)[:, 0, 0], ..., L([1])]",
       x3,
       {mask(x3, 5).select(2, 0).select(1, 0), Ellipsis, L({1})},
       {1, 3},
       {1, 5, 9}},
      {"x2[B(True)]", x2, {B0(true)}, {1, 3, 4}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
      {"x2[B(False)]", x2, {B0(false)}, {0, 3, 4}, {}},
      {"x2[1, B(True)]", x2, {1, B0(true)}, {1, 4}, {4, 5, 6, 7}},
  };
}

bool has_tensors(const Row& row) {
  return std::any_of(row.index.begin(), row.index.end(), [](const Index& i) {
    const Tensor* t = i.get_if<Tensor>();
    return t && (t->dim() > 0 || t->dtype() == DType::boolean);
  });
}

template <class T = double>
std::vector<T> listed(const Tensor& t) {
  return t.to_vector<T>();
}

}  // namespace

TEST_CASE("reading: values, shape, and a view unless tensors index") {
  for (const Row& row : rows()) {
    CAPTURE(row.python);
    const Tensor y = row.x.index(row.index);
    CHECK(y.shape() == row.shape);
    CHECK(listed<std::int64_t>(y) == row.values);
    CHECK(y.shares_storage(row.x) == !has_tensors(row));
    CHECK_FALSE(y.is_same(row.x));
  }
}

TEST_CASE("reading from other layouts gives the same") {
  for (const Row& row : rows()) {
    CAPTURE(row.python);
    // Every axis is a slice of a larger one, backwards in memory, and axes are transposed.
    Shape large = row.x.shape(), order;
    std::vector<Index> inside;
    for (int i = 0; i < large.rank(); ++i) {
      inside.push_back(Slice(2 * large[i], 0, -2));
      large[i] = 2 * large[i] + 1;
      order.insert(0, i);
    }
    Shape reversed;
    for (int i = large.rank(); i-- > 0;) reversed.push_back(large[i]);
    const Tensor x = zeros(reversed, {.dtype = DType::i64}).permute(order).index(inside);
    Tensor(x).copy_(row.x);
    CHECK(listed<std::int64_t>(x.index(row.index)) == row.values);
    Tensor(x).index_put_(row.index, full({}, -1));
    CHECK(listed<std::int64_t>(x) ==
          listed<std::int64_t>(row.x.clone().index_put_(row.index, full({}, -1))));
  }
}

TEST_CASE("writing goes where reading looks") {
  for (const Row& row : rows()) {
    CAPTURE(row.python);
    const Tensor before = row.x;
    // A number: just the elements that are read become -1.
    const Values filled = listed<std::int64_t>(before.clone().index_put_(row.index, full({}, -1)));
    const std::set<std::int64_t> places(row.values.begin(), row.values.end());
    for (std::size_t i = 0; i < filled.size(); ++i)
      CHECK(filled[i] ==
            (places.count(static_cast<std::int64_t>(i)) ? -1 : static_cast<std::int64_t>(i)));
    // A tensor: its elements arrive in their order.
    const Tensor shifted = before + full({}, 1000);
    const Values written =
        listed<std::int64_t>(before.clone().index_put_(row.index, shifted.index(row.index)));
    for (std::size_t i = 0; i < written.size(); ++i)
      CHECK(written[i] % 1000 == static_cast<std::int64_t>(i));
    // Accumulation counts how often.
    const Tensor counts = zeros(before.shape(), {.dtype = DType::i64});
    Tensor(counts).index_put_(row.index, full({}, 1), /*accumulate=*/true);
    const Values times = listed<std::int64_t>(counts);
    for (std::size_t i = 0; i < times.size(); ++i)
      CHECK(times[i] ==
            std::count(row.values.begin(), row.values.end(), static_cast<std::int64_t>(i)));
  }
}

TEST_CASE("the gradient of reading counts how often an element was read") {
  for (const Row& row : rows()) {
    CAPTURE(row.python);
    Tensor x = row.x.to(DType::f64);
    x.requires_grad_();
    x.index(row.index).sum().backward();
    const std::vector<double> gradient = listed(x.grad());
    for (std::size_t i = 0; i < gradient.size(); ++i)
      CHECK(gradient[i] == static_cast<double>(std::count(row.values.begin(), row.values.end(),
                                                          static_cast<std::int64_t>(i))));
  }
}

TEST_CASE("a row that is read three times gets three gradients") {
  // The classic defect keeps only one of them: [0 3 3] -> [0 1 1].
  Tensor x = counting({2, 3}, DType::f32).requires_grad_();
  const Tensor rows = L({0, 1, 1, 1, 0, 1, 1, 1});
  const Tensor weight = tensor({0.0, 1.0, 0.5}).expand({8, 3});
  (x.index({rows}) * weight).sum().backward();
  CHECK(listed(x.grad()) == std::vector<double>{0, 2, 1, 0, 6, 3});
}

TEST_CASE("many rows, from several threads") {
  constexpr std::int64_t kRows = 1000, kColumns = 8, kReads = 20000;
  Values places(kReads);
  for (std::int64_t i = 0; i < kReads; ++i)
    places[static_cast<std::size_t>(i)] = i * 7919 % kRows - (i % 2 ? kRows : 0);
  Tensor x = counting({kRows, kColumns}, DType::f64).requires_grad_();
  const Tensor y = x.index({tensor(places)});
  bool right = true;
  for (std::int64_t i = 0; i < kReads; ++i)
    for (std::int64_t j = 0; j < kColumns; ++j)
      right &= y.data<double>()[i * kColumns + j] ==
               static_cast<double>(i * 7919 % kRows * kColumns + j);
  CHECK(right);
  y.sum().backward();  // every row is read 20 times
  CHECK(listed(x.grad()) == std::vector<double>(kRows * kColumns, 20.0));
}

TEST_CASE("gradients of writing: the target's where it stays, the value's where it goes") {
  Tensor x = counting({3, 2}, DType::f64).requires_grad_();
  Tensor v = tensor({{5.0, 6.0}, {7.0, 8.0}}, {.dtype = DType::f64}).requires_grad_();
  const Tensor w = counting({3, 2}, DType::f64) + full({}, 1.0, {.dtype = DType::f64});
  SUBCASE("replace") {
    (index_put(x, std::vector<Index>{L({2, 0})}, v) * w).sum().backward();
    CHECK(listed(x.grad()) == std::vector<double>{0, 0, 3, 4, 0, 0});
    CHECK(listed(v.grad()) == std::vector<double>{5, 6, 1, 2});
  }
  SUBCASE("add, both to one row") {
    const Tensor y = index_put(x, std::vector<Index>{L({1, 1})}, v, true);
    CHECK(listed(y) == std::vector<double>{0, 1, 14, 17, 4, 5});
    (y * w).sum().backward();
    CHECK(listed(x.grad()) == std::vector<double>{1, 2, 3, 4, 5, 6});
    CHECK(listed(v.grad()) == std::vector<double>{3, 4, 3, 4});
  }
  SUBCASE("one value for many places") {
    Tensor s = full({}, 2.0, {.dtype = DType::f64, .requires_grad = true});
    (index_put(x, std::vector<Index>{mask(counting({3, 2}), 2)}, s) * w).sum().backward();
    CHECK(s.grad().item() == 1 + 3 + 5);
    CHECK(listed(x.grad()) == std::vector<double>{0, 2, 0, 4, 0, 6});
  }
}

TEST_CASE("a slice with a negative step is a view: writing through it is seen") {
  Tensor x = counting({2, 5});
  Tensor y = x.index({Ellipsis, Slice(N, N, -2)});
  CHECK(y.strides() == Strides{5, -2});
  y.copy_(counting({2, 3}) + full({}, 10));
  CHECK(listed<std::int64_t>(x) == Values{12, 1, 11, 3, 10, 15, 6, 14, 8, 13});
  CHECK(listed<std::int64_t>(y.index({Slice(), Slice(N, N, -1)})) ==
        Values{12, 11, 10, 15, 14, 13});
  CHECK(listed<std::int64_t>(y.reshape({6})) == Values{10, 11, 12, 13, 14, 15});
}

TEST_CASE("values may have axes of size 1 in front, and another dtype where nothing is lost") {
  Tensor x = zeros({2, 3});
  x.index_put_({0}, tensor({{1, 2, 3}}));
  x.index_put_({L({1})}, tensor({{4, 5, 6}}).view({1, 1, 3}));
  CHECK(listed(x) == std::vector<double>{1, 2, 3, 4, 5, 6});
  CHECK(x.dtype() == DType::f32);
  Tensor volume = zeros({4, 3, 2});  // no more of them go than there are too many
  volume.index_put_({L({1, 3})}, ones({1, 1, 1, 1}));
  CHECK(volume.sum().item() == 12);
  x.index_put_({L({0, 1}), L({2, 0})}, full({1, 1}, 7.0));
  CHECK(listed(x) == std::vector<double>{1, 2, 7, 7, 5, 6});
}

TEST_CASE("an overlapping assignment reads before it writes") {
  Tensor x = counting({5});
  x.index_put_({Slice(1)}, x.index({Slice(N, -1)}));
  CHECK(listed<std::int64_t>(x) == Values{0, 0, 1, 2, 3});
  x = counting({5});
  x.index_put_({L({1, 2, 3, 4})}, x.index({Slice(N, -1)}));
  CHECK(listed<std::int64_t>(x) == Values{0, 0, 1, 2, 3});
  x = counting({5});
  x.index_put_({x.index({Slice(N, N, -1)})}, x);  // the indices are the target itself
  CHECK(listed<std::int64_t>(x) == Values{4, 3, 2, 1, 0});
}

TEST_CASE("an embedding's padding is a row by its number from either end, row 0 too") {
  for (const std::int64_t padding : {0, -3}) {
    Tensor table = ones({3, 2}).requires_grad_();
    embedding(table, L({0, 2, 0, 1}), padding).sum().backward();
    CHECK(listed(table.grad()) == std::vector<double>{0, 0, 1, 1, 1, 1});
  }
}

TEST_CASE("16-bit floats are added up in place through a transposed view") {
  for (const DType dtype : {DType::f16, DType::bf16}) {
    Tensor x = counting({2, 3}, dtype);
    const Tensor values = tensor({{1, 2}, {3, 4}, {5, 6}}, {.dtype = dtype});
    x.transpose(0, 1).index_put_({L({0, 2, 2})}, values, /*accumulate=*/true);
    CHECK(listed(x) == std::vector<double>{1, 1, 10, 5, 4, 15});
  }
}

TEST_CASE("select, narrow and []") {
  const Tensor x = counting({3, 4});
  CHECK(listed<std::int64_t>(x[-1]) == Values{8, 9, 10, 11});
  CHECK(x[1][2].item<int>() == 6);
  CHECK(listed<std::int64_t>(x.select(-1, 0)) == Values{0, 4, 8});
  CHECK(listed<std::int64_t>(x.narrow(1, -2, 2)) == Values{2, 3, 6, 7, 10, 11});
  CHECK(x.narrow(0, 3, 0).shape() == Shape{0, 4});
}

TEST_CASE("what is assigned to x[i] goes into x; a variable takes another tensor") {
  Tensor x = counting({3, 2});
  const Tensor alias = x;
  x[0] = counting({2}) + 7;
  x[1][0] = -1;
  const Tensor row = x[2];
  x[-1] = row * 2;
  CHECK(listed<std::int64_t>(alias) == Values{7, 8, -1, 3, 8, 10});
  Tensor y = x[0];
  y = row;
  CHECK(listed<std::int64_t>(x) == Values{7, 8, -1, 3, 8, 10});
  CHECK_THROWS_AS(x[0] = counting({3}), ShapeError);
  CHECK_THROWS_AS(x[0] = Tensor(), Error);
}

TEST_CASE("split respects its axis") {
  const Tensor x = counting({2, 5});
  const std::vector<Tensor> parts = split(x, 2, 1);
  REQUIRE(parts.size() == 3);
  CHECK(listed<std::int64_t>(parts[1]) == Values{2, 3, 7, 8});
  CHECK(parts[2].shape() == Shape{2, 1});
  CHECK(parts[2].shares_storage(x));
  CHECK(chunk(x, 4, 1).size() == 3);
  Tensor leaf = counting({2, 5}, DType::f32).requires_grad_();
  split(leaf, 2, 1)[1].sum().backward();
  CHECK(listed(leaf.grad()) == std::vector<double>{0, 0, 1, 1, 0, 0, 0, 1, 1, 0});
}

TEST_CASE("on meta: shapes as on the cpu, and a clear no where data decide") {
  for (const Row& row : rows()) {
    CAPTURE(row.python);
    std::vector<Index> index;
    bool masks = false, numbers = false;
    for (const Index& i : row.index) {
      const Tensor* t = i.get_if<Tensor>();
      masks |= t && t->dtype() == DType::boolean;
      numbers |= t && t->dim() == 0;
      index.push_back(t ? Index(t->to(kMeta)) : i);
    }
    const Tensor x = row.x.to(kMeta);
    if (masks)
      CHECK(thrown<Error>([&] {
              x.index(index);
            }).find("elements, which meta tensors do not have") != std::string::npos);
    else if (!numbers) CHECK(x.index(index).shape() == row.shape);
    CHECK(x.index(row.index).shape() == row.shape);  // indices on the cpu can be read
    CHECK(x.index(row.index).device() == kMeta);
  }
  const Tensor classes = zeros({2}, {.dtype = DType::i64, .device = kMeta});
  CHECK(one_hot(classes, 3).shape() == Shape{2, 3});
  CHECK(one_hot(classes, 3).device() == kMeta);
  CHECK(thrown<Error>([&] { one_hot(classes); }).find("meta tensors have none") !=
        std::string::npos);
  Tensor x = zeros({2, 3}, {.device = kMeta});
  x.index_put_({0}, full({}, 1.0));  // from the cpu, too
  x.index_put_({L({0, 1})}, ones({2, 3}));
  x.index_put_({B({1, 0})}, ones({3}, {.device = kMeta}));
  CHECK(thrown<Error>([&] {
          x.index_put_({0}, ones({4}));
        }).find("a value of shape (4,) does not fit") != std::string::npos);
}

}  // namespace limpid::indexing_test
