#include "limpid/io/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/core/utf8.h"

namespace limpid {

namespace {

[[noreturn]] void throw_kind(std::string_view expected, const Json& found) {
  throw ValueError(str("expected ", expected, ", found ", found.kind()));
}

/// Recursive descent over the text; at_ is the next byte.
class Parser {
 public:
  Parser(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {}

  Json document() {
    if (text_.size() > limits_.max_bytes)
      throw FileError(
          str("JSON of ", text_.size(), " bytes; at most ", limits_.max_bytes, " are read"));
    skip_space();
    Json value = parse_value(0);
    skip_space();
    if (at_ < text_.size()) fail("the end");
    return value;
  }

 private:
  [[noreturn]] void fail_at(std::size_t at, std::string_view problem) const {
    throw FileError(str("byte ", at, ": ", problem));
  }
  [[noreturn]] void fail(std::string_view expected) const {
    fail_at(at_, str("expected ", expected, ", found ",
                     at_ < text_.size() ? quote(text_.substr(at_, 1)) : "the end of the text"));
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void skip_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
      ++at_;
  }

  Json parse_value(std::size_t depth) {
    if (++values_ > limits_.max_values)
      fail_at(at_, str("more than ", limits_.max_values, " values"));
    const char c = peek();
    if ((c == '{' || c == '[') && depth >= limits_.max_depth)
      fail_at(at_, str("nested deeper than ", limits_.max_depth, " levels"));
    if (c == '{') return parse_object(depth + 1);
    if (c == '[') return parse_array(depth + 1);
    if (c == '"') return parse_string();
    if (c == '-' || (c >= '0' && c <= '9')) return parse_number();
    if (take_word("true")) return true;
    if (take_word("false")) return false;
    if (take_word("null")) return nullptr;
    fail("a value");
  }
  bool take_word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  Json parse_array(std::size_t depth) {
    Json::Array items;
    ++at_;
    skip_space();
    if (take(']')) return items;
    while (true) {
      items.push_back(parse_value(depth));
      skip_space();
      if (take(']')) return items;
      if (!take(',')) fail("',' or ']' in an array");
      skip_space();
    }
  }

  Json parse_object(std::size_t depth) {
    Json::Object members;
    std::vector<std::size_t> offsets;  // of the keys
    ++at_;
    skip_space();
    if (take('}')) return members;
    while (true) {
      if (peek() != '"') fail("a key in '\"'");
      offsets.push_back(at_);
      std::string key = parse_string();
      skip_space();
      if (!take(':')) fail("':' after a key");
      skip_space();
      members.emplace_back(std::move(key), parse_value(depth));
      skip_space();
      if (take('}')) break;
      if (!take(',')) fail("',' or '}' in an object");
      skip_space();
    }
    refuse_duplicates(members, offsets);
    return members;
  }

  /// Sorts the keys: a table of hashes could be made slow by a file that chooses its keys for it.
  void refuse_duplicates(const Json::Object& members, const std::vector<std::size_t>& offsets) {
    std::vector<std::pair<std::string_view, std::size_t>> keys;
    keys.reserve(members.size());
    for (std::size_t i = 0; i < members.size(); ++i)
      keys.emplace_back(members[i].first, offsets[i]);
    std::sort(keys.begin(), keys.end());
    for (std::size_t i = 1; i < keys.size(); ++i)
      if (keys[i].first == keys[i - 1].first)
        fail_at(keys[i].second, str("key ", quote(keys[i].first), " stands twice in one object"));
  }

  std::string parse_string() {
    const std::size_t start = ++at_;
    std::string out;
    while (true) {
      const std::size_t begin = at_;
      while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
             static_cast<unsigned char>(text_[at_]) >= 0x20)
        ++at_;
      const std::string_view plain = text_.substr(begin, at_ - begin);
      if (const std::size_t bad = utf8_error(plain); bad < plain.size())
        fail_at(begin + bad, "a string that is not UTF-8");
      out += plain;
      if (at_ >= text_.size()) fail(str("'\"' to end the string of byte ", start - 1));
      if (take('"')) return out;
      if (take('\\')) parse_escape(out);
      else fail_at(at_, "a control character in a string; write it as \\u00..");
    }
  }

  void parse_escape(std::string& out) {
    constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    if (const auto i = letters.find(peek()); i != letters.npos && at_ < text_.size()) {
      ++at_;
      out += meanings[i];
      return;
    }
    if (!take('u')) fail("one of \"\\/bfnrtu after '\\'");
    std::uint32_t code = parse_hex();
    if (code >= 0xDC00 && code <= 0xDFFF) fail_at(at_ - 4, "the second half of a pair alone");
    if (code >= 0xD800 && code <= 0xDBFF) {
      if (!take('\\') || !take('u')) fail("\\u with the second half of a pair");
      const std::uint32_t low = parse_hex();
      if (low < 0xDC00 || low > 0xDFFF) fail_at(at_ - 4, "not the second half of a pair");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(out, code);
  }

  std::uint32_t parse_hex() {
    std::uint32_t code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = peek();
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) fail("four hexadecimal digits after \\u");
      code = code * 16 + static_cast<std::uint32_t>(digit);
    }
    return code;
  }

