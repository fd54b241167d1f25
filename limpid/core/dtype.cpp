#include "limpid/core/dtype.h"

#include <algorithm>
#include <array>

#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid {

namespace {
constexpr std::array<std::string_view, kDTypes> kNames = {
    "float16", "bfloat16", "float32", "float64", "uint8",
    "int8",    "int16",    "int32",   "int64",   "bool"};
constexpr std::array<std::string_view, kDTypes> kShortNames = {"f16", "bf16", "f32", "f64", "u8",
                                                               "i8",  "i16",  "i32", "i64", "bool"};
}  // namespace

std::string_view name_of(DType dtype) { return kNames[static_cast<std::size_t>(dtype)]; }

DType parse_dtype(std::string_view name) {
  for (DType dtype : kAllDTypes) {
    const auto i = static_cast<std::size_t>(dtype);
    if (name == kNames[i] || name == kShortNames[i]) return dtype;
  }
  if (name == "half") return DType::f16;
  if (name == "float") return DType::f32;
  if (name == "double") return DType::f64;
  if (name == "int") return DType::i32;
  if (name == "long") return DType::i64;
  std::string list;
  for (std::string_view known : kNames) list += str(list.empty() ? "" : ", ", known);
  throw DTypeError(str("there is no dtype '", name, "'; there are ", list));
}

DType promote_types(DType a, DType b) {
  if (a == b) return a;
  if (is_bool(a)) return b;
  if (is_bool(b)) return a;
  if (is_floating(a) != is_floating(b)) return is_floating(a) ? a : b;
  if (is_floating(a)) {
    if (std::max(a, b) == DType::bf16) return DType::f32;  // f16 and bf16: neither holds the other
    return std::max(a, b);
  }
  if (std::min(a, b) == DType::u8)  // u8 with a signed type: one that holds 255
    return std::max(std::max(a, b), DType::i16);
  return std::max(a, b);
}

}  // namespace limpid
