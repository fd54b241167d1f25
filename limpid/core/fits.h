#pragma once
// Whether a number that somebody wrote fits the dtype that they named beside it.

#include "limpid/core/scalar.h"

namespace limpid {

/// As PyTorch judges: integers take what lies in their range, fractions aside; u8 also -1 ... -255,
/// which wrap; floats all but finite numbers beyond their range; bool everything.
bool fits(const Scalar& value, DType dtype);

/// ValueError "value 300 cannot be converted to type int8 without overflow" unless it fits.
void require_fits(const Scalar& value, DType dtype);

}  // namespace limpid
