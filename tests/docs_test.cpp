// What `limpid ops` lists and docs/ops/ holds is what the cards say.

#include <doctest/doctest.h>

#include <filesystem>
#include <set>
#include <string>

#include "limpid/config.h"
#include "limpid/core/files.h"
#include "limpid/explain/op_page.h"
#include "limpid/explain/op_report.h"

using namespace limpid;

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
    if (entry.info->no_gradient) CHECK(report.gradient_order == 0);
    else CHECK_MESSAGE(report.gradient_order >= 1, "measured: it has no gradient");
  }
}

TEST_CASE("docs: the pages in docs/ops/ are those that `limpid docs` writes") {
  if (!kFullBuild) return;
  const auto folder = std::filesystem::path(LIMPID_SOURCE_DIR) / "docs/ops";
  std::set<std::string> pages{"README.md"};
  std::string stale;
  const auto check = [&](const std::string& name, const std::string& text) {
    const auto path = folder / name;
    if (!std::filesystem::exists(path)) stale += " " + name + " (missing)";
    else if (read_text_file(path, 1 << 24) != text) stale += " " + name;
  };
  for (const OpEntry& entry : all_op_entries()) {
    const std::string name = std::string(entry.doc.name) + ".md";
    pages.insert(name);
    check(name, op_page(entry));
  }
  check("README.md", op_index());
  CHECK_MESSAGE(stale.empty(), "out of date:", stale, "; run make docs");
  for (const auto& file : std::filesystem::directory_iterator(folder))
    CHECK_MESSAGE(pages.count(file.path().filename().string()) == 1,
                  "no op of this name: remove docs/ops/", file.path().filename().string());
}
