// Dropout on the processor.
//   1. Elements in chunks of 64 = 16 Philox blocks, whose counters run side by side in arrays, so that
//      the ten rounds are vector instructions.
//   2. u_i >= p is decided on integers: u_i = k 2^-24, so u_i >= p exactly when k >= ceil(p 2^24).
//   3. Chunks are shared between threads when there are many; each depends on its number alone.

#include <cmath>

#include "limpid/core/random.h"
#include "limpid/core/walk.h"
#include "limpid/ops/dropout/dropout.h"

namespace limpid {

namespace {

constexpr int kBlocks = 16;             // Philox blocks of one chunk
constexpr std::int64_t kChunk = 4 * kBlocks;  // elements
constexpr std::int64_t kGrain = 1 << 14;      // fewer elements are not worth a second thread

/// bits[4 b + j] = word j of block first + b: RandomStream::block for kBlocks blocks at once.
void draw(const RandomStream& stream, std::uint64_t first, std::uint32_t* bits) {
  std::uint32_t c[4][kBlocks];
  for (int b = 0; b < kBlocks; ++b) {
    const std::uint64_t n = stream.offset + first + static_cast<std::uint64_t>(b);
    c[0][b] = static_cast<std::uint32_t>(n);
    c[1][b] = static_cast<std::uint32_t>(n >> 32);
    c[2][b] = c[3][b] = 0;
  }
  auto k0 = static_cast<std::uint32_t>(stream.seed);
  auto k1 = static_cast<std::uint32_t>(stream.seed >> 32);
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
using Compute = std::conditional_t<std::is_same_v<T, double>, double, float>;

/// y_i = m_i x_i for elements [begin, begin + count) of a contiguous input, count <= kChunk.
template <class T>
void drop_chunk(const RandomStream& stream, std::uint32_t threshold, Compute<T> scale, const T* x,
                T* y, std::int64_t begin, std::int64_t count) {
  std::uint32_t bits[kChunk];
  draw(stream, static_cast<std::uint64_t>(begin) / 4, bits);
  for (std::int64_t i = 0; i < count; ++i) {
    const Compute<T> mask = bits[i] >> 8 >= threshold ? scale : Compute<T>(0);
    y[begin + i] = static_cast<T>(static_cast<Compute<T>>(x[begin + i]) * mask);
  }
}

template <class T>
void drop(const Dropout& op, const T* x, T* y, std::int64_t n) {
  const RandomStream stream{op.seed, op.offset};
  const auto threshold = static_cast<std::uint32_t>(std::ceil(op.p * 0x1p24));
  const auto scale = static_cast<Compute<T>>(op.scale());
  const std::int64_t chunks = (n + kChunk - 1) / kChunk;
#ifdef _OPENMP
#pragma omp parallel for schedule(static) if (n >= 2 * kGrain)
#endif
  for (std::int64_t chunk = 0; chunk < chunks; ++chunk) {
    const std::int64_t begin = chunk * kChunk;
    drop_chunk(stream, threshold, scale, x, y, begin, std::min(kChunk, n - begin));
  }
}

}  // namespace

void Dropout::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  if (!x.contiguous || !y.contiguous) return forward(Reference{}, io);
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (is_float_type<T>)
      drop(*this, static_cast<const T*>(x.data), static_cast<T*>(y.data), x.numel);
  });
}

}  // namespace limpid
