#pragma once
// The level of vector instructions that LIMPID_CPU asks for.

#include <string_view>

#include "limpid/backends/cpu/simd.h"

namespace limpid {

/// The level of this name, or `best` if that is lower. ValueError for another name.
SimdLevel level_named(std::string_view name, SimdLevel best);

}  // namespace limpid
