#include "in_python.h"

#include "limpid/core/dtype.h"
#include "limpid/core/str.h"

namespace limpid::python {

namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

void dtypes_in_python(std::string& text) {
  for (DType dtype : kAllDTypes) {
    constexpr const char* names[kDTypes] = {"f16", "bf16", "f32", "f64", "u8",
                                            "i8",  "i16",  "i32", "i64", "boolean"};
    const char* name = names[static_cast<std::size_t>(dtype)];
    replace_all(text, str("DType::", name), str("limpid.", name_of(dtype)));
    replace_all(text, str(".to(", name_of(dtype), ")"), str(".to(limpid.", name_of(dtype), ")"));
  }
}

/// `{.dim = 1, .keepdim = true}` becomes `dim=1, keepdim=true`.
void options_in_python(std::string& text) {
  for (std::size_t open = text.find("{."); open != std::string::npos;
       open = text.find("{.", open)) {
    const std::size_t close = text.find('}', open);
    if (close == std::string::npos) break;
    std::string options = text.substr(open + 2, close - open - 2);
    replace_all(options, " = ", "=");
    replace_all(options, ", .", ", ");
    text.replace(open, close - open + 1, options);
  }
}

/// Where the parenthesis opened before `at` closes, and in `comma` the first comma inside it.
std::size_t end_of_call(const std::string& text, std::size_t at, std::size_t& comma) {
  comma = std::string::npos;
  for (int depth = 1; at < text.size(); ++at) {
    if (text[at] == '(') ++depth;
    if (text[at] == ')' && --depth == 0) return at;
    if (text[at] == ',' && depth == 1 && comma == std::string::npos) comma = at;
  }
  return std::string::npos;
}

/// `ne(x, y)` becomes `x != y`.
void comparisons_in_python(std::string& text) {
  constexpr std::pair<const char*, const char*> signs[] = {
      {"eq(", "=="}, {"ne(", "!="}, {"lt(", "<"}, {"le(", "<="}, {"gt(", ">"}, {"ge(", ">="}};
  for (const auto& [call, sign] : signs)
    for (std::size_t at = text.find(call); at != std::string::npos; at = text.find(call, at + 1)) {
      if (at > 0 && std::string_view(" (`").find(text[at - 1]) == std::string_view::npos) continue;
      std::size_t comma;
      const std::size_t end = end_of_call(text, at + 3, comma);
      if (end == std::string::npos || comma == std::string::npos) continue;
      text.replace(at, end - at + 1,
                   str(text.substr(at + 3, comma - at - 3), " ", sign,
                       text.substr(comma + 1, end - comma - 1)));
    }
}

}  // namespace

std::string in_python(std::string text) {
  dtypes_in_python(text);
  constexpr std::pair<const char*, const char*> words[] = {
      {" = true", "=True"},
      {" = false", "=False"},
      {"(true)", "(True)"},
      {"(false)", "(False)"},
      {"std::nullopt", "None"},
      {".to()", ".to(dtype)"},
      {"pass allow_unused to get an undefined gradient", "pass allow_unused=True to get None"},
      {"an undefined tensor", "None"},
      {"an undefined output", "None for output"},
      {"undefined", "None"}};
  for (const auto& [cpp, python] : words) replace_all(text, cpp, python);
  options_in_python(text);
  comparisons_in_python(text);
  return text;
}

}  // namespace limpid::python
