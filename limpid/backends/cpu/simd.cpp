#include "limpid/backends/cpu/simd.h"

#include <algorithm>
#include <cstdlib>

#include "limpid/backends/cpu/named_level.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid {

namespace {

constexpr SimdLevel kLevels[] = {SimdLevel::baseline, SimdLevel::avx2, SimdLevel::avx512};

/// What all processors of the architecture can.
#if defined(__aarch64__)
constexpr std::string_view kBaseline = "neon";
#else
constexpr std::string_view kBaseline = "baseline";
#endif

// The best that is built and that this processor has.
SimdLevel best_level() {
#if defined(__x86_64__)
#if defined(__clang__)  // asks by no such name; all processors with AVX2 have it
  constexpr bool f16c = true;
#else
  const bool f16c = __builtin_cpu_supports("f16c");
#endif
  // What the options of the level in cmake/sources.cmake ask for.
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && f16c;
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  if (LIMPID_HAS_AVX512 && avx2 && avx512) return SimdLevel::avx512;
  if (LIMPID_HAS_AVX2 && avx2) return SimdLevel::avx2;
#endif
  return SimdLevel::baseline;
}

SimdLevel choose_level() {
  const char* wanted = std::getenv("LIMPID_CPU");
  return wanted && *wanted ? level_named(wanted, best_level()) : best_level();
}

}  // namespace

SimdLevel simd_level() {
  static const SimdLevel level = choose_level();
  return level;
}

SimdLevel level_named(std::string_view name, SimdLevel best) {
  if (name == "baseline") return SimdLevel::baseline;  // whatever its name here
  for (SimdLevel level : kLevels)
    if (name_of(level) == name) return std::min(level, best);
  throw ValueError(str("LIMPID_CPU is '", name, "'; it must be baseline, avx2 or avx512"));
}

std::string_view name_of(SimdLevel level) {
  return level == SimdLevel::avx512 ? "avx512" : level == SimdLevel::avx2 ? "avx2" : kBaseline;
}

std::vector<SimdLevel> available_simd_levels() {
  std::vector<SimdLevel> found;
  for (SimdLevel level : kLevels)
    if (level <= best_level()) found.push_back(level);
  return found;
}

}  // namespace limpid
