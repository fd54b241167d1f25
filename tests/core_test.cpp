// The core: devices, errors, random numbers, iteration, and what is smaller.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numbers>
#include <set>
#include <thread>
#include <vector>

#include "limpid/core/device.h"
#include "limpid/core/dtype.h"
#include "limpid/core/int_pair.h"
#include "limpid/core/int_triple.h"
#include "limpid/core/interrupt.h"
#include "limpid/core/layer_path.h"
#include "limpid/core/machine_memory.h"
#include "limpid/core/place.h"
#include "limpid/core/random.h"
#include "limpid/core/refcount.h"
#include "limpid/core/rows.h"
#include "limpid/core/shape.h"
#include "limpid/core/shell_word.h"
#include "limpid/core/str.h"
#include "limpid/core/view.h"
#include "limpid/core/walk.h"
#include "tests/scratch_folder.h"
#include "tests/thrown.h"

namespace limpid::core_test {

using namespace testing;

// ---- devices, errors, layers

TEST_CASE("devices: names and messages") {
  CHECK(Device("cpu") == kCpu);
  CHECK(Device("meta") == kMeta);
  CHECK(Device("cuda") == Device(DeviceType::cuda, 0));
  CHECK(Device("cuda:3") == Device(DeviceType::cuda, 3));
  CHECK(to_string(Device("cuda:3")) == "cuda:3");
  CHECK(to_string(kCpu) == "cpu");
  CHECK(to_string(kMeta) == "meta");
  CHECK_SAYS(DeviceError, "there is no device 'gpu'; write cpu, meta, cuda or cuda:N",
             Device("gpu"));
  CHECK_SAYS(DeviceError, "needs a number from 0 to 255", Device("cuda:"));
  CHECK_SAYS(DeviceError, "needs a number from 0 to 255", Device("cuda:1x"));
  CHECK_SAYS(DeviceError, "needs a number from 0 to 255", Device("cuda:256"));
  CHECK_SAYS(DeviceError, "needs a number from 0 to 255", Device("cuda:-1"));
  CHECK_SAYS(DeviceError, "there is one cpu device, so 'cpu:1' does not exist", Device("cpu:1"));
  CHECK(Device("cpu:0") == kCpu);
  CHECK(is_available(kCpu));
  CHECK(is_available(kMeta));
  CHECK(!is_available(Device("cuda")));
  CHECK_NOTHROW(require_available(kMeta));
  CHECK_SAYS(DeviceError,
             "device cuda:1 is not here: this build of limpid has no CUDA; devices here "
             "are cpu and meta",
             require_available(Device("cuda:1")));
}

TEST_CASE("errors: only the innermost op is named") {
  ShapeError error("sizes differ");
  CHECK(!error.has_context());
  error.add_context("conv2d", "input (2, 3)");
  CHECK(std::string(error.what()) == "conv2d: sizes differ [input (2, 3)]");
  CHECK(error.has_context());
  error.add_context("outer", "else");
  CHECK(std::string(error.what()) == "conv2d: sizes differ [input (2, 3)]");
  ValueError bare("wrong");
  bare.add_context("", "");
  CHECK(std::string(bare.what()) == "wrong");
}

TEST_CASE("the path of layers follows scopes, for each thread") {
  CHECK(current_layer_path() == "");
  {
    const LayerScope backbone("backbone");
    const LayerScope unnamed("");
    {
      const LayerScope stem("stem"), conv("conv");
      CHECK(current_layer_path() == "backbone.stem.conv");
      std::string elsewhere = "?";
      std::thread([&] { elsewhere = current_layer_path(); }).join();
      CHECK(elsewhere == "");
    }
    CHECK(current_layer_path() == "backbone");
  }
  CHECK(current_layer_path() == "");
}

// ---- random numbers

TEST_CASE("philox gives Random123's known answers") {
  using Words = std::array<std::uint32_t, 4>;
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  const std::uint32_t ones = 0xffffffff;
  CHECK(philox({ones, ones, ones, ones}, {ones, ones}) ==
        Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("a stream is philox at offset + i under the seed") {
  const std::uint64_t seed = 0x299f31d0a4093822, offset = 0x85a308d3243f6a80;
  const RandomStream random{seed, offset};
  for (std::uint64_t i = 0; i < 40; ++i) {
    const std::uint64_t block = offset + i / 4;
    const auto words =
        philox({static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32), 0, 0},
               {0xa4093822, 0x299f31d0});
    CHECK(random.bits(i) == words[i % 4]);
    const auto pair = random.block(i / 2);
    CHECK(random.bits64(i) == (std::uint64_t{pair[i % 2 * 2]} << 32 | pair[i % 2 * 2 + 1]));
    CHECK(random.uniform(i) == static_cast<float>(random.bits(i) >> 8) / 16777216.0f);
    CHECK(random.uniform64(i) == static_cast<double>(random.bits64(i) >> 11) / 9007199254740992.0);
    const double u = (pair[i % 2 * 2] + 1.0) / 4294967296.0, v = pair[i % 2 * 2 + 1] / 4294967296.0;
    const double normal = std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
    CHECK(std::abs(random.normal(i) - normal) < 1e-12);
  }
  CHECK(RandomStream::unit(0xffffffff) == 1 - 0x1p-24f);
  CHECK(RandomStream::unit(0) == 0);
}

TEST_CASE("uniform and normal numbers have the moments they should") {
  const RandomStream random{42, 0};
  constexpr int n = 200000;
  double u1 = 0, u2 = 0, n1 = 0, n2 = 0, n3 = 0, n4 = 0, both = 0, low = 1, high = 0, before = 0;
  for (int i = 0; i < n; ++i) {
    const auto k = static_cast<std::uint64_t>(i);
    const double u = random.uniform(k), v = random.uniform64(k), z = random.normal(k);
    low = std::min({low, u, v});
    high = std::max({high, u, v});
    u1 += u;
    u2 += u * u;
    n1 += z;
    n2 += z * z;
    n3 += z * z * z;
    n4 += z * z * z * z;
    both += z * before;  // neighbours are independent
    before = z;
  }
  CHECK(low >= 0);
  CHECK(low < 1e-4);
  CHECK(high < 1);
  CHECK(high > 1 - 1e-4);
  CHECK(std::abs(u1 / n - 0.5) < 0.003);  // bounds: more than four standard errors
  CHECK(std::abs(u2 / n - 1 / 3.0) < 0.003);
  CHECK(std::abs(n1 / n) < 0.01);
  CHECK(std::abs(n2 / n - 1) < 0.015);
  CHECK(std::abs(n3 / n) < 0.04);
  CHECK(std::abs(n4 / n - 3) < 0.1);
  CHECK(std::abs(both / n) < 0.01);
}

TEST_CASE("a generator hands out parts that do not overlap, to any number of threads") {
  Generator generator(7);
  CHECK(generator.seed() == 7);
  CHECK(generator.reserve(1).offset == 0);
  CHECK(generator.reserve(4).offset == 1);
  CHECK(generator.reserve(5).offset == 2);
  CHECK(generator.reserve(0).offset == 4);
  CHECK(generator.offset() == 4);
  generator.set_state(9, 100);
  CHECK(generator.reserve(1).seed == 9);
  CHECK(generator.offset() == 101);
  generator.manual_seed(3);
  CHECK(generator.offset() == 0);
  std::vector<std::uint64_t> offsets[4];
  std::vector<std::thread> threads;
  for (auto& mine : offsets)
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) mine.push_back(generator.reserve(5).offset);
    });
  for (std::thread& t : threads) t.join();
  std::set<std::uint64_t> all;
  for (const auto& mine : offsets) all.insert(mine.begin(), mine.end());
  CHECK(all.size() == 4000);
  CHECK(*all.begin() == 0);
  CHECK(*all.rbegin() == 7998);
  CHECK(generator.offset() == 8000);
}

