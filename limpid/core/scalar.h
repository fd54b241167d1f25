#pragma once
// A number written in the program: bool, integer or float, without a dtype of its own yet.

#include <concepts>
#include <cstdint>
#include <string>

#include "limpid/core/dtype.h"
#include "limpid/core/str.h"

namespace limpid {

/// Literals take part in promotion by their kind only: `u8_tensor + 2` stays u8, and
/// `int_tensor * 0.5` becomes float32 (PyTorch's rule for Python numbers).
class Scalar {
 public:
  enum class Kind : std::uint8_t { boolean, integer, floating };

  constexpr Scalar() = default;
  constexpr Scalar(bool v) : integer_(v), kind_(Kind::boolean) {}
  template <std::integral T>
  requires(!std::same_as<T, bool>) constexpr Scalar(T v)
      : integer_(static_cast<std::int64_t>(v)), kind_(Kind::integer) {}
  constexpr Scalar(std::floating_point auto v)
      : floating_(static_cast<double>(v)), kind_(Kind::floating) {}

  Kind kind() const { return kind_; }
  double as_double() const {
    return kind_ == Kind::floating ? floating_ : static_cast<double>(integer_);
  }
  std::int64_t as_int64() const {
    return kind_ == Kind::floating ? convert<std::int64_t>(floating_) : integer_;
  }
  template <class T>
  T to() const {
    return kind_ == Kind::floating ? convert<T>(floating_) : convert<T>(integer_);
  }
  /// The dtype of a tensor made from it alone: bool, int64 or the default float type.
  DType dtype() const {
    if (kind_ == Kind::boolean) return DType::boolean;
    return kind_ == Kind::integer ? DType::i64 : kDefaultDType;
  }
  /// The dtype it takes beside a tensor of `other`: that one, unless its kind is higher.
  DType dtype_beside(DType other) const {
    if (kind_ == Kind::floating) return is_floating(other) ? other : kDefaultDType;
    if (kind_ == Kind::integer) return is_bool(other) ? DType::i64 : other;
    return other;
  }
  friend bool operator==(const Scalar&, const Scalar&) = default;

 private:
  std::int64_t integer_ = 0;
  double floating_ = 0;
  Kind kind_ = Kind::integer;
};

inline std::string to_string(const Scalar& s) {
  if (s.kind() == Scalar::Kind::floating) return str(s.as_double());
  if (s.kind() == Scalar::Kind::boolean) return s.as_int64() ? "true" : "false";
  return str(s.as_int64());
}

}  // namespace limpid
