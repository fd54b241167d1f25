// The data loader: what it hands out does not depend on how many threads make it.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <set>
#include <string>
#include <thread>

#include "limpid/core/error.h"
#include "limpid/core/random.h"
#include "limpid/data/data_loader.h"
#include "limpid/tensor/creation.h"

namespace limpid::loader_test {

namespace {

using Indices = std::vector<std::int64_t>;

/// Samples made one by one: index, a random number, and whatever `before` does.
class Noisy : public Dataset {
 public:
  explicit Noisy(std::int64_t n, std::function<void(std::int64_t)> before = {})
      : n_(n), before_(std::move(before)) {}
  std::int64_t size() const override { return n_; }
  Sample get(std::int64_t i) const override {
    ++fetched;
    if (before_) before_(i);
    return {rand({2}), tensor({i}).view({})};
  }
  mutable std::atomic<int> fetched = 0;

 private:
  std::int64_t n_;
  std::function<void(std::int64_t)> before_;
};

struct Seen {
  Indices targets;
  std::vector<float> inputs;
  Indices batch_sizes;
  friend bool operator==(const Seen&, const Seen&) = default;
};

Seen epoch_of(DataLoader& loader) {
  Seen seen;
  for (const Batch& batch : loader) {
    const auto* target = batch.target.data<std::int64_t>();
    const auto* input = batch.input.data<float>();
    seen.targets.insert(seen.targets.end(), target, target + batch.target.numel());
    seen.inputs.insert(seen.inputs.end(), input, input + batch.input.numel());
    seen.batch_sizes.push_back(batch.target.size(0));
  }
  return seen;
}

void sleep_ms(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

}  // namespace

TEST_CASE("loader: order and randomness are the same for 0, 1 and 3 workers, epoch after epoch") {
  // Uneven work, so that workers finish out of order.
  const auto dataset = std::make_shared<Noisy>(23, [](std::int64_t i) {
    if (i % 5 == 0) sleep_ms(2);
  });
  std::vector<Seen> expected;
  for (const int workers : {0, 1, 3}) {
    DataLoader loader(dataset, {.batch_size = 4, .shuffle = true, .workers = workers, .seed = 7});
    for (std::size_t epoch = 0; epoch < 3; ++epoch) {
      const Seen seen = epoch_of(loader);
      if (workers == 0) expected.push_back(seen);
      CHECK(seen == expected[epoch]);
    }
  }
  CHECK(expected[0].batch_sizes == Indices{4, 4, 4, 4, 4, 3});
  CHECK(std::set(expected[0].targets.begin(), expected[0].targets.end()).size() == 23);
  CHECK(expected[0].targets != expected[1].targets);
  CHECK(std::set(expected[0].inputs.begin(), expected[0].inputs.end()).size() == 46);
  DataLoader other(dataset, {.batch_size = 4, .shuffle = true, .seed = 8});
  CHECK(epoch_of(other).targets != expected[0].targets);
}

TEST_CASE("loader: a sample's random numbers depend on its index, not on its batch") {
  const auto dataset = std::make_shared<Noisy>(6);
  DataLoader by_two(dataset, {.batch_size = 2}), by_three(dataset, {.batch_size = 3});
  CHECK(epoch_of(by_two).inputs == epoch_of(by_three).inputs);
}

TEST_CASE("loader: tensors are gathered, drop_last drops, an empty dataset has no batches") {
  const auto data =
      std::make_shared<TensorDataset>(arange(14).view({7, 2}).to(DType::f32), arange(7));
  for (const int workers : {0, 2}) {
    DataLoader all(data, {.batch_size = 3, .workers = workers});
    CHECK(all.size() == 3);
    CHECK(epoch_of(all).targets == Indices{0, 1, 2, 3, 4, 5, 6});
    DataLoader whole(data, {.batch_size = 3, .drop_last = true, .workers = workers});
    CHECK(epoch_of(whole).batch_sizes == Indices{3, 3});
    DataLoader none(std::make_shared<Subset>(data, Indices{}),
                    {.batch_size = 3, .workers = workers});
    CHECK(epoch_of(none).targets.empty());
  }
}

TEST_CASE("loader: a collate of one's own sees the samples") {
  const auto data = std::make_shared<TensorDataset>(ones({4, 2}), arange(4));
  DataLoader loader(data, {.batch_size = 2, .collate = [](std::span<const Sample> samples) {
                             return Batch{ones({1}), samples.back().target.view({1})};
                           }});
  CHECK(epoch_of(loader).targets == Indices{1, 3});
}

TEST_CASE("loader: an error reaches the consumer at its batch, with the sample, and all goes on") {
  bool broken = true;
  const auto dataset = std::make_shared<Noisy>(10, [&](std::int64_t i) {
    if (broken && i == 5) throw FileError("cannot read 'five.png'");
    if (broken && i == 9) throw std::runtime_error("nine");
  });
  for (const int workers : {0, 1, 3}) {
    broken = true;
    DataLoader loader(dataset, {.batch_size = 2, .workers = workers});
    int batches = 0;
    CHECK_THROWS_WITH_AS(
        [&] {
          for ([[maybe_unused]] const Batch& batch : loader) ++batches;
        }(),
        "sample 5: cannot read 'five.png'", FileError);
    CHECK(batches == 2);
    broken = false;
    CHECK(epoch_of(loader).targets.size() == 10);
  }
  broken = true;
  DataLoader last(std::make_shared<Subset>(dataset, Indices{9}), {.workers = 1});
  CHECK_THROWS_WITH_AS(last.begin(), "sample 0: nine", Error);
  DataLoader differing(std::make_shared<Noisy>(2),
                       {.batch_size = 2, .collate = [](auto) -> Batch { throw ShapeError("no"); }});
  CHECK_THROWS_AS(differing.begin(), ShapeError);
}

TEST_CASE("loader: prefetch is bounded, and leaving early stops the workers") {
  const auto dataset = std::make_shared<Noisy>(1000);
  {
    DataLoader loader(dataset, {.batch_size = 1, .workers = 3, .prefetch = 2});
    auto it = loader.begin();
    ++it;
    sleep_ms(50);
    CHECK(dataset->fetched <= 2 + 3 * 2);
    CHECK(it->target.item<std::int64_t>() == 1);
    it = loader.begin();  // begins epoch 1
    CHECK(it->target.item<std::int64_t>() == 0);
    CHECK(loader.state() == DataLoaderState{0, 1, 1});
  }
  const int fetched = dataset->fetched;
  sleep_ms(20);
  CHECK(dataset->fetched == fetched);
}

TEST_CASE("loader: a batch that takes too long is an error, and waiting may go on later") {
  std::atomic<bool> slow = true;
  const auto dataset = std::make_shared<Noisy>(4, [&](std::int64_t i) {
    if (slow && i == 2) sleep_ms(300);
  });
  DataLoader loader(dataset, {.workers = 1, .timeout = 0.05});
  auto it = loader.begin();
  ++it;
  CHECK_THROWS_WITH_AS(
      ++it, "DataLoader: batch 2 was not ready within 0.05 s; workers are at sample 2", Error);
  slow = false;
  CHECK(epoch_of(loader).targets == Indices{0, 1, 2, 3});
}

TEST_CASE("loader: its state goes on in another loader") {
  const auto dataset = std::make_shared<Noisy>(7);
  const DataLoaderOptions options{.batch_size = 2, .shuffle = true, .workers = 2, .seed = 3};
  DataLoader first(dataset, options);
  epoch_of(first);
  CHECK(first.state() == DataLoaderState{3, 1, 0});
  const Seen whole = epoch_of(first);
  CHECK(first.state() == DataLoaderState{3, 2, 0});

  DataLoader second(dataset, options);
  second.set_state({3, 1, 3});
  CHECK(second.state() == DataLoaderState{3, 1, 3});
  CHECK(epoch_of(second).targets == Indices{whole.targets.back()});
  second.set_state({3, 1, 0});
  CHECK(epoch_of(second) == whole);
  CHECK_THROWS_AS(second.set_state({4, 0, 0}), ValueError);
  CHECK_THROWS_AS(second.set_state({3, 0, 5}), ValueError);
  CHECK_THROWS_AS(second.set_state({3, 0, -1}), ValueError);
}

TEST_CASE("loader: options out of range are refused") {
  const auto dataset = std::make_shared<Noisy>(4);
  const auto refuses = [&](DataLoaderOptions options, const char* message) {
    CHECK_THROWS_WITH_AS(DataLoader(dataset, options), doctest::Contains(message), ValueError);
  };
  refuses({.batch_size = 0}, "batch_size is 0; it must be 1 or more");
  refuses({.batch_size = -1}, "batch_size is -1");
  refuses({.workers = -1}, "workers is -1");
  refuses({.workers = 5000}, "at most 1024");
  refuses({.prefetch = 0}, "prefetch is 0");
  refuses({.timeout = -1}, "timeout is -1");
  refuses({.shuffle = true, .sampler = std::make_shared<SequentialSampler>(4)}, "not both");
  CHECK_THROWS_AS(DataLoader(nullptr), ValueError);
}

}  // namespace limpid::loader_test
