#include <algorithm>
#include <cstring>
#include <limits>

#include "limpid/backends/cpu/simd_line.h"
#include "limpid/backends/cpu/simd_rows.h"
#include "limpid/ops/max_pool2d/take_larger.h"

namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

// Written without branches, so that the compiler makes vector code of it.
template <int kStep>
void take_larger(const float* __restrict x, std::int64_t n, std::int32_t first,
                 std::int32_t place_step, float* __restrict best, std::int32_t* __restrict index) {
  const auto count = static_cast<std::int32_t>(n);
  for (std::int32_t i = 0; i < count; ++i) {
    const float v = x[i * kStep], b = best[i];
    const std::int32_t place = first + i * place_step, before = index[i];
    const bool larger = !(v <= b);                       // or one of them is NaN
    const bool takes = larger & !((b != b) & (v == v));  // but a number does not replace NaN
    best[i] = takes ? v : b;
    index[i] = takes ? place : before;
  }
}

/// Places travel through the vectors as the bits of floats, which are only ever moved.
inline Batch<float> as_bits(std::int32_t place) {
  float bits;
  std::memcpy(&bits, &place, sizeof bits);
  return Batch<float>(bits);
}

void store_places(Batch<float> winner, bool past_caches, std::int64_t left, std::int64_t* to) {
  constexpr std::int64_t kLanes = kWidth<float>, kBytes = kLanes * 8;
  alignas(64) float bits[kLanes];
  alignas(64) std::int32_t places[kLanes];
  alignas(64) std::int64_t wide[kLanes];
  winner.store_aligned(bits);
  std::memcpy(places, bits, sizeof places);
  if (left < kLanes) {
    std::copy_n(places, left, to);
  } else if (past_caches && kBytes % kLine == 0 &&  // mutate: equivalent -- speed
             reinterpret_cast<std::uintptr_t>(to) % kLine == 0) {
    std::copy_n(places, kLanes, wide);
    for (std::int64_t i = 0; i < kBytes; i += kLine)
      copy_line(reinterpret_cast<char*>(to) + i, reinterpret_cast<const char*>(wide) + i);
  } else {
    std::copy_n(places, kLanes, to);
  }
}

/// Asks for what the window at x reads.
void fetch(const ChannelWindow& w, const float* x) {
  for (std::int64_t i = 0; i < w.rows; ++i)                        // mutate: equivalent -- speed
    for (std::int64_t j = 0; j < w.columns; ++j)                   // mutate: equivalent -- speed
      __builtin_prefetch(x + i * w.row_step + j * w.column_step);  // mutate: equivalent -- speed
}

void window(const ChannelWindow& w, std::int64_t n, float* values, std::int64_t* indices) {
  constexpr std::int64_t kLanes = kWidth<float>;
  for (std::int64_t c = 0; c < n; c += kLanes) {
    const std::int64_t left = n - c;
    Batch<float> best(-std::numeric_limits<float>::infinity()), winner = as_bits(w.first);
    for (std::int64_t i = 0; i < w.rows; ++i)
      for (std::int64_t j = 0; j < w.columns; ++j) {
        const Batch<float> v = load(w.x + i * w.row_step + j * w.column_step + c, left);
        const auto takes = (v > best) | xsimd::isnan(v);
        const auto place = w.first + static_cast<std::int32_t>(i) * w.place_row +
                           static_cast<std::int32_t>(j) * w.place_column;
        best = xsimd::select(takes, v, best);
        winner = xsimd::select(takes, as_bits(place), winner);
      }
    store(values + c, best, left);
    store_places(winner, w.far_ahead > 0, left, indices + c);
    if (w.far_ahead > 0) fetch(w, w.x + w.far_ahead + c);  // mutate: equivalent -- speed
  }
}

}  // namespace

constinit const PoolLoops pool_loops{
    .step1 = take_larger<1>, .step2 = take_larger<2>, .window = window};

}  // namespace limpid::LIMPID_SIMD_LEVEL
