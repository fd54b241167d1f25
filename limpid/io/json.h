#pragma once
// A small strict JSON reader and writer (RFC 8259), for weight files and the smallest builds.
// Strict: UTF-8 is checked, a key may stand once in an object, nothing follows the value, and depth
// and number of values are bounded, because the text comes from files that nobody vouched for.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace limpid {

/// One JSON value. Integers stay exact int64; numbers with a fraction or exponent are doubles.
/// Objects keep the order of their keys.
class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::vector<std::pair<std::string, Json>>;

  Json() = default;
  Json(std::nullptr_t) {}
  Json(bool value) : value_(value) {}
  Json(int value) : value_(std::int64_t{value}) {}
  Json(std::int64_t value) : value_(value) {}
  Json(double value) : value_(value) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}

  /// "null", "true or false", "an integer", "a number", "a string", "an array", "an object".
  std::string_view kind() const;

  // What it holds. ValueError "expected an integer, found a string" where it is something else.
  bool as_bool() const;
  std::int64_t as_int() const;
  double as_double() const;  ///< integers too
  const std::string& as_string() const;
  const Array& as_array() const;
  const Object& as_object() const;
  Array& as_array();
  Object& as_object();

  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_int() const { return std::holds_alternative<std::int64_t>(value_); }
  bool is_number() const { return is_int() || std::holds_alternative<double>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }

  /// The value of a key of an object, or null (the pointer) without it. ValueError for non-objects.
  const Json* find(std::string_view key) const;

  friend bool operator==(const Json&, const Json&) = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value_;
};

/// Bounds on what is read.
struct JsonLimits {
  std::size_t max_bytes = 100'000'000;
  std::size_t max_depth = 64;          ///< arrays and objects within one another
  std::size_t max_values = 4'000'000;  ///< 40 bytes each
};

/// The value that `text` holds. FileError such as "byte 17: expected ':' after a key, found '}'";
/// the caller adds which file.
Json parse_json(std::string_view text, JsonLimits limits = {});

/// Compact text that parse_json reads back equal. ValueError for NaN, infinities and strings that
/// are not UTF-8.
std::string to_text(const Json& value);

}  // namespace limpid
