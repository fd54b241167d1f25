// Which bytes are characters of UTF-8: at the borders of every rule of the Unicode standard's table
// 3-7 (well-formed byte sequences).

#include "limpid/core/utf8.h"

#include <doctest/doctest.h>

#include <string>

namespace limpid::utf8_test {

TEST_CASE("utf8: the least and the largest character of every length and rule") {
  for (const std::string text :
       {"A", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xE0\xBF\xBF", "\xE1\x80\x80",
        "\xEC\xBF\xBF", "\xED\x80\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBF",
        "\xF0\x90\x80\x80", "\xF0\xBF\xBF\xBF", "\xF1\x80\x80\x80", "\xF3\xBF\xBF\xBF",
        "\xF4\x80\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    INFO(text);
    CHECK(utf8_length(text, 0) == text.size());
    CHECK(utf8_length("\xC3\xA9" + text + "x", 2) == text.size());
    CHECK(utf8_error(text + text) == 2 * text.size());
  }
}

TEST_CASE("utf8: what is no character, and where a text goes wrong") {
  for (const std::string text : {"\x80",
                                 "\xBF",
                                 "\xC0\x80",
                                 "\xC1\xBF",
                                 "\xC2",
                                 "\xC2\x7F",
                                 "\xC2\xC0",
                                 "\xDF\xC0",
                                 "\xE0\x9F\xBF",
                                 "\xE0\xC0\x80",
                                 "\xE0\xA0",
                                 "\xE1\x7F\x80",
                                 "\xE1\xC0\x80",
                                 "\xE1\x80\x7F",
                                 "\xE1\x80\xC0",
                                 "\xED\xA0\x80",
                                 "\xEF\xBF",
                                 "\xF0\x8F\xBF\xBF",
                                 "\xF0\xC0\x80\x80",
                                 "\xF1\x80\x80",
                                 "\xF1\x80\x80\x7F",
                                 "\xF1\x80\x80\xC0",
                                 "\xF1\x80\x7F\x80",
                                 "\xF4\x90\x80\x80",
                                 "\xF5\x80\x80\x80",
                                 "\xFF"}) {
    INFO(text);
    CHECK(utf8_length(text, 0) == 0);
    CHECK(utf8_length("\xC3\xA9" + text, 2) == 0);
    CHECK(utf8_error("\xC3\xA9z" + text) == 3);
  }
  CHECK(utf8_error("") == 0);
  CHECK(utf8_error(std::string(3, '\0')) == 3);
}

}  // namespace limpid::utf8_test
