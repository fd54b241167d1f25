#pragma once
// How much memory there is.

#include <cstdint>
#include <span>

namespace limpid {

/// Bytes of memory that this process may use: the machine's, or its container's where that is less.
/// 0 where nothing says so.
std::int64_t machine_memory();

/// The least of `bytes` (0: not known) and of the numbers in the files; no file, or another word in
/// it, is no limit.
std::int64_t within_limits(std::int64_t bytes, std::span<const char* const> files);

}  // namespace limpid
