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

/// For steps that swap blocks of half = 1, 2, 4, ...: where the lanes of two vectors come from. A
/// table, since the compiler would put vectors of such numbers together lane by lane, each time.
struct Swap {
  alignas(sizeof(Places)) int low[kLanes], high[kLanes];
};
struct Swaps {
  Swap of[4];
  constexpr Swaps() : of{} {
    for (int step = 0; step < 4; ++step)
      for (int lane = 0, half = 1 << step; lane < kLanes; ++lane) {
        of[step].low[lane] = lane & half ? lane - half + kLanes : lane;
        of[step].high[lane] = lane & half ? lane + kLanes : lane + half;
      }
  }
};
constexpr Swaps kSwaps;

/// kLanes x kLanes numbers change places in registers: each step swaps blocks of half the size.
LIMPID_INLINE void transpose_block(Vector* v) {
  constexpr int kSteps = kLanes == 16 ? 4 : kLanes == 8 ? 3 : 2;
#pragma GCC unroll 4
  for (int step = kSteps - 1; step >= 0; --step) {
    const auto& low = reinterpret_cast<const Places&>(kSwaps.of[step].low);
    const auto& high = reinterpret_cast<const Places&>(kSwaps.of[step].high);
    const int half = 1 << step;
#pragma GCC unroll 16
    for (int i = 0; i < kLanes; ++i)
      if (!(i & half)) {
        const Vector a = v[i], b = v[i + half];
        v[i] = pick(a, b, low);
        v[i + half] = pick(a, b, high);
      }
  }
}

}  // namespace

}  // namespace limpid::LIMPID_SIMD_LEVEL
