#pragma once
// Every op of this build. Families are listed in ops/all_ops/, each in a unit of its own.

#include <span>
#include <string_view>

#include "limpid/op/op_info.h"
#include "limpid/ops/op_list.h"

namespace limpid {

/// Rows of all cards, in the order of the lists.
std::span<const OpInfo* const> all_ops();

/// The row of an op by its name, or null.
const OpInfo* find_op(std::string_view name);

/// Cards and composites with their cases. In the library of cases: tests, pages, timings.
const std::vector<OpEntry>& all_op_entries();

}  // namespace limpid
