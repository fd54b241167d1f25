// What `limpid ops` lists and docs/ops/ holds is what the cards say.

#include <doctest/doctest.h>

#include <filesystem>
#include <set>
#include <string>

#include "limpid/config.h"
#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/explain/op_page.h"
#include "limpid/explain/op_report.h"
#include "scratch_folder.h"

namespace limpid::docs_test {

namespace {

/// Pages show what this build can do: only the full one can be compared with them.
constexpr bool kFullBuild = LIMPID_HAS_CPU && std::string_view(LIMPID_SELECTED_OPS).empty();

}  // namespace

TEST_CASE("docs: every op has a reference, cases, and the gradient that it promises") {
  std::set<std::string_view> names;
  for (const OpEntry& entry : all_op_entries()) {
    INFO(entry.doc.name);
    CHECK_MESSAGE(names.insert(entry.doc.name).second, "two ops of this name");
    const OpReport report = report_on(entry);
    CHECK(report.cases > 0);
    CHECK(report.frozen_cases > 0);
    if (!entry.info) continue;
    CHECK_MESSAGE((entry.info->layout || report.backends.starts_with("reference")),
                  report.backends);
    if (entry.info->no_gradient) {
      CHECK(report.gradient_order == 0);
      continue;
    }
    CHECK_MESSAGE(report.gradient_order >= 1, "measured: it has no gradient");
    const auto definition = std::filesystem::path(LIMPID_SOURCE_DIR) / definition_of(entry.doc);
    INFO(definition.string());
    REQUIRE(std::filesystem::is_regular_file(definition));
    CHECK(read_text_file(definition, 1 << 20).find("::gradient(") != std::string::npos);
  }
}

TEST_CASE("docs: explain says what an op's gradient, or a composite, is made of") {
  if (!kFullBuild) return;
  const auto line = [](std::string_view op, const std::string& begin) {
    const std::string text = explain_op(op, /*with_speed=*/false);
    const std::size_t at = text.find("\n  " + begin);
    return at == std::string::npos ? "" : text.substr(at + 3, text.find('\n', at + 3) - at - 3);
  };
  CHECK(line("softmax", "made of") ==
        "made of     mul (2 times), sum, sub (the gradient, on the case \"rows\")");
  CHECK(line("kron", "made of") == "made of     mul (on the case \"matrices\")");
  CHECK(line("kron", "gradient") == "gradient    order 2 (measured), by those of its parts");
  CHECK(line("unbind", "made of").starts_with("made of     views alone"));
  for (const OpEntry& entry : all_op_entries())
    if (!entry.info) CHECK_MESSAGE(!line(entry.doc.name, "made of").empty(), entry.doc.name);
}

TEST_CASE("docs: pages of the ops are what the cards say") {
  if (!kFullBuild) return;
  const auto folder = std::filesystem::path(LIMPID_SOURCE_DIR) / "docs/ops";
  std::set<std::string> wanted = {"README.md"};
  for (const OpEntry& entry : all_op_entries()) wanted.insert(std::string(entry.doc.name) + ".md");
  std::set<std::string> there;
  for (const auto& file : std::filesystem::directory_iterator(folder))
    there.insert(file.path().filename().string());
  CHECK(there == wanted);
  CHECK_MESSAGE(write_op_pages(folder, /*check=*/true) == 0,
                "pages of docs/ops are out of date: `limpid docs` writes them");
}

TEST_CASE("docs: a page that says something else is noticed, and written anew") {
  const ScratchFolder folder;
  CHECK(write_op_pages(folder / "", true) == all_op_entries().size() + 1);
  CHECK(write_op_pages(folder / "", false) == all_op_entries().size() + 1);
  CHECK(write_op_pages(folder / "", true) == 0);
  write_text_file(folder / "softmax.md", "# softmax\n");
  CHECK(write_op_pages(folder / "", true) == 1);
  std::filesystem::remove(folder / "relu.md");
  std::filesystem::create_symlink("nowhere/page.md", folder / "relu.md");
  CHECK_THROWS_WITH_AS(write_op_pages(folder / "", false),
                       doctest::Contains("relu.md': No such file or directory"), FileError);
}

}  // namespace limpid::docs_test
