#pragma once
// The pages in docs/ops/, written from the cards so that they cannot say anything else.

#include <cstddef>
#include <filesystem>
#include <string>

#include "limpid/ops/op_list.h"

namespace limpid {

/// Markdown: summary, formula, inputs, outputs, attributes, gradient, an example with its result.
std::string op_page(const OpEntry& entry);

/// The table of all ops.
std::string op_index();

/// Writes a page an op and an index into `folder`; with `check` only compares. Returns how many
/// pages differ from what was there, and names them on stdout.
std::size_t write_op_pages(const std::filesystem::path& folder, bool check);

}  // namespace limpid
