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
