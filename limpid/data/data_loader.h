#pragma once
// Batches of a dataset, epoch after epoch, made by worker threads ahead of their use:
//
//   DataLoader loader(dataset, {.batch_size = 32, .shuffle = true, .workers = 2, .seed = 7});
//   for (const Batch& batch : loader) train(batch.input, batch.target);
//
// Order and randomness depend on (seed, epoch, index) alone, not on the number of workers: every
// sample is fetched under a generator of its own.

#include <atomic>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <span>

#include "limpid/data/dataset.h"
#include "limpid/data/sampler.h"

namespace limpid {

struct DataLoaderOptions {
  std::int64_t batch_size = 1;
  bool shuffle = false;    ///< a new order in every epoch
  bool drop_last = false;  ///< leave out a last batch that is shorter than the others
  int workers = 0;         ///< threads that fetch samples; 0: the caller's own
  int prefetch = 2;        ///< finished batches that a worker may be ahead
  std::uint64_t seed = 0;
  double timeout = 0.0;  ///< seconds to wait for a batch; 0: for ever
  std::function<Batch(std::span<const Sample>)> collate = {};  ///< empty: stack_samples
  std::shared_ptr<const Sampler> sampler = nullptr;            ///< instead of `shuffle`
};

/// Where a loader stands: enough to go on from there in another process.
struct DataLoaderState {
  std::uint64_t seed = 0;
  std::uint64_t epoch = 0;
  std::int64_t position = 0;  ///< batches of this epoch that were handed out
  friend bool operator==(const DataLoaderState&, const DataLoaderState&) = default;
};

class DataLoader {
 public:
  class Iterator;

  /// ValueError for options out of range.
  explicit DataLoader(std::shared_ptr<const Dataset> dataset, DataLoaderOptions options = {});
  /// Stops the workers; waits for the samples that they are fetching right now.
  ~DataLoader();
  DataLoader(const DataLoader&) = delete;
  DataLoader& operator=(const DataLoader&) = delete;

  /// Number of batches in an epoch.
  std::int64_t size() const { return batches_.size(); }

  /// Begins the next epoch (the first one is epoch 0), whether or not the last one was seen to its
  /// end; after set_state, goes on from there. An error of the dataset comes out of begin() or ++
  /// at the batch that it belongs to, with "sample 17: " in front; the next begin() works again.
  Iterator begin();
  std::default_sentinel_t end() const { return {}; }

  DataLoaderState state() const;
  /// The next begin() hands out the batch at `state.position`. ValueError for a position beyond the
  /// end or another seed.
  void set_state(const DataLoaderState& state);

 private:
  class Workers;
  Batch make_batch(std::int64_t number, std::atomic<std::int64_t>* at_sample) const;
  bool advance();  // false at the end of the epoch

  std::shared_ptr<const Dataset> dataset_;
  DataLoaderOptions options_;
  BatchSampler batches_;
  std::uint64_t epoch_ = 0;
  std::int64_t position_ = 0;
  bool started_ = false;  // epoch_ was begun
  Batch current_;
  std::unique_ptr<Workers> workers_;
};

/// Goes through one epoch. There is one at a time: begin() ends the former.
class DataLoader::Iterator {
 public:
  using value_type = Batch;
  using difference_type = std::ptrdiff_t;

  const Batch& operator*() const { return loader_->current_; }
  const Batch* operator->() const { return &loader_->current_; }
  Iterator& operator++() {
    more_ = loader_->advance();
    return *this;
  }
  void operator++(int) { ++*this; }
  friend bool operator==(const Iterator& it, std::default_sentinel_t) { return !it.more_; }

 private:
  friend class DataLoader;
  Iterator(DataLoader* loader, bool more) : loader_(loader), more_(more) {}
  DataLoader* loader_;
  bool more_;
};

}  // namespace limpid
