#include "limpid/data/data_loader.h"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include "limpid/core/error.h"
#include "limpid/core/random.h"
#include "limpid/core/str.h"

namespace limpid {

namespace {

/// Throws the exception being handled again, of the same class of ours, with `prefix` in front.
[[noreturn]] void rethrow_with(const std::string& prefix) {
  try {
    throw;
  } catch (const ShapeError& e) {
    throw ShapeError(prefix + e.what());
  } catch (const DTypeError& e) {
    throw DTypeError(prefix + e.what());
  } catch (const DeviceError& e) {
    throw DeviceError(prefix + e.what());
  } catch (const IndexError& e) {
    throw IndexError(prefix + e.what());
  } catch (const ValueError& e) {
    throw ValueError(prefix + e.what());
  } catch (const FileError& e) {
    throw FileError(prefix + e.what());
  } catch (const GraphError& e) {
    throw GraphError(prefix + e.what());
  } catch (const std::exception& e) {
    throw Error(prefix + e.what());
  } catch (...) {
    throw Error(prefix + "threw something that is no exception");
  }
}

void check_at_least(const char* option, double value, double least) {
  if (!(value >= least))
    throw ValueError(
        str("DataLoader: ", option, " is ", value, "; it must be ", least, " or more"));
}

DataLoaderOptions checked(DataLoaderOptions options, const Dataset* dataset) {
  if (!dataset) throw ValueError("DataLoader: there is no dataset");
  check_at_least("batch_size", static_cast<double>(options.batch_size), 1);
  check_at_least("workers", options.workers, 0);
  check_at_least("prefetch", options.prefetch, 1);
  check_at_least("timeout", options.timeout, 0);
  if (options.workers > 1024)
    throw ValueError(str("DataLoader: ", options.workers, " workers; at most 1024 are possible"));
  if (options.shuffle && options.sampler)
    throw ValueError("DataLoader: give shuffle or a sampler, not both");
  const std::int64_t n = dataset->size();
  if (options.shuffle) options.sampler = std::make_shared<RandomSampler>(n, options.seed);
  else if (!options.sampler) options.sampler = std::make_shared<SequentialSampler>(n);
  return options;
}

}  // namespace

/// Threads that make the batches of one epoch. Batch n goes to slot n modulo the number of slots,
/// so that the consumer gets them in order, and a worker waits when it would be too far ahead.
class DataLoader::Workers {
 public:
  Workers(const DataLoader& loader, std::int64_t first)
      : loader_(loader),
        total_(loader.size()),
        claimed_(first),
        taken_(first),
        slots_(static_cast<std::size_t>(loader.options_.workers) *
               static_cast<std::size_t>(loader.options_.prefetch)),
        at_sample_(static_cast<std::size_t>(loader.options_.workers)) {
    try {
      for (std::size_t i = 0; i < at_sample_.size(); ++i)
        threads_.emplace_back([this, i] { work(at_sample_[i].index); });
    } catch (...) {  // the system has no more threads
      stop();
      throw;
    }
  }
  ~Workers() { stop(); }

  /// The next batch, or what was thrown in its place. Error after options.timeout seconds.
  Batch take() {
    std::unique_lock lock(mutex_);
    Slot& slot = slot_of(taken_);
    const auto ready = [&] { return slot.full; };
    if (const double timeout = loader_.options_.timeout; timeout == 0) {
      finished_.wait(lock, ready);
    } else if (!finished_.wait_for(lock, std::chrono::duration<double>(timeout), ready)) {
      throw Error(str("DataLoader: batch ", taken_, " was not ready within ", timeout, " s; ",
                      where_workers_are()));
    }
    const Slot got = std::exchange(slot, Slot{});
    ++taken_;
    lock.unlock();
    room_.notify_all();
    if (got.error) std::rethrow_exception(got.error);
    return got.batch;
  }

 private:
  struct Slot {
    bool full = false;
    Batch batch;
    std::exception_ptr error;
  };
  struct Progress {
    std::atomic<std::int64_t> index{-1};
  };

  Slot& slot_of(std::int64_t number) {
    return slots_[static_cast<std::size_t>(number) % slots_.size()];
  }
  bool has_room() const { return claimed_ - taken_ < static_cast<std::int64_t>(slots_.size()); }

