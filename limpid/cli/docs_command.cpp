// limpid docs: writes the page of every op from its card.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "limpid/cli/commands.h"
#include "limpid/core/files.h"
#include "limpid/explain/op_page.h"

namespace limpid {

void add_docs_command(CLI::App& app) {
  auto folder = std::make_shared<std::string>("docs/ops");
  auto check = std::make_shared<bool>(false);
  CLI::App* command = app.add_subcommand("docs", "Write the pages of the ops from their cards");
  command->add_option("--out", *folder, "folder of the pages")->capture_default_str();
  command->add_flag("--check", *check, "write nothing; fail when a page is out of date");
  command->callback([folder, check] {
    const std::size_t stale = write_op_pages(*folder, *check);
    if (*check && stale) throw ValueError("pages are out of date (above); `make docs` writes them");
  });
}

}  // namespace limpid
