// JSON: what is read, what is refused and how, and that what is written reads back equal.
#include "limpid/io/json.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include "limpid/core/error.h"

namespace limpid::json_test {

namespace {

std::string error_of(std::string_view text, JsonLimits limits = {}) {
  try {
    parse_json(text, limits);
  } catch (const FileError& error) {
    return error.what();
  }
  return "no error";
}

struct Refused {
  std::string_view text;
  std::string_view message;  // what the error must contain
};

}  // namespace

TEST_CASE("json: values") {
  CHECK(parse_json("null") == Json());
  CHECK(parse_json(" true ").as_bool());
  CHECK_FALSE(parse_json("false").as_bool());
  CHECK(parse_json("9223372036854775807").as_int() == std::numeric_limits<std::int64_t>::max());
  CHECK(parse_json("-9223372036854775808").as_int() == std::numeric_limits<std::int64_t>::min());
  CHECK(parse_json("9007199254740993").as_int() == 9007199254740993);  // no double holds it
  CHECK(parse_json("0.1").as_double() == 0.1);
  CHECK(parse_json("-1.5e+3").as_double() == -1500.0);
  CHECK(parse_json("2E-1").as_double() == 0.2);
  CHECK(parse_json("1.0").kind() == "a number");
  CHECK(parse_json("1").kind() == "an integer");
  CHECK(std::signbit(parse_json("-0").as_double()));
  CHECK(parse_json("[]").as_array().empty());
  CHECK(parse_json("{}").as_object().empty());
  const Json json = parse_json("{\"b\": [1, {\"a\": null}],\n\t\"a\" : \"x\"}\r\n");
  CHECK(json.as_object()[0].first == "b");  // keys keep their order
  CHECK(json.find("a")->as_string() == "x");
  CHECK(json.find("b")->as_array()[1].find("a")->kind() == "null");
  CHECK(json.find("c") == nullptr);
}

TEST_CASE("json: strings") {
  CHECK(parse_json(R"("\"\\\/\b\f\n\r\t")").as_string() == "\"\\/\b\f\n\r\t");
  CHECK(parse_json(R"("\u0041\u00e9\u20AC\ud83d\ude00")").as_string() == "A\u00e9\u20ac\U0001F600");
  CHECK(parse_json("\"\u00e9\U0010FFFF\"").as_string() == "\u00e9\U0010FFFF");
  CHECK(parse_json(R"("\u0000")").as_string() == std::string(1, '\0'));
}

TEST_CASE("json: what is refused, where, and what was expected") {
  const Refused cases[] = {
      {"", "byte 0: expected a value, found the end"},
      {"{", "byte 1: expected a key"},
      {"{\"a\" 1}", "byte 5: expected ':' after a key, found '1'"},
      {"{\"a\":1,}", "byte 7: expected a key"},
      {"{\"a\":1 \"b\":2}", "byte 7: expected ',' or '}'"},
      {"{a:1}", "byte 1: expected a key"},
      {"[1,]", "byte 3: expected a value"},
      {"[1 2]", "byte 3: expected ',' or ']'"},
      {"[1", "found the end"},
      {"1 2", "byte 2: expected the end"},
      {"nul", "byte 0: expected a value"},
      {"nulll", "byte 4: expected the end"},
      {"NaN", "expected a value"},
      {"01", "byte 0: a number with a zero in front"},
      {"-", "byte 1: expected a digit"},
      {"+1", "expected a value"},
      {".5", "expected a value"},
      {"1.", "byte 2: expected a digit after '.'"},
      {"1e", "byte 2: expected a digit of an exponent"},
      {"9223372036854775808", "does not fit in 64 bits"},
      {"1e999", "outside the range of float64"},
      {"\"a", "byte 2: expected '\"' to end the string of byte 0"},
      {"\"\\x\"", "after '\\'"},
      {"\"\\u12g4\"", "byte 5: expected four hexadecimal digits"},
      {"\"\\ud800\"", "second half of a pair"},
      {"\"\\ud800\\u0041\"", "not the second half"},
      {"\"\\udc00\"", "second half of a pair alone"},
      {"\"a\nb\"", "byte 2: a control character"},
      {"\"\xff\"", "byte 1: a string that is not UTF-8"},
      {"\"a\xc0\x80\"", "byte 2: a string that is not UTF-8"},  // longer than needed
      {"\"\xed\xa0\x80\"", "not UTF-8"},                        // half of a UTF-16 pair
      {"\"\xf4\x90\x80\x80\"", "not UTF-8"},                    // beyond U+10FFFF
      {"\"\xe2\x82\"", "not UTF-8"},                            // cut off
      {"{\"a\":1,\"b\":2,\"a\":3}", "byte 13: key 'a' stands twice"},
      {"{\"a\":1,\"\\u0061\":3}", "stands twice"},
      {"// c\n1", "expected a value"},
  };
  for (const auto& [text, message] : cases) {
    const std::string error = error_of(text);
    INFO(text << " gave: " << error);
    CHECK(error.find(message) != std::string::npos);
  }
}

TEST_CASE("json: depth, size and number of values are bounded") {
  CHECK(error_of(std::string(64, '[') + std::string(64, ']')) == "no error");
  CHECK(error_of(std::string(65, '[') + std::string(65, ']')).find("nested deeper than 64") !=
        std::string::npos);
  CHECK(error_of(std::string(1'000'000, '[')).find("nested deeper") != std::string::npos);
  CHECK(error_of("[1,2,3]", {.max_values = 3}).find("more than 3 values") != std::string::npos);
  CHECK(error_of("[1,2,3]", {.max_bytes = 6}).find("at most 6 are read") != std::string::npos);
}

TEST_CASE("json: errors of kind say what was found") {
  CHECK_THROWS_WITH_AS(Json("x").as_int(), "expected an integer, found a string", ValueError);
  CHECK_THROWS_WITH_AS(Json(1.5).as_int(), "expected an integer, found a number", ValueError);
  CHECK_THROWS_WITH_AS(Json().as_bool(), "expected true or false, found null", ValueError);
  CHECK_THROWS_WITH_AS(Json(1).as_array(), "expected an array, found an integer", ValueError);
  CHECK_THROWS_WITH_AS(Json(true).find("a"), "expected an object, found true or false", ValueError);
}

TEST_CASE("json: what is written reads back equal") {
  const Json value = Json::Object{
      {"text", "\"\\\b\f\n\r\t\x01 \u00e9 \U0001F600"},
      {"numbers", Json::Array{Json(0), Json(-1), Json(std::numeric_limits<std::int64_t>::min()),
                              Json(0.1), Json(1e300), Json(5e-324), Json(2.0), Json(-0.0)}},
      {"", Json::Array{Json(), Json(true), Json(false), Json(Json::Object{})}}};
  const std::string text = to_text(value);
  CHECK(parse_json(text) == value);
  CHECK(to_text(parse_json(text)) == text);
  CHECK(to_text(Json::Array{Json(2.0), Json(2)}) == "[2.0,2]");
  CHECK_THROWS_AS(to_text(Json(std::numeric_limits<double>::infinity())), ValueError);
  CHECK_THROWS_AS(to_text(Json("\xff")), ValueError);
}

}  // namespace limpid::json_test
