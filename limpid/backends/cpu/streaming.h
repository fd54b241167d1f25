#pragma once
// Stores past the caches, for results so large that their beginning has left the caches when their
// end is written. An ordinary store first reads the line that it changes; a whole line that is
// written past the caches is not read, which saves a third of the traffic of y = f(x) (and what the
// caches hold stays there). Smaller results are better kept: whoever reads them next finds them.

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "limpid/backends/cpu/simd.h"

namespace limpid {

/// Results from so many bytes on. Measured: docs/performance.md, "Stores past the caches".
inline constexpr std::int64_t kStreamBytes = std::int64_t{64} << 20;

struct StreamLoops {
  /// As memcpy; past the caches but for what is left over after whole lines, where `to` is aligned
  /// to 64 bytes.
  void (*copy)(char* to, const char* from, std::int64_t bytes);
  /// Before another thread may read what was written past the caches.
  void (*finish)();
};

namespace baseline {
extern const StreamLoops stream_loops;
}
#if defined(__x86_64__)
namespace avx2 {
extern const StreamLoops stream_loops;
}
namespace avx512 {
extern const StreamLoops stream_loops;
}
#endif

inline const StreamLoops& stream_loops() {
  static const StreamLoops& loops = at_level(simd_level(), LIMPID_LEVELS(stream_loops));
  return loops;
}

/// As memcpy; past the caches from where the first line of `to` begins.
inline void stream(void* to_data, const void* from_data, std::int64_t bytes) {
  constexpr std::uintptr_t kLine = 64;
  char* const to = static_cast<char*>(to_data);
  const char* const from = static_cast<const char*>(from_data);
  const auto ahead = static_cast<std::int64_t>(-reinterpret_cast<std::uintptr_t>(to) % kLine);
  const std::int64_t head = std::min(ahead, bytes);
  std::memcpy(to, from, static_cast<std::size_t>(head));
  stream_loops().copy(to + head, from + head, bytes - head);
}

}  // namespace limpid