TEST_CASE("UseGenerator nests and holds for its thread only") {
  Generator one(1), two(2);
  Generator& shared = default_generator();
  {
    const UseGenerator use_one(one);
    CHECK(&default_generator() == &one);
    {
      const UseGenerator use_two(two);
      CHECK(&default_generator() == &two);
      manual_seed(22);
      CHECK(two.seed() == 22);
      Generator* elsewhere = nullptr;
      std::thread([&] { elsewhere = &default_generator(); }).join();
      CHECK(elsewhere == &shared);
    }
    CHECK(&default_generator() == &one);
    CHECK(one.seed() == 1);
  }
  CHECK(&default_generator() == &shared);
}

// ---- iteration

TEST_CASE("walk visits every index once, last axis fastest") {
  const Shape shape{2, 3, 4};
  const Strides rows = contiguous_strides(shape), odd{-7, 0, 100};
  std::vector<std::int64_t> seen, other;
  walk<2>(shape, {rows.data(), odd.data()}, [&](const auto& at) {
    seen.push_back(at[0]);
    other.push_back(at[1]);
  });
  REQUIRE(seen.size() == 24);
  for (std::int64_t i = 0; i < 24; ++i) {
    CHECK(seen[static_cast<std::size_t>(i)] == i);
    CHECK(other[static_cast<std::size_t>(i)] == -7 * (i / 12) + 100 * (i % 4));
  }
  int calls = 0;
  walk<1>(Shape{}, {nullptr}, [&](const auto& at) { calls += 1 + static_cast<int>(at[0]); });
  CHECK(calls == 1);
  walk<1>(Shape{3, 0, 2}, {rows.data()}, [&](const auto&) { ++calls; });
  CHECK(calls == 1);
  Shape ones(64);
  for (std::int64_t& size : ones) size = 1;
  ones[0] = ones[63] = 2;
  const Strides steps = contiguous_strides(ones);
  std::int64_t total = 0;
  walk<1>(ones, {steps.data()}, [&](const auto& at) { total += at[0]; });
  CHECK(total == 0 + 1 + 2 + 3);
}

