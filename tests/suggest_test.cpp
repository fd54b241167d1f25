#include "limpid/core/suggest.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "limpid/core/quote.h"

namespace limpid::suggest_test {

TEST_CASE("edit_distance counts insert, delete, replace and swap as one edit each") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("epohcs", "epochs") == 1);
  CHECK(edit_distance("ca", "abc") == 3);  // restricted: the swapped pair is not edited again
  CHECK(edit_distance("Batch-Size", "batch_size") == 0);
}

TEST_CASE("nearest_name finds misspellings and leaves strangers alone") {
  const std::vector<std::string> names = {"batch_size", "batch_norm", "epochs", "lr",
                                          "optimizer",  "dropout",    "seed"};
  struct Case {
    const char *name, *nearest;
  };
  for (const Case& c : std::vector<Case>{{"batchsize", "batch_size"},
                                         {"batch-size", "batch_size"},
                                         {"epoch", "epochs"},
                                         {"epoks", "epochs"},
                                         {"EPOCHS", "epochs"},
                                         {"l", "lr"},
                                         {"optimiser", "optimizer"},
                                         {"optim", "optimizer"},
                                         {"drop", "dropout"},
                                         {"sede", "seed"},
                                         {"batch", ""},  // two names begin so
                                         {"x", ""},
                                         {"", ""},
                                         {"wibble", ""}}) {
    CAPTURE(c.name);
    CHECK(nearest_name(c.name, names) == c.nearest);
  }
  CHECK(nearest_name(std::string(1 << 20, 'a'), names).empty());
}

TEST_CASE("did_you_mean suggests, or lists what exists") {
  const std::vector<std::string> names = {"adam", "sgd"};
  CHECK(did_you_mean("adma", names) == " (did you mean 'adam'?)");
  CHECK(did_you_mean("rmsprop", names) == " (there are: adam, sgd)");
  CHECK(did_you_mean("x", std::vector<std::string>{"only"}) == " (there is: only)");
  CHECK(did_you_mean("x", std::vector<std::string>{}) == "");
  const std::vector<std::string> many(30, "something");
  CHECK(did_you_mean("zz", many).ends_with("something, and 6 more)"));
}

TEST_CASE("quote keeps text from outside harmless and short") {
  CHECK(quote("plain") == "'plain'");
  CHECK(quote("zürich €") == "'zürich €'");
  CHECK(quote("\x1b[31mred") == "'\\x1b[31mred'");
  CHECK(quote("a\nb\tc") == "'a\\nb\\tc'");
  CHECK(quote("\xff\xc3") == "'\\xff\\xc3'");
  CHECK(quote("\xe0\x84\x99") ==
        "'\\xe0\\x84\\x99'");  // longer than needed: other readers refuse it
  CHECK(quote("\xed\xa0\x80") == "'\\xed\\xa0\\x80'");           // half of a UTF-16 pair
  CHECK(quote("\xf4\x90\x80\x80") == "'\\xf4\\x90\\x80\\x80'");  // beyond U+10FFFF
  CHECK(quote(std::string_view("\xc2\x9b", 1)) ==
        "'\\xc2'");                            // cut off: nothing behind it is looked at
  CHECK(quote("\xc2\x9b") == "'\\xc2\\x9b'");  // the one-byte form of ESC [
  CHECK(quote("abcdef", 3) == "'abc...'");
  CHECK(quote("ab€", 3) == "'ab...'");
  CHECK(quote("abc", 3) == "'abc'");
}

}  // namespace limpid::suggest_test
