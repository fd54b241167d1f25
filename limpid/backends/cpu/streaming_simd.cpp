// Stores past the caches, one compilation a SIMD level. Where the processor has none (the code for
// other than x86), ordinary ones.

#include "limpid/backends/cpu/simd_line.h"
#include "limpid/backends/cpu/streaming.h"

namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

void copy(char* to, const char* from, std::int64_t bytes) {
  if (reinterpret_cast<std::uintptr_t>(to) % kLine == 0)
    for (; bytes >= kLine; bytes -= kLine, to += kLine, from += kLine) copy_line(to, from);
  __builtin_memcpy(to, from, static_cast<std::size_t>(bytes));
}

void finish() {
#if defined(__SSE2__)
  _mm_sfence();
#endif
}

}  // namespace

extern const StreamLoops stream_loops;
constexpr StreamLoops stream_loops{&copy, &finish};

}  // namespace limpid::LIMPID_SIMD_LEVEL
