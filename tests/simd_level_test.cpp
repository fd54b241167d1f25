// The levels of vector instructions by their names.

// covers: simd
#include <doctest/doctest.h>

#include "limpid/config.h"
#if LIMPID_HAS_CPU

#include <algorithm>

#include "limpid/backends/cpu/simd.h"

using namespace limpid;

TEST_CASE("simd: levels have names, and the one in use is among those that there are") {
  CHECK(name_of(SimdLevel::avx512) == "avx512");
  CHECK(name_of(SimdLevel::avx2) == "avx2");
  const std::vector<SimdLevel> levels = available_simd_levels();
  CHECK(levels.front() == SimdLevel::baseline);
  CHECK(std::is_sorted(levels.begin(), levels.end()));
  CHECK(std::find(levels.begin(), levels.end(), simd_level()) != levels.end());
}
#endif
