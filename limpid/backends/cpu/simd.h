#pragma once
// Which vector instructions kernels use, chosen once from what the processor has.
//
// Files named *_simd.cpp are compiled once a level (cmake/sources.cmake), each time with everything
// in them inside `namespace limpid::<level>`. They export tables of functions; at_level() picks
// one.

#include <string_view>
#include <vector>

#include "limpid/simd_levels.h"

namespace limpid {

enum class SimdLevel { baseline, avx2, avx512 };

/// The level in use: the best of this processor, or the one that the environment variable
/// LIMPID_CPU=baseline|avx2|avx512 names, if that is lower. ValueError for another name.
SimdLevel simd_level();
/// "baseline", "avx2", "avx512".
std::string_view name_of(SimdLevel level);
/// Levels that this build contains and this processor can run, lowest first.
std::vector<SimdLevel> available_simd_levels();

/// Names one object in the namespace of every level that is built: LIMPID_LEVELS(loops) is the list
/// that at_level takes.
#if LIMPID_HAS_AVX512
#define LIMPID_LEVELS(name) baseline::name, avx2::name, avx512::name
#elif LIMPID_HAS_AVX2
#define LIMPID_LEVELS(name) baseline::name, avx2::name
#else
#define LIMPID_LEVELS(name) baseline::name
#endif

/// The table of a level (not above those that are built).
template <class Table, class... Tables>
const Table& at_level(SimdLevel level, const Table& baseline, const Tables&... higher) {
  const Table* const tables[] = {&baseline, &higher...};
  return *tables[static_cast<int>(level)];
}

}  // namespace limpid
