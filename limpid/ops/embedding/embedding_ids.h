#pragma once
// Ids of rows as plain numbers, checked.

#include <vector>

#include "limpid/core/view.h"

namespace limpid {

/// All ids in row-major order. IndexError names the position of the first that is no row of a table
/// of `rows` rows.
std::vector<std::int64_t> checked_ids(const AnyView& ids, std::int64_t rows);

}  // namespace limpid