  static void append_utf8(std::string& out, std::uint32_t code) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (code >> shift & 0x3F)); };
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xC0 | code >> 6), tail(0);
    } else if (code < 0x10000) {
      out += static_cast<char>(0xE0 | code >> 12), tail(6), tail(0);
    } else {
      out += static_cast<char>(0xF0 | code >> 18), tail(12), tail(6), tail(0);
    }
  }

  std::size_t skip_digits(std::string_view where) {
    const std::size_t start = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    if (at_ == start) fail(str("a digit ", where));
    return at_ - start;
  }

  /// -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?
  Json parse_number() {
    const std::size_t start = at_;
    const bool negative = take('-');
    const bool zero = peek() == '0';
    const std::size_t digits = skip_digits("of a number");
    if (zero && digits > 1) fail_at(start, "a number with a zero in front");
    bool real = negative && zero;  // -0 is a double: an integer would lose the sign
    if (take('.')) real = true, skip_digits("after '.'");
    if (take('e') || take('E')) {
      real = true;
      if (!take('+')) take('-');
      skip_digits("of an exponent");
    }
    const char *first = text_.data() + start, *last = text_.data() + at_;
    if (real) return convert<double>(first, last, "a number outside the range of float64");
    return convert<std::int64_t>(first, last, "an integer that does not fit in 64 bits");
  }
  template <class T>
  Json convert(const char* first, const char* last, std::string_view problem) const {
    T value{};
    if (std::from_chars(first, last, value).ec != std::errc())
      fail_at(static_cast<std::size_t>(first - text_.data()), problem);
    return value;
  }

  std::string_view text_;
  const JsonLimits& limits_;
  std::size_t at_ = 0, values_ = 0;
};

void write_string(std::string& out, std::string_view text) {
  if (const std::size_t bad = utf8_error(text); bad < text.size())
    throw ValueError(str("the string ", quote(text), " is not UTF-8 at byte ", bad));
  constexpr std::string_view specials = "\"\\\b\f\n\r\t", letters = "\"\\bfnrt";
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    if (const auto i = specials.find(c); i != specials.npos) (out += '\\') += letters[i];
    else if (static_cast<unsigned char>(c) >= 0x20) out += c;
    else ((out += "\\u00") += hex[static_cast<unsigned char>(c) >> 4]) += hex[c & 15];
  }
  out += '"';
}

void write_double(std::string& out, double value) {
  if (!std::isfinite(value)) throw ValueError(str("JSON has no number for ", value));
  std::string text = str(value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";  // stays a double when read back
  out += text;
}

void write_value(std::string& out, const Json& value) {
  const char* comma = "";
  if (value.is_object()) {
    out += '{';
    for (const auto& [key, member] : value.as_object()) {
      out += std::exchange(comma, ",");
      write_string(out, key);
      out += ':';
      write_value(out, member);
    }
    out += '}';
  } else if (value.is_array()) {
    out += '[';
    for (const Json& item : value.as_array()) {
      out += std::exchange(comma, ",");
      write_value(out, item);
    }
    out += ']';
  } else if (value.is_string()) {
    write_string(out, value.as_string());
  } else if (value.is_int()) {
    out += str(value.as_int());
  } else if (value.is_number()) {
    write_double(out, value.as_double());
  } else {
    out += value.is_bool() ? (value.as_bool() ? "true" : "false") : "null";
  }
}

}  // namespace

std::string_view Json::kind() const {
  constexpr std::string_view names[] = {"null",     "true or false", "an integer", "a number",
                                        "a string", "an array",      "an object"};
  return names[value_.index()];
}

bool Json::as_bool() const {
  if (const auto* v = std::get_if<bool>(&value_)) return *v;
  throw_kind("true or false", *this);
}
std::int64_t Json::as_int() const {
  if (const auto* v = std::get_if<std::int64_t>(&value_)) return *v;
  throw_kind("an integer", *this);
}
double Json::as_double() const {
  if (is_int()) return static_cast<double>(as_int());
  if (const auto* v = std::get_if<double>(&value_)) return *v;
  throw_kind("a number", *this);
}
const std::string& Json::as_string() const {
  if (const auto* v = std::get_if<std::string>(&value_)) return *v;
  throw_kind("a string", *this);
}
const Json::Array& Json::as_array() const {
  if (const auto* v = std::get_if<Array>(&value_)) return *v;
  throw_kind("an array", *this);
}
const Json::Object& Json::as_object() const {
  if (const auto* v = std::get_if<Object>(&value_)) return *v;
  throw_kind("an object", *this);
}
Json::Array& Json::as_array() { return const_cast<Array&>(std::as_const(*this).as_array()); }
Json::Object& Json::as_object() { return const_cast<Object&>(std::as_const(*this).as_object()); }

const Json* Json::find(std::string_view key) const {
  for (const auto& [name, value] : as_object())
    if (name == key) return &value;
  return nullptr;
}

Json parse_json(std::string_view text, JsonLimits limits) {
  return Parser(text, limits).document();
}

std::string to_text(const Json& value) {
  std::string out;
  write_value(out, value);
  return out;
}

}  // namespace limpid