TEST_CASE("rows along an axis, and a 0-d view as a row of one") {
  const Shape shape{2, 3, 4};
  const Strides strides = contiguous_strides(shape);
  const AnyView view{nullptr, shape.data(), strides.data(), 24, 3, DType::f32, true};
  CHECK(row_length(view, 1) == 3);
  CHECK(row_step(view, 1) == 4);
  std::vector<std::int64_t> first;
  walk_rows<1>(shape, 1, {strides.data()}, [&](const auto& at) { first.push_back(at[0]); });
  CHECK(first == std::vector<std::int64_t>{0, 1, 2, 3, 12, 13, 14, 15});
  const AnyView one{nullptr, nullptr, nullptr, 1, 0, DType::f32, true};
  CHECK(row_length(one, 0) == 1);
  CHECK(row_step(one, 0) == 0);
  CHECK(one.defined());
  CHECK(!AnyView{}.defined());
  CHECK(place_of(17, shape) == Shape{1, 1, 1});
  CHECK(place_of(0, Shape{}) == Shape{});
}

TEST_CASE("a view finds an element by its index") {
  const Shape shape{2, 3};
  const Strides strides{3, 1};
  int data[] = {0, 1, 2, 3, 4, 5};
  const TensorView<int> view{data, shape.data(), strides.data(), 6, 2};
  CHECK(view.at({0, 1}) == 1);
  CHECK(view.at({1, 2}) == 5);
}

namespace {
int polls = 0;
}  // namespace

TEST_CASE("long work polls for interrupts after 2^22 elements, or 4096 steps") {
  set_interrupt_poll([] { ++polls; });
  InterruptMeter meter;
  const auto steps = [&](int count, std::int64_t elements) {
    polls = 0;
    for (int i = 0; i < count; ++i) meter.step(elements);
    return polls;
  };
  CHECK(steps(1, (1 << 22) - 1024) == 1);
  CHECK(steps(2049, 1023) == 0);
  CHECK(steps(1, 1023) == 1);
  CHECK(steps(4095, 0) == 0);
  CHECK(steps(1, 0) == 1);
  set_interrupt_poll(nullptr);
}

