#pragma once
// The types of elements, PyTorch's promotion between them, and a visitor from DType to C++ type.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "limpid/core/half.h"

namespace limpid {

enum class DType : std::uint8_t { f16, bf16, f32, f64, u8, i8, i16, i32, i64, boolean };
inline constexpr int kDTypes = 10;
inline constexpr DType kAllDTypes[kDTypes] = {DType::f16, DType::bf16,   DType::f32, DType::f64,
                                              DType::u8,  DType::i8,     DType::i16, DType::i32,
                                              DType::i64, DType::boolean};

/// The float type that integers turn into where a float is needed, and of literals like 0.5.
inline constexpr DType kDefaultDType = DType::f32;

constexpr std::size_t size_of(DType dtype) {
  constexpr std::uint8_t sizes[kDTypes] = {2, 2, 4, 8, 1, 1, 2, 4, 8, 1};
  return sizes[static_cast<std::size_t>(dtype)];
}
constexpr bool is_floating(DType dtype) { return dtype <= DType::f64; }
constexpr bool is_integer(DType dtype) { return dtype >= DType::u8 && dtype <= DType::i64; }
constexpr bool is_bool(DType dtype) { return dtype == DType::boolean; }

/// PyTorch's short names: "float32", "int64", "bool", ...
std::string_view name_of(DType dtype);
inline std::string to_string(DType dtype) { return std::string(name_of(dtype)); }
/// From "float32", "f32", "float", ...; DTypeError lists what there is.
DType parse_dtype(std::string_view name);

/// The smallest dtype that both go into (torch.promote_types).
DType promote_types(DType a, DType b);

/// True when values of `from` may be written into `to` in place: not from float to integer, nor
/// from a number to bool (torch.can_cast).
constexpr bool can_cast(DType from, DType to) {
  if (is_floating(from)) return is_floating(to);
  return is_bool(from) || !is_bool(to);
}

template <class T>
struct TypeTag {
  using type = T;
};

/// Calls `f(TypeTag<T>{})` with the C++ type of `dtype`.
template <class F>
decltype(auto) visit_dtype(DType dtype, F&& f) {
  switch (dtype) {
    case DType::f16: return f(TypeTag<Half>{});
    case DType::bf16: return f(TypeTag<BFloat16>{});
    case DType::f32: return f(TypeTag<float>{});
    case DType::f64: return f(TypeTag<double>{});
    case DType::u8: return f(TypeTag<std::uint8_t>{});
    case DType::i8: return f(TypeTag<std::int8_t>{});
    case DType::i16: return f(TypeTag<std::int16_t>{});
    case DType::i32: return f(TypeTag<std::int32_t>{});
    case DType::i64: return f(TypeTag<std::int64_t>{});
    case DType::boolean: return f(TypeTag<bool>{});
  }
  __builtin_unreachable();
}

/// The DType of a C++ type.
template <class T>
constexpr DType dtype_of() {
  if constexpr (std::is_same_v<T, Half>) return DType::f16;
  else if constexpr (std::is_same_v<T, BFloat16>) return DType::bf16;
  else if constexpr (std::is_same_v<T, float>) return DType::f32;
  else if constexpr (std::is_same_v<T, double>) return DType::f64;
  else if constexpr (std::is_same_v<T, bool>) return DType::boolean;
  else if constexpr (std::is_same_v<T, std::uint8_t>) return DType::u8;
  else if constexpr (std::is_same_v<T, std::int8_t>) return DType::i8;
  else if constexpr (std::is_same_v<T, std::int16_t>) return DType::i16;
  else if constexpr (std::is_same_v<T, std::int32_t>) return DType::i32;
  else {
    static_assert(std::is_same_v<T, std::int64_t> ||
                      (std::is_integral_v<T> && sizeof(T) == 8 && std::is_signed_v<T>),
                  "no tensor holds elements of this type");
    return DType::i64;
  }
}

template <class T>
inline constexpr bool is_float_type =
    std::is_floating_point_v<T> || std::is_same_v<T, Half> || std::is_same_v<T, BFloat16>;

/// What references accumulate in: double for floats (long double for double), int64 for integers.
template <class T>
using Wide = std::conditional_t<std::is_same_v<T, double>, long double,
                                std::conditional_t<is_float_type<T>, double, std::int64_t>>;

/// A value of any element type as another: floats to integers towards zero, anything to bool by
/// comparison with 0. Out-of-range floats saturate and NaN becomes 0, where C++ would be undefined.
template <class To, class From>
To convert(From value) {
  if constexpr (std::is_same_v<To, bool>) {
    if constexpr (is_float_type<From>) return static_cast<double>(value) != 0.0;
    else return value != From(0);
  } else if constexpr (is_float_type<To> && !std::is_floating_point_v<To>) {
    return To(static_cast<float>(value));
  } else if constexpr (is_float_type<From> && std::is_integral_v<To>) {
    const auto wide = static_cast<double>(value);
    if (!(wide > -9223372036854775808.0)) return wide != wide ? To(0) : To(INT64_MIN);
    if (wide >= 9223372036854775808.0) return static_cast<To>(INT64_MAX);
    return static_cast<To>(static_cast<std::int64_t>(wide));  // then wraps, as PyTorch does on CPU
  } else {
    return static_cast<To>(value);
  }
}

}  // namespace limpid