  void work(std::atomic<std::int64_t>& at_sample) {
    std::unique_lock lock(mutex_);
    while (true) {
      room_.wait(lock, [&] { return stopped_ || claimed_ >= total_ || has_room(); });
      if (stopped_ || claimed_ >= total_) return;
      const std::int64_t number = claimed_++;
      lock.unlock();
      Slot made = make(number, at_sample);
      lock.lock();
      slot_of(number) = std::move(made);
      finished_.notify_one();
    }
  }

  Slot make(std::int64_t number, std::atomic<std::int64_t>& at_sample) const {
    Slot slot{.full = true, .batch = {}, .error = nullptr};
    try {
      slot.batch = loader_.make_batch(number, &at_sample);
    } catch (...) {
      slot.error = std::current_exception();
    }
    at_sample = -1;
    return slot;
  }

  std::string where_workers_are() const {
    std::string list;
    for (const Progress& p : at_sample_)
      if (p.index >= 0) list += str(list.empty() ? "" : ", ", p.index.load());
    return list.empty() ? "no worker is at a sample" : "workers are at sample " + list;
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    room_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  const DataLoader& loader_;
  const std::int64_t total_;
  std::mutex mutex_;
  std::condition_variable room_, finished_;
  std::int64_t claimed_, taken_;  // next batch to make, next one to hand out
  bool stopped_ = false;
  std::vector<Slot> slots_;
  std::vector<Progress> at_sample_;
  std::vector<std::thread> threads_;
};

DataLoader::DataLoader(std::shared_ptr<const Dataset> dataset, DataLoaderOptions options)
    : dataset_(std::move(dataset)),
      options_(checked(std::move(options), dataset_.get())),
      batches_(options_.sampler, options_.batch_size, options_.drop_last) {}

DataLoader::~DataLoader() = default;

DataLoader::Iterator DataLoader::begin() {
  workers_.reset();
  if (started_) {
    ++epoch_;
    position_ = 0;
  }
  started_ = true;
  batches_.set_epoch(epoch_);
  if (options_.workers > 0 && position_ < size())
    workers_ = std::make_unique<Workers>(*this, position_);
  return {this, advance()};
}

bool DataLoader::advance() {
  current_ = {};
  if (position_ >= size()) {
    workers_.reset();
    return false;
  }
  try {
    current_ = workers_ ? workers_->take() : make_batch(position_, nullptr);
  } catch (...) {
    workers_.reset();
    throw;
  }
  ++position_;
  return true;
}

Batch DataLoader::make_batch(std::int64_t number, std::atomic<std::int64_t>* at_sample) const {
  const std::span<const std::int64_t> indices = batches_.batch(number);
  const auto key = [&](std::int64_t index) {
    return sample_seed(options_.seed, epoch_, static_cast<std::uint64_t>(index));
  };
  if (!options_.collate) {
    Generator generator(key(indices[0]));
    const UseGenerator use(generator);
    if (std::optional<Batch> batch = dataset_->gather(indices)) return *std::move(batch);
  }
  std::vector<Sample> samples;
  samples.reserve(indices.size());
  for (const std::int64_t index : indices) {
    if (at_sample) *at_sample = index;
    Generator generator(key(index));
    const UseGenerator use(generator);
    try {
      samples.push_back(dataset_->get(index));
    } catch (...) {
      rethrow_with(str("sample ", index, ": "));
    }
  }
  return options_.collate ? options_.collate(samples) : stack_samples(samples, indices);
}

DataLoaderState DataLoader::state() const {
  if (started_ && position_ >= size()) return {options_.seed, epoch_ + 1, 0};
  return {options_.seed, epoch_, position_};
}

void DataLoader::set_state(const DataLoaderState& state) {
  if (state.seed != options_.seed)
    throw ValueError(str("DataLoader: the saved state has seed ", state.seed,
                         " but this loader has ", options_.seed));
  if (state.position < 0 || state.position > size())
    throw ValueError(str("DataLoader: the saved state is at batch ", state.position,
                         ", but an epoch has ", size()));
  workers_.reset();
  epoch_ = state.epoch;
  position_ = state.position;
  started_ = false;
}

}  // namespace limpid
