// The levels of vector instructions by their names.

// covers: simd
#include <doctest/doctest.h>

#include "limpid/config.h"
#if LIMPID_HAS_CPU

#include <algorithm>

#include "limpid/backends/cpu/named_level.h"
#include "limpid/backends/cpu/simd.h"
#include "tests/thrown.h"

namespace limpid::simd_level_test {

TEST_CASE("simd: levels have names, and the one in use is among those that there are") {
  CHECK(name_of(SimdLevel::avx512) == "avx512");
  CHECK(name_of(SimdLevel::avx2) == "avx2");
  const std::vector<SimdLevel> levels = available_simd_levels();
  CHECK(levels.front() == SimdLevel::baseline);
  CHECK(std::is_sorted(levels.begin(), levels.end()));
  CHECK(std::find(levels.begin(), levels.end(), simd_level()) != levels.end());
}

TEST_CASE("simd: the level that a name asks for is never above the best") {
  using enum SimdLevel;
  for (const SimdLevel best : {baseline, avx2, avx512}) {
    CHECK(level_named("baseline", best) == baseline);
    CHECK(level_named("avx2", best) == std::min(avx2, best));
    CHECK(level_named("avx512", best) == best);
  }
  CHECK_SAYS(ValueError, "LIMPID_CPU is 'sse2'", level_named("sse2", avx2));
}

}  // namespace limpid::simd_level_test

#endif
