// Dropout's loop, compiled once a SIMD level. A chunk of 128 elements takes 32 Philox blocks, whose
// counters stand side by side in arrays, so that the ten rounds become vector instructions.

#include "limpid/ops/dropout/dropout_loops.h"

namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

/// A loop over 16 is unrolled by GCC before it is turned into vectors, and stays scalar.
constexpr int kBlocks = 32;
constexpr std::int64_t kChunk = 4 * kBlocks;

/// bits[4 b + j] = word j of block first + b, as RandomStream::block draws it.
void draw(const DropoutTask& task, std::uint64_t first, std::uint32_t* bits) {
  std::uint32_t c[4][kBlocks];
  for (int b = 0; b < kBlocks; ++b) {
    const std::uint64_t n = task.offset + first + static_cast<std::uint64_t>(b);
    c[0][b] = static_cast<std::uint32_t>(n);
    c[1][b] = static_cast<std::uint32_t>(n >> 32);
    c[2][b] = c[3][b] = 0;
  }
  auto k0 = static_cast<std::uint32_t>(task.seed);
  auto k1 = static_cast<std::uint32_t>(task.seed >> 32);
  for (int round = 0; round < 10; ++round, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u)
    for (int b = 0; b < kBlocks; ++b) {
      const std::uint64_t p0 = std::uint64_t{0xD2511F53} * c[0][b];
      const std::uint64_t p1 = std::uint64_t{0xCD9E8D57} * c[2][b];
      c[0][b] = static_cast<std::uint32_t>(p1 >> 32) ^ c[1][b] ^ k0;
      c[2][b] = static_cast<std::uint32_t>(p0 >> 32) ^ c[3][b] ^ k1;
      c[1][b] = static_cast<std::uint32_t>(p1);
      c[3][b] = static_cast<std::uint32_t>(p0);
    }
  for (int b = 0; b < kBlocks; ++b)
    for (int j = 0; j < 4; ++j) bits[4 * b + j] = c[j][b];
}

template <class T>
void drop(const DropoutTask& task, std::int64_t begin, std::int64_t end) {
  const T* x = static_cast<const T*>(task.x);
  T* y = static_cast<T*>(task.y);
  const T scale = static_cast<T>(task.scale);
  for (std::int64_t start = begin; start < end; start += kChunk) {
    std::uint32_t bits[kChunk];
    draw(task, static_cast<std::uint64_t>(start) / 4, bits);
    const std::int64_t count = end - start < kChunk ? end - start : kChunk;
    for (std::int64_t i = 0; i < count; ++i)
      y[start + i] = x[start + i] * (bits[i] >> 8 >= task.threshold ? scale : T(0));
  }
}

}  // namespace

extern constinit const DropoutLoops dropout_loops{&drop<float>, &drop<double>};

}  // namespace limpid::LIMPID_SIMD_LEVEL
