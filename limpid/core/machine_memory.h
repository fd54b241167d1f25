#pragma once
// How much memory there is.

#include <cstdint>

namespace limpid {

/// Bytes of memory that this process may use: the machine's, or its container's where that is less.
/// 0 where nothing says so.
std::int64_t machine_memory();

}  // namespace limpid
