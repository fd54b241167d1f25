// docs/guides/known-traps.md names the tests that guard against known mistakes: each must exist.

#include <doctest/doctest.h>

#include <filesystem>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "limpid/core/files.h"

namespace limpid::known_traps_test {

namespace {

/// What is wrong with the table's row `line`: a test it names is not there, or it names none.
std::vector<std::string> faults_of_row(const std::string& line) {
  static const std::regex reference("`([^`]+)` \"([^\"]+)\"");
  std::vector<std::string> faults;
  int named = 0;
  for (std::sregex_iterator at(line.begin(), line.end(), reference), end; at != end; ++at) {
    ++named;
    const std::string file = (*at)[1], name = (*at)[2];
    const auto path = std::filesystem::path(LIMPID_SOURCE_DIR) / file;
    if (!std::filesystem::is_regular_file(path)) {
      faults.push_back("there is no file " + file);
      continue;
    }
    const std::string text = limpid::read_text_file(path, 1 << 24);
    const bool code = path.extension() == ".cpp";  // where names stand in quotes
    if (text.find(code ? "\"" + name + "\"" : name) == std::string::npos)
      faults.push_back(file + " has no test or case \"" + name + "\"");
  }
  if (!named) faults.push_back("no test is named in: " + line);
  return faults;
}

}  // namespace

TEST_CASE("known traps: rows that name no test, or one that is not there, are noticed") {
  CHECK(
      faults_of_row("| a | `tests/known_traps_test.cpp` \"known traps: every row's tests exist\" |")
          .empty());
  CHECK(faults_of_row("| a | nothing |").size() == 1);
  CHECK(faults_of_row("| a | `tests/absent_test.cpp` \"x\" |").front() ==
        "there is no file tests/absent_test.cpp");
  CHECK(faults_of_row("| a | `tests/nn_test.cpp` \"no such\"; `tests/x.cpp` \"y\" |").size() == 2);
}

TEST_CASE("known traps: every row's tests exist") {
  std::istringstream page(limpid::read_text_file(
      std::filesystem::path(LIMPID_SOURCE_DIR) / "docs/guides/known-traps.md", 1 << 20));
  int rows = 0;
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("| ") || line.starts_with("| trap ") || line.starts_with("| --- "))
      continue;
    ++rows;
    for (const std::string& fault : faults_of_row(line)) FAIL_CHECK(fault);
  }
  CHECK(rows >= 40);
}

}  // namespace limpid::known_traps_test
