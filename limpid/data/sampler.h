#pragma once
// In which order samples are visited, and how they are cut into batches. Random orders are a
// function of (seed, epoch): the same on every machine and for any number of workers.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace limpid {

/// 64 bits that depend on (seed, epoch, index): the seed of everything random about one sample.
std::uint64_t sample_seed(std::uint64_t seed, std::uint64_t epoch, std::uint64_t index);

/// 0..n-1 in an order that depends on (seed, stream) alone (Fisher and Yates' shuffle).
std::vector<std::int64_t> shuffled(std::int64_t n, std::uint64_t seed, std::uint64_t stream = 0);

/// An order of samples for each epoch.
class Sampler {
 public:
  virtual ~Sampler() = default;
  /// Number of indices in an epoch.
  virtual std::int64_t size() const = 0;
  virtual std::vector<std::int64_t> order(std::uint64_t epoch) const = 0;
};

/// 0, 1, ..., n - 1 in every epoch.
class SequentialSampler : public Sampler {
 public:
  explicit SequentialSampler(std::int64_t n) : n_(n) {}
  std::int64_t size() const override { return n_; }
  std::vector<std::int64_t> order(std::uint64_t epoch) const override;

 private:
  std::int64_t n_;
};

/// A new permutation in every epoch.
class RandomSampler : public Sampler {
 public:
  RandomSampler(std::int64_t n, std::uint64_t seed) : n_(n), seed_(seed) {}
  std::int64_t size() const override { return n_; }
  std::vector<std::int64_t> order(std::uint64_t epoch) const override;

 private:
  std::int64_t n_;
  std::uint64_t seed_;
};

/// Cuts an order into batches; the last may be shorter unless it is dropped.
class BatchSampler {
 public:
  /// ValueError for a batch size below 1.
  BatchSampler(std::shared_ptr<const Sampler> sampler, std::int64_t batch_size,
               bool drop_last = false);
  /// Number of batches in an epoch.
  std::int64_t size() const;
  /// Goes to the beginning of an epoch.
  void set_epoch(std::uint64_t epoch) { order_ = sampler_->order(epoch); }
  /// The indices of batch i of the epoch that was set.
  std::span<const std::int64_t> batch(std::int64_t i) const;

 private:
  std::shared_ptr<const Sampler> sampler_;
  std::int64_t batch_size_;
  bool drop_last_;
  std::vector<std::int64_t> order_;
};

}  // namespace limpid
