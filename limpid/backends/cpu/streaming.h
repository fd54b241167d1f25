#pragma once
// Stores past the caches, for results so large that their beginning has left the caches when their
// end is written. An ordinary store first reads the line that it changes; a whole line that is
// written past the caches is not read, which saves a third of the traffic of y = f(x) (and what the
// caches hold stays there). Smaller results are better kept: whoever reads them next finds them.

#include <cstdint>

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

}  // namespace limpid
