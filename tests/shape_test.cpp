// Shapes, axes, broadcasting. Numbers that say "torch" were printed by PyTorch 2.13.

#include "limpid/core/shape.h"

#include <doctest/doctest.h>

#include <vector>

#include "limpid/core/dtype.h"
#include "limpid/core/half.h"
#include "limpid/core/place.h"
#include "limpid/core/reduction.h"
#include "limpid/core/rows.h"
#include "limpid/core/spec.h"
#include "limpid/core/walk.h"
#include "tests/thrown.h"

namespace limpid::shape_test {

using namespace testing;

namespace {

Shape counted(int rank) {
  Shape shape(rank);
  for (int i = 0; i < rank; ++i) shape[i] = 10 + i;
  return shape;
}

bool is_counted(const Shape& shape, int rank) {
  if (shape.rank() != rank) return false;
  for (int i = 0; i < rank; ++i)
    if (shape[i] != 10 + i) return false;
  return true;
}

}  // namespace

// ---- Shape

TEST_CASE("shape: every rank from 0 to 64 can be copied, moved and assigned") {
  for (int rank = 0; rank <= 64; ++rank) {
    const Shape shape = counted(rank);
    CHECK(is_counted(shape, rank));
    Shape copy = shape;
    CHECK(copy == shape);
    if (rank) {
      copy[rank - 1] = -1;  // a copy of its own
      CHECK(is_counted(shape, rank));
      CHECK(!(copy == shape));
      CHECK(copy.back() == -1);
    }
    Shape source = shape;
    const Shape moved = std::move(source);
    CHECK(is_counted(moved, rank));
    CHECK(source.rank() == 0);
    CHECK(shape.empty() == (rank == 0));
    CHECK(shape.end() - shape.begin() == rank);
    for (int other : {0, 3, 8, 9, 64}) {
      Shape target = counted(other);
      target = shape;
      CHECK(is_counted(target, rank));
      Shape taken = shape, receiver = counted(other);
      receiver = std::move(taken);
      CHECK(is_counted(receiver, rank));
    }
    Shape self = shape;
    Shape& alias = self;
    self = alias;
    CHECK(is_counted(self, rank));
    self = std::move(alias);
    CHECK(is_counted(self, rank));
  }
}

TEST_CASE("shape: insert and erase at every place, across the border of rank 8") {
  for (int rank : {0, 1, 5, 7, 8, 9, 20, 63}) {
    for (int at = 0; at <= rank; ++at) {
      Shape shape = counted(rank);
      shape.insert(at, 7);
      REQUIRE(shape.rank() == rank + 1);
      CHECK(shape[at] == 7);
      for (int i = 0; i < rank; ++i) CHECK(shape[i < at ? i : i + 1] == 10 + i);
      shape.erase(at);
      CHECK(is_counted(shape, rank));
    }
  }
}

TEST_CASE("shape: rank 65 is refused and nothing breaks") {
  CHECK_SAYS(ShapeError, "at most 64 dimensions, got 65", Shape(65));
  const volatile std::size_t too_many = 65;
  const std::vector<std::int64_t> long_list(too_many, 1);
  CHECK_SAYS(ShapeError, "at most 64 dimensions, got 65", Shape(std::span(long_list)));
  Shape full = counted(64);
  CHECK_SAYS(ShapeError, "at most 64 dimensions, got 65", full.push_back(1));
  CHECK(is_counted(full, 64));
}

TEST_CASE("shape: text, number of elements, strides") {
  CHECK(to_string(Shape{}) == "()");
  CHECK(to_string(Shape{4}) == "(4,)");
  CHECK(to_string(Shape{2, 3}) == "(2, 3)");
  CHECK(to_string(Spec({2, 3}, DType::f16)) == "float16 (2, 3)");
  CHECK(to_string(Spec({7}, DType::i8, kMeta)) == "int8 (7,) on meta");
  CHECK(checked_numel({}) == 1);
  CHECK(checked_numel({2, 3, 4}) == 24);
  CHECK(checked_numel({2, 0, 4}) == 0);
  CHECK(checked_numel({std::int64_t{1} << 56}) == std::int64_t{1} << 56);
  CHECK_SAYS(ShapeError, "dimension 1 of (2, -3) is negative", checked_numel({2, -3}));
  CHECK_SAYS(ShapeError, "more elements than", checked_numel({(std::int64_t{1} << 56) + 1}));
  const std::int64_t huge = std::int64_t{1} << 40;
  CHECK_SAYS(ShapeError, "more elements than", checked_numel({huge, huge}));
  CHECK_SAYS(ShapeError, "more elements than", checked_numel({huge, huge, 0}));
  CHECK(numel({}) == 1);
  CHECK(numel({2, 3, 4}) == 24);
  CHECK(contiguous_strides({2, 3, 4}) == Strides{12, 4, 1});
  CHECK(contiguous_strides({2, 0, 4}) == Strides{4, 4, 1});  // torch
  CHECK(contiguous_strides({}) == Strides{});
  CHECK(is_contiguous({2, 3}, {3, 1}));
  CHECK(!is_contiguous({2, 3}, {1, 2}));
  CHECK(!is_contiguous({2, 3}, {4, 1}));
  CHECK(!is_contiguous({3}, {2}));
  CHECK(!is_contiguous({3}, {0}));
  CHECK(is_contiguous({2, 1, 3}, {3, 77, 1}));  // the stride of an axis of size 1 means nothing
  CHECK(is_contiguous({1}, {5}));
  CHECK(is_contiguous({4, 0}, {9, 9}));
  CHECK(is_contiguous({}, {}));
}

TEST_CASE("axes: negative ones count from the end, others are refused by name") {
  CHECK(normalize_axis(0, 3) == 0);
  CHECK(normalize_axis(2, 3) == 2);
  CHECK(normalize_axis(-1, 3) == 2);
  CHECK(normalize_axis(-3, 3) == 0);
  CHECK(normalize_axis(0, 0) == 0);
  CHECK(normalize_axis(-1, 0) == 0);
  CHECK_SAYS(IndexError,
             "axis 3 is out of range for a tensor of 3 dimensions: it must lie in [-3, 2]",
             normalize_axis(3, 3));
  CHECK_SAYS(IndexError, "axis -4 is out of range", normalize_axis(-4, 3));
  CHECK_SAYS(IndexError, "it must lie in [-1, 0]", normalize_axis(1, 0));
}

TEST_CASE("axes of a reduction") {
  const std::vector<std::int64_t> none, one{1}, two{0, -1}, twice{1, -2}, zero{0};
  CHECK(reduced_axes(none, 3) == 0b111);
  CHECK(reduced_axes(none, 0) == 0);
  CHECK(reduced_axes(none, 64) == ~std::uint64_t{0});
  CHECK(reduced_axes(one, 3) == 0b010);
  CHECK(reduced_axes(two, 3) == 0b101);
  CHECK(reduced_axes(zero, 0) == 0);
  CHECK_SAYS(ShapeError, "axis -2 is named twice in (1, -2)", reduced_axes(twice, 3));
  CHECK(reduced_shape({2, 3, 4}, 0b101, false) == Shape{3});
  CHECK(reduced_shape({2, 3, 4}, 0b101, true) == Shape{1, 3, 1});
  CHECK(reduced_shape({2, 3, 4}, 0, false) == Shape{2, 3, 4});
}

TEST_CASE("broadcasting") {
  struct Row {
    Shape a, b, common;
  };
  const Row rows[] = {
      {{}, {}, {}},          {{}, {2, 3}, {2, 3}},        {{3}, {2, 3}, {2, 3}},
      {{2, 1}, {3}, {2, 3}}, {{1}, {1, 1, 1}, {1, 1, 1}}, {{5, 1, 4}, {3, 1}, {5, 3, 4}},
      {{0}, {1}, {0}},       {{2, 1}, {2, 0}, {2, 0}},    {{8, 1, 6, 1}, {7, 1, 5}, {8, 7, 6, 5}},
  };
  for (const Row& row : rows) {
    INFO(to_string(row.a), " with ", to_string(row.b));
    CHECK(broadcast_shapes(row.a, row.b) == row.common);
    CHECK(broadcast_shapes(row.b, row.a) == row.common);
    CHECK(broadcasts_to(row.a, row.common));
    CHECK(broadcasts_to(row.b, row.common));
  }
  CHECK_SAYS(
      ShapeError,
      "shapes (2, 3) and (4,) do not broadcast: sizes 3 and 4 at dimension -1 must be equal, "
      "or one of them 1",
      broadcast_shapes({2, 3}, {4}));
  CHECK_SAYS(ShapeError, "sizes 2 and 3 at dimension -2", broadcast_shapes({2, 1}, {3, 4}));
  CHECK_SAYS(ShapeError, "sizes 0 and 2 at dimension -1", broadcast_shapes({0}, {2}));
  CHECK(!broadcasts_to({2, 3}, {3}));
  CHECK(!broadcasts_to({2}, {3}));
  CHECK(!broadcasts_to({3}, {1}));
  CHECK(!broadcasts_to({2, 1}, {3, 2}));
  CHECK(broadcasts_to({}, {}));
}

}  // namespace limpid::shape_test