TEST_CASE("strides of a broadcast view") {
  const Shape shape{3, 1};
  const Strides strides{5, 7};
  const AnyView view{nullptr, shape.data(), strides.data(), 3, 2, DType::f32, false};
  const Shape target{4, 3, 6};
  CHECK(broadcast_strides(view, target) == Strides{0, 5, 0});
  const Shape own{3, 1};
  CHECK(broadcast_strides(view, own) == Strides{5, 0});
}

TEST_CASE("references: the last owner destroys, and only the last") {
  const Refcount count;
  CHECK(count.value() == 1);
  count.increment();
  CHECK(count.value() == 2);
  CHECK_FALSE(count.decrement());
  CHECK(count.value() == 1);
  CHECK(count.decrement());

  static int alive = 0;
  struct Thing {
    Refcount references;
    static void destroy(Thing* thing) { delete thing, --alive; }
  };
  using Owner = Ptr<Thing>;
  Owner first = Owner::adopt((++alive, new Thing)), none;
  CHECK(static_cast<bool>(first));
  CHECK_FALSE(static_cast<bool>(none));
  {
    const Owner second = first, third = Owner::share(first.get()), nobody = none;
    CHECK(first->references.value() == 3);
    CHECK(third.get() == first.get());
    CHECK(nobody.get() == nullptr);
  }
  CHECK(first->references.value() == 1);
  none = std::move(first);
  CHECK(first.get() == nullptr);
  CHECK(alive == 1);
  none = Owner();
  CHECK(alive == 0);
}

TEST_CASE("memory: the machine's, or a container's where that is less") {
  CHECK(machine_memory() > 100'000'000);
  CHECK(machine_memory() < std::int64_t{1} << 50);  // "no limit" of cgroups is beyond
  const ScratchFolder folder;
  const std::string least = folder / "least", less = folder / "less", word = folder / "word";
  std::ofstream(least) << 1 << '\n';
  std::ofstream(less) << 700 << '\n';
  std::ofstream(word) << "max\n";
  const auto within = [](std::int64_t bytes, std::vector<std::string> names) {
    std::vector<const char*> files;
    for (const std::string& name : names) files.push_back(name.c_str());
    return within_limits(bytes, files);
  };
  CHECK(within(1000, {less, word}) == 700);
  CHECK(within(1000, {less, least}) == 1);
  CHECK(within(500, {less}) == 500);
  CHECK(within(1, {less}) == 1);
  CHECK(within(1000, {word, folder / "missing"}) == 1000);
  CHECK(within(0, {less}) == 700);
  CHECK(within(0, {word}) == 0);
}

TEST_CASE("sizes along several axes read as they are written") {
  CHECK(to_string(IntPair(2, 1)) == "(2, 1)");
  CHECK(to_string(IntTriple(3, 2, 1)) == "(3, 2, 1)");
}

TEST_CASE("str joins texts, numbers and what has a to_string") {
  CHECK(str("a", 1, ' ', true, " ", 0.25, " ", Shape{2}, std::string("z"), DType::i8) ==
        "a1 true 0.25 (2,)zint8");
  CHECK(str() == "");
}

TEST_CASE("shell word: what a shell reads back as the same path") {
  CHECK(shell_word("runs/digits-mlp-20260101.1") == "runs/digits-mlp-20260101.1");
  CHECK(shell_word("\u00fcn\u00ef") == "\u00fcn\u00ef");
  CHECK(shell_word("azAZ09") == "azAZ09");
  CHECK(shell_word("my run") == "'my run'");
  CHECK(shell_word("-x") == "./-x");
  CHECK(shell_word("-a b") == "'./-a b'");
  CHECK(shell_word("it's $HOME") == "'it'\\''s $HOME'");
  CHECK(shell_word("~/run") == "'~/run'");
  CHECK(shell_word("") == "''");
}

}  // namespace limpid::core_test
