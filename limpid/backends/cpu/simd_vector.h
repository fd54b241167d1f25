// Vectors of floats as the compiler knows them (GCC's vector types), for units that are compiled
// once a SIMD level: one text serves every level, and lanes can change places. Everything here is
// inlined and of the level's own namespace, so that no level's code can end up in another's place.
// (xsimd's batches, simd_batch.h, are for arithmetic.)
#pragma once

namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

#if defined(__AVX512F__)
constexpr int kLanes = 16;
#elif defined(__AVX2__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif

typedef float Vector __attribute__((vector_size(kLanes * 4)));
typedef int Places __attribute__((vector_size(kLanes * 4)));
/// A vector in memory, at any address of a float.
typedef float Unaligned __attribute__((vector_size(kLanes * 4), aligned(4), may_alias));

#define LIMPID_INLINE [[gnu::always_inline]] inline

LIMPID_INLINE Vector load(const float* p) { return *reinterpret_cast<const Unaligned*>(p); }
LIMPID_INLINE void store(float* p, Vector v) { *reinterpret_cast<Unaligned*>(p) = v; }

/// Lane i of the result is lane places[i] of a and b side by side.
LIMPID_INLINE Vector pick(const Vector& a, const Vector& b, const Places& places) {
#if defined(__clang__)
  Vector out;
  for (int i = 0; i < kLanes; ++i)
    out[i] = places[i] < kLanes ? a[places[i]] : b[places[i] - kLanes];
  return out;
#else
  return __builtin_shuffle(a, b, places);
#endif
}

}  // namespace

}  // namespace limpid::LIMPID_SIMD_LEVEL
