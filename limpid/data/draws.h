#pragma once
// Random numbers one after the other, for things that are made rather than read.

#include <array>
#include <cstdint>

#include "limpid/core/random.h"
#include "limpid/data/sampler.h"

namespace limpid {

/// The numbers of item `index` of part `part`: a function of (seed, part, index) alone.
class Draws {
 public:
  Draws(std::uint64_t seed, std::uint64_t part, std::int64_t index)
      : stream_{sample_seed(seed, part, static_cast<std::uint64_t>(index))} {}

  /// Uniform in [low, high).
  double between(double low, double high) {
    return low + (high - low) * static_cast<double>(RandomStream::unit(bits()));
  }
  /// Uniform in 0..n-1, for n below 2^24.
  std::int64_t below(std::int64_t n) {
    return static_cast<std::int64_t>(between(0, static_cast<double>(n)));
  }
  bool chance(double probability) { return between(0, 1) < probability; }
  /// Mean 0 and standard deviation `width`, nearly normal: the sum of twelve bytes.
  double noise(double width) {
    std::uint32_t sum = 0;
    for (int i = 0; i < 3; ++i)
      for (std::uint32_t four = bits(), j = 0; j < 4; ++j, four >>= 8) sum += four & 255u;
    return width * (static_cast<double>(sum) / 255.0 - 6.0) / kDeviation;
  }

 private:
  std::uint32_t bits() {
    if (next_ % 4 == 0) block_ = stream_.block(next_ / 4);
    return block_[next_++ % 4];
  }

  static constexpr double kDeviation = 1.0039;  // of twelve bytes / 255: sqrt(257 / 255)
  RandomStream stream_;
  std::array<std::uint32_t, 4> block_{};
  std::uint64_t next_ = 0;
};

}  // namespace limpid
