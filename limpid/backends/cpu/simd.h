#pragma once
// Which vector instructions kernels use, chosen once from what the processor has.
//
// Files named *_simd.cpp are compiled once a level (cmake/sources.cmake), each time with everything
// in them inside `namespace limpid::<level>`. They export tables of functions; at_level() picks
// one.

#include <string_view>
#include <vector>

namespace limpid {

enum class SimdLevel { baseline, avx2, avx512 };

/// The level in use: the best of this processor, or the one that the environment variable
/// LIMPID_SIMD=baseline|avx2|avx512 names, if that is lower. ValueError for another name.
SimdLevel simd_level();
/// "baseline", "avx2", "avx512".
std::string_view name_of(SimdLevel level);
/// Levels that this processor can run, lowest first.
std::vector<SimdLevel> available_simd_levels();

#if defined(__x86_64__)
/// Names one object in every level's namespace: LIMPID_LEVELS(loops) is the list that at_level
/// takes.
#define LIMPID_LEVELS(name) baseline::name, avx2::name, avx512::name
template <class Table>
const Table& at_level(SimdLevel level, const Table& baseline, const Table& avx2,
                      const Table& avx512) {
  return level == SimdLevel::avx512 ? avx512 : level == SimdLevel::avx2 ? avx2 : baseline;
}
#else
#define LIMPID_LEVELS(name) baseline::name
template <class Table>
const Table& at_level(SimdLevel, const Table& baseline) {
  return baseline;
}
#endif

}  // namespace limpid
