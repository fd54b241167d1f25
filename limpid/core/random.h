#pragma once
// Counter-based random numbers: element i of a stream is a function of (seed, offset, i) alone,
// so results do not depend on the number of threads, and are the same on every device.
// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.

#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace limpid {

/// Philox4x32-10: encrypts a 128-bit counter under a 64-bit key into four 32-bit numbers. In plain
/// variables: where nothing is optimised, elements of arrays cost four fifths of the time.
constexpr std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                              std::array<std::uint32_t, 2> key) {
  auto [c0, c1, c2, c3] = counter;
  auto [k0, k1] = key;
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53} * c0;
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57} * c2;
    c0 = static_cast<std::uint32_t>(p1 >> 32) ^ c1 ^ k0;
    c1 = static_cast<std::uint32_t>(p1);
    c2 = static_cast<std::uint32_t>(p0 >> 32) ^ c3 ^ k1;
    c3 = static_cast<std::uint32_t>(p0);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return {c0, c1, c2, c3};
}

/// A reserved part of a generator's sequence. `block(i)` yields four numbers.
struct RandomStream {
  std::uint64_t seed = 0;
  std::uint64_t offset = 0;

  constexpr std::array<std::uint32_t, 4> block(std::uint64_t i) const {
    const std::uint64_t n = offset + i;
    return philox({static_cast<std::uint32_t>(n), static_cast<std::uint32_t>(n >> 32), 0, 0},
                  {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
  }
  /// 32 random bits for element i.
  constexpr std::uint32_t bits(std::uint64_t i) const { return block(i / 4)[i % 4]; }
  /// 64 random bits for element i (uses twice the blocks: reserve 2 n).
  constexpr std::uint64_t bits64(std::uint64_t i) const {
    const auto four = block(i / 2);
    return std::uint64_t{four[2 * (i % 2)]} << 32 | four[2 * (i % 2) + 1];
  }
  /// Uniform in [0, 1), a multiple of 2^-24.
  constexpr float uniform(std::uint64_t i) const { return unit(bits(i)); }
  /// Uniform in [0, 1), a multiple of 2^-53 (64 bits an element).
  constexpr double uniform64(std::uint64_t i) const {
    return static_cast<double>(bits64(i) >> 11) * 0x1p-53;
  }
  /// Standard normal by Box and Muller (64 bits an element).
  double normal(std::uint64_t i) const {
    const std::uint64_t b = bits64(i);
    const double u = (static_cast<double>(b >> 32) + 1.0) * 0x1p-32;  // in (0, 1]
    const double angle = static_cast<double>(b & 0xffffffffu) * 0x1p-32 * 2 * std::numbers::pi;
    return std::sqrt(-2 * std::log(u)) * std::cos(angle);
  }
  static constexpr float unit(std::uint32_t bits) {
    return static_cast<float>(bits >> 8) * 0x1p-24f;
  }
};

/// Hands out parts of a random sequence. Safe to share between threads; for results that do not
/// depend on how threads interleave, give each its own (see UseGenerator).
class Generator {
 public:
  explicit Generator(std::uint64_t seed = 0) : seed_(seed) {}
  void manual_seed(std::uint64_t seed) {
    seed_ = seed;
    offset_ = 0;
  }
  std::uint64_t seed() const { return seed_; }
  std::uint64_t offset() const { return offset_; }
  /// Restores a saved position.
  void set_state(std::uint64_t seed, std::uint64_t offset) {
    seed_ = seed;
    offset_ = offset;
  }
  /// A stream of at least `count` elements of 32 bits (pass 2 n for n elements of 64 bits).
  RandomStream reserve(std::uint64_t count) { return {seed_, offset_.fetch_add((count + 3) / 4)}; }

 private:
  std::atomic<std::uint64_t> seed_, offset_{0};
};

/// The generator used where none is given: this thread's, if UseGenerator set one, else a shared
/// one.
Generator& default_generator();
/// Seeds default_generator().
void manual_seed(std::uint64_t seed);

/// While it lives, this thread draws from `generator`.
class UseGenerator {
 public:
  explicit UseGenerator(Generator& generator);
  ~UseGenerator();
  UseGenerator(const UseGenerator&) = delete;
  UseGenerator& operator=(const UseGenerator&) = delete;

 private:
  Generator* before_;
};

}  // namespace limpid
