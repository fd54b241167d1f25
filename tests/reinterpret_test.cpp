// The bytes of a tensor seen as elements of another dtype. The numbers are PyTorch 2.13's for
// tensor.view(dtype).

#include "limpid/tensor/reinterpret.h"

#include <doctest/doctest.h>

#include <vector>

#include "limpid/core/error.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "tests/thrown.h"

namespace limpid::reinterpret_test {

namespace {

std::vector<std::int64_t> integers(const Tensor& t) { return t.to_vector<std::int64_t>(); }
using Integers = std::vector<std::int64_t>;

/// 0, 1, 2, ... of two bytes each, as (rows, columns).
Tensor counting(std::int64_t rows, std::int64_t columns) {
  return arange(rows * columns, {.dtype = DType::i16}).reshape({rows, columns});
}

}  // namespace

TEST_CASE("reinterpret: elements of the same size keep shape, strides and memory") {
  const Tensor x = tensor({{1.0, -2.0}, {0.5, 0.0}});
  const Tensor bits = view_as_dtype(x.t(), DType::i32);
  CHECK(bits.shares_storage(x));
  CHECK(bits.shape() == Shape{2, 2});
  CHECK(bits.strides() == x.t().strides());
  CHECK(integers(bits) == Integers{0x3f800000, 0x3f000000, -0x40000000, 0});
  CHECK(view_as_dtype(tensor({1.0})[0], DType::i32).item<std::int32_t>() == 0x3f800000);
}

TEST_CASE("reinterpret: smaller elements are more of them, in every row") {
  const Tensor x = counting(2, 3);
  const Tensor bytes = view_as_dtype(x, DType::u8);
  CHECK(bytes.shape() == Shape{2, 6});
  CHECK(integers(bytes) == Integers{0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0});
  CHECK(bytes->contiguous);
  const Tensor half = view_as_dtype(x.narrow(1, 1, 2), DType::u8);
  CHECK(half.strides() == Strides{6, 1});
  CHECK(integers(half) == Integers{1, 0, 2, 0, 4, 0, 5, 0});
  CHECK_FALSE(half->contiguous);
  const Tensor column = view_as_dtype(x.narrow(1, 2, 1), DType::u8);  // one element may lie anyhow
  CHECK(integers(column) == Integers{2, 0, 5, 0});
}

TEST_CASE("reinterpret: larger elements are fewer, where all comes out even") {
  const Tensor x = counting(3, 4);
  const Tensor pairs = view_as_dtype(x, DType::i32);
  CHECK(pairs.shape() == Shape{3, 2});
  CHECK(pairs.strides() == Strides{2, 1});
  CHECK(integers(pairs)[5] == (11 << 16 | 10));
  CHECK(integers(view_as_dtype(x.narrow(1, 2, 2), DType::i32)) ==
        Integers{3 << 16 | 2, 7 << 16 | 6, 11 << 16 | 10});
}

TEST_CASE("reinterpret: what does not come out even is refused") {
  CHECK_SAYS(ShapeError, "shape (2, 3) with strides (3, 1) of int16 does not divide into elements",
             view_as_dtype(counting(2, 3), DType::i32));
  CHECK_SAYS(ShapeError, "shape (2, 2) with strides (3, 1) of int16 does not divide",
             view_as_dtype(counting(2, 3).narrow(1, 0, 2), DType::i32));
  CHECK_SAYS(ShapeError, "does not divide",  // begins in the middle of an element
             view_as_dtype(counting(2, 4).narrow(1, 1, 2), DType::i32));
  CHECK_SAYS(ShapeError, "the last dimension must be dense to be seen as uint8, got strides (1, 3)",
             view_as_dtype(counting(2, 3).t(), DType::u8));
  CHECK_SAYS(ShapeError, "a 0-d tensor of int16 has no axis that int32 could divide or join",
             view_as_dtype(counting(1, 1)[0][0], DType::i32));
}

}  // namespace limpid::reinterpret_test
