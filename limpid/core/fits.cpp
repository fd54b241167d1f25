#include "limpid/core/fits.h"

#include <cmath>
#include <limits>

#include "limpid/core/error.h"

namespace limpid {

namespace {

template <class T>
bool fits_integer(const Scalar& value) {
  using Limits = std::numeric_limits<T>;
  if (value.kind() == Scalar::Kind::floating) {
    const double x = value.as_double();  // NaN lies nowhere; 2^63 is no int64
    const bool below = sizeof(T) == 8 ? x < 0x1p63 : x <= static_cast<double>(Limits::max());
    return x >= static_cast<double>(Limits::min()) && below;
  }
  const std::int64_t x = value.as_int64(), most = static_cast<std::int64_t>(Limits::max());
  return x <= most && x >= (Limits::is_signed ? static_cast<std::int64_t>(Limits::min()) : -most);
}

double largest(DType dtype) {
  if (dtype == DType::f16) return 65504;
  if (dtype == DType::bf16) return 0x1.fep127;
  return dtype == DType::f32 ? std::numeric_limits<float>::max()
                             : std::numeric_limits<double>::max();
}

}  // namespace

bool fits(const Scalar& value, DType dtype) {
  if (is_floating(dtype)) {
    const double x = std::abs(value.as_double());
    return !(x > largest(dtype)) || std::isinf(x);
  }
  return visit_dtype(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) return fits_integer<T>(value);
    else return true;
  });
}

void require_fits(const Scalar& value, DType dtype) {
  if (!fits(value, dtype))
    throw ValueError(
        str("value ", value, " cannot be converted to type ", dtype, " without overflow"));
}

}  // namespace limpid
