// Numbers that a dtype cannot hold are refused where somebody names both, as in PyTorch 2.13; in
// arithmetic they wrap.

// covers: copy
#include "limpid/core/fits.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "limpid/ops/masked_fill/masked_fill.h"
#include "limpid/ops/pad/pad.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/tensor/creation.h"
#include "tests/thrown.h"

namespace limpid::fits_test {

TEST_CASE("fits: the bounds of every integer") {
  const auto bounds = [](DType dtype, auto tag) {
    using T = decltype(tag);
    const auto least = std::numeric_limits<T>::min(), most = std::numeric_limits<T>::max();
    CHECK(fits(Scalar(std::int64_t{most}), dtype));
    CHECK(fits(Scalar(std::int64_t{least}), dtype));
    if constexpr (sizeof(T) < 8) {
      CHECK(!fits(Scalar(std::int64_t{most} + 1), dtype));
      CHECK(fits(Scalar(static_cast<double>(most)), dtype));
      CHECK(!fits(Scalar(most + 0.5), dtype));
      if (std::is_signed_v<T>) CHECK(!fits(Scalar(std::int64_t{least} - 1), dtype));
      if (std::is_signed_v<T>) CHECK(!fits(Scalar(least - 0.5), dtype));
    }
  };
  bounds(DType::u8, std::uint8_t{});
  bounds(DType::i8, std::int8_t{});
  bounds(DType::i16, std::int16_t{});
  bounds(DType::i32, std::int32_t{});
  bounds(DType::i64, std::int64_t{});
}

TEST_CASE("fits: negative numbers in u8, floats, infinities, bool") {
  CHECK(fits(-255, DType::u8));
  CHECK(!fits(-256, DType::u8));
  CHECK(!fits(-0.5, DType::u8));
  CHECK(!fits(0x1p63, DType::i64));
  CHECK(fits(-0x1p63, DType::i64));
  for (DType dtype : {DType::u8, DType::i8, DType::i16, DType::i32, DType::i64}) {
    CHECK(!fits(NAN, dtype));
    CHECK(!fits(INFINITY, dtype));
    CHECK(!fits(-INFINITY, dtype));
  }
  CHECK(!fits(1e39, DType::f32));
  CHECK(!fits(-1e39, DType::f32));
  CHECK(fits(INFINITY, DType::f32));
  CHECK(fits(NAN, DType::f32));
  CHECK(fits(65504, DType::f16));
  CHECK(!fits(70000, DType::f16));
  CHECK(fits(-INFINITY, DType::f16));
  CHECK(!fits(1e39, DType::bf16));
  CHECK(fits(1e39, DType::f64));
  CHECK(fits(1e39, DType::boolean));
}

TEST_CASE("fits: who refuses, and who wraps") {
  const Tensor x = zeros({3}, {.dtype = DType::i8});
  CHECK_SAYS(ValueError, "value 300 cannot be converted to type int8 without overflow",
             full({2}, 300, {.dtype = DType::i8}));
  CHECK_SAYS(ValueError, "value -129", full_like(x, -129));
  CHECK_SAYS(ValueError, "value 300", tensor({1, 300}, {.dtype = DType::i8}));
  CHECK_SAYS(ValueError, "value 200", Tensor(x).fill_(200));
  CHECK_SAYS(ValueError, "masked_fill: value 200", masked_fill(x, eq(x, 0), 200));
  CHECK_SAYS(ValueError, "pad: value 200", pad(x, {1, 1}, "constant", 200));
  CHECK_SAYS(ValueError, "value 200", where(eq(x, 0), x, 200));
  CHECK_SAYS(ValueError, "value 200", where(eq(x, 0), 200, x));
  CHECK((x + 300).to_vector<double>() == std::vector<double>(3, 44));
  CHECK(full({1}, -1, {.dtype = DType::u8}).item() == 255);
  CHECK(std::isinf(tensor({1e39}).item()));
}

TEST_CASE("fill_: bool takes numbers by whether they are 0") {
  Tensor x = zeros({2}, {.dtype = DType::boolean});
  CHECK(x.fill_(3).to_vector<double>() == std::vector<double>{1, 1});
  CHECK(x.fill_(0).to_vector<double>() == std::vector<double>{0, 0});
  CHECK(x.fill_(true).zero_().to_vector<double>() == std::vector<double>{0, 0});
  Tensor whole = zeros({2}, {.dtype = DType::i64});
  CHECK_SAYS(DTypeError, "a result of float32 cannot be written into a target of int64",
             whole.fill_(2.5));
}

}  // namespace limpid::fits_test
