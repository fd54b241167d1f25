#pragma once
// What integer divisions check before they run.

#include "limpid/op/op_info.h"

namespace limpid {

/// ValueError where an integer of the second input is 0 and the result has elements; names its
/// place.
void refuse_zero_divisor(const Io& io);

}  // namespace limpid
