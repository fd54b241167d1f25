#include "limpid/data/sampler.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "limpid/core/error.h"
#include "limpid/core/random.h"
#include "limpid/core/str.h"

namespace limpid {

std::uint64_t sample_seed(std::uint64_t seed, std::uint64_t epoch, std::uint64_t index) {
  const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
  const auto bits =
      philox({low(index), high(index), low(epoch), high(epoch)}, {low(seed), high(seed)});
  return std::uint64_t{bits[0]} << 32 | bits[1];
}

std::vector<std::int64_t> shuffled(std::int64_t n, std::uint64_t seed, std::uint64_t stream) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(std::max<std::int64_t>(n, 0)));
  std::iota(order.begin(), order.end(), 0);
  // Another key than any sample's: index 2^64 - 1 is none. The remainder's bias is below n / 2^64.
  const RandomStream random{sample_seed(seed, stream, ~std::uint64_t{0})};
  std::array<std::uint32_t, 4> four{};
  for (std::size_t i = order.size(), used = 0; i > 1; --i, ++used) {
    if (used % 2 == 0) four = random.block(used / 2);
    const std::uint64_t bits = std::uint64_t{four[used % 2 * 2]} << 32 | four[used % 2 * 2 + 1];
    std::swap(order[i - 1], order[bits % i]);
  }
  return order;
}

std::vector<std::int64_t> SequentialSampler::order(std::uint64_t) const {
  std::vector<std::int64_t> order(static_cast<std::size_t>(n_));
  std::iota(order.begin(), order.end(), 0);
  return order;
}

std::vector<std::int64_t> RandomSampler::order(std::uint64_t epoch) const {
  return shuffled(n_, seed_, epoch);
}

BatchSampler::BatchSampler(std::shared_ptr<const Sampler> sampler, std::int64_t batch_size,
                           bool drop_last)
    : sampler_(std::move(sampler)), batch_size_(batch_size), drop_last_(drop_last) {
  if (!sampler_) throw ValueError("a BatchSampler needs a sampler");
  if (batch_size_ < 1)
    throw ValueError(str("batch_size is ", batch_size_, "; it must be 1 or more"));
}

std::int64_t BatchSampler::size() const {
  const std::int64_t n = sampler_->size();
  return n / batch_size_ + (!drop_last_ && n % batch_size_ != 0);
}

std::span<const std::int64_t> BatchSampler::batch(std::int64_t i) const {
  const auto begin = static_cast<std::size_t>(i * batch_size_);
  return std::span(order_).subspan(
      begin, std::min(static_cast<std::size_t>(batch_size_), order_.size() - begin));
}

}  // namespace limpid
