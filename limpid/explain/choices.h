#pragma once
// Which kernel runs on this machine, and why.

#include <string>
#include <vector>

#include "limpid/ops/op_list.h"

namespace limpid {

/// One line a choice: the SIMD level, or for ops with a ladder of algorithms the one that is taken
/// for the op's timing case and why the others are not.
std::vector<std::string> kernel_choices(const OpEntry& entry);

}  // namespace limpid
