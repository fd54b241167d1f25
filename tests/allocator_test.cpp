// Memory: statistics, blocks that come back, threads, and none left.

#include "limpid/tensor/allocator.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <thread>
#include <vector>

#include "limpid/tensor/creation.h"
#include "tests/elements.h"
#include "tests/thrown.h"

namespace limpid::allocator_test {

using namespace testing;

// ---- memory

TEST_CASE("allocator: statistics of large blocks are exact, and blocks come back") {
  if (!detail::kPooling) return;  // sanitizers see every block by itself
  empty_cache();
  reset_peak_memory();
  const MemoryStats start = memory_stats();
  CHECK(start.reserved == start.in_use + start.cached);
  const std::size_t mib = std::size_t{1} << 20;
  void* block = allocate(8 * mib);
  MemoryStats now = memory_stats();
  CHECK(reinterpret_cast<std::uintptr_t>(block) % 64 == 0);
  CHECK(now.in_use == start.in_use + 8 * mib);
  CHECK(now.large_blocks == start.large_blocks + 1);
  CHECK(now.system_calls == start.system_calls + 1);
  CHECK(now.peak_in_use == start.peak_in_use + 8 * mib);
  CHECK(now.reserved == start.reserved + 8 * mib);
  std::memset(block, 1, 8 * mib);
  deallocate(block, 8 * mib);
  now = memory_stats();
  CHECK(now.in_use == start.in_use);
  CHECK(now.cached == start.cached + 8 * mib);
  CHECK(now.large_blocks == start.large_blocks);
  CHECK(now.peak_in_use == start.peak_in_use + 8 * mib);
  void* again = allocate(8 * mib - 100);  // the same rounded size
  CHECK(again == block);
  CHECK(memory_stats().system_calls == start.system_calls + 1);
  CHECK(memory_stats().cached == start.cached);
  void* other = allocate(8 * mib + 1);  // another size: a block of its own
  CHECK(other != block);
  CHECK(memory_stats().system_calls == start.system_calls + 2);
  CHECK(memory_stats().in_use - start.in_use <= (16 + 2) * mib);
  deallocate(other, 8 * mib + 1);
  deallocate(again, 8 * mib - 100);
  reset_peak_memory();
  CHECK(memory_stats().peak_in_use == start.peak_in_use);
  empty_cache();
  now = memory_stats();
  CHECK(now.reserved == start.reserved);
  CHECK(now.cached == start.cached);
  CHECK(now.in_use == start.in_use);
}

TEST_CASE("allocator: the summary has a line for each of the statistics") {
  const std::string text = memory_summary();
  for (const char* name :
       {"in use", "peak (large)", "cached", "reserved", "packed", "large blocks", "system calls"})
    CHECK(text.find(name) != std::string::npos);
}

TEST_CASE("allocator: what kernels keep with weights is counted both ways") {
  const std::size_t before = memory_stats().packed;
  count_packed(1000);
  CHECK(memory_stats().packed == before + 1000);
  count_packed(-1000);
  CHECK(memory_stats().packed == before);
}

TEST_CASE("allocator: rounding wastes at most an eighth") {
  if (!detail::kPooling) return;
  for (std::size_t bytes : {1025u, 1100u, 5000u, 123456u, 1u << 20, (1u << 20) + 1}) {
    const std::size_t before = memory_stats().in_use;
    void* block = allocate(bytes);
    const std::size_t used = memory_stats().in_use - before;
    CHECK(used >= bytes);
    CHECK(used <= bytes + bytes / 8 + 1);
    deallocate(block, bytes);
    CHECK(memory_stats().in_use == before);
  }
}

TEST_CASE("allocator: small blocks are aligned, apart and used again") {
  for (std::size_t bytes : {0u, 1u, 64u, 65u, 500u, 1023u, 1024u}) {
    std::vector<char*> blocks;
    for (int i = 0; i < 300; ++i) {
      blocks.push_back(static_cast<char*>(allocate(bytes)));
      std::memset(blocks.back(), i, bytes);
    }
    for (int i = 0; i < 300; ++i) {
      char* block = blocks[static_cast<std::size_t>(i)];
      CHECK(reinterpret_cast<std::uintptr_t>(block) % 64 == 0);
      CHECK(std::all_of(block, block + bytes, [&](char c) { return c == static_cast<char>(i); }));
    }
    const std::size_t used = memory_stats().in_use;
    for (char* block : blocks) deallocate(block, bytes);
    const std::size_t rounded = std::max<std::size_t>((bytes + 63) / 64 * 64, 64);
    if (detail::kPooling) {
      CHECK(used - memory_stats().in_use == 300 * rounded);
      void* one = allocate(bytes);
      CHECK(one == blocks.back());  // last in, first out: warm in the cache
      deallocate(one, bytes);
    }
  }
}

TEST_CASE("allocator: many small blocks neither leak nor grow without end") {
  if (!detail::kPooling) return;
  const std::size_t before = memory_stats().in_use;
  std::vector<void*> blocks;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 20000; ++i) blocks.push_back(allocate(200));
    CHECK(memory_stats().in_use == before + 20000 * 256);
    for (void* block : blocks) deallocate(block, 200);
    blocks.clear();
    CHECK(memory_stats().in_use == before);
  }
  const std::size_t reserved = memory_stats().reserved;
  for (int i = 0; i < 20000; ++i) blocks.push_back(allocate(200));
  CHECK(memory_stats().reserved == reserved);  // all of them were there already
  for (void* block : blocks) deallocate(block, 200);
}

TEST_CASE(
    "allocator: blocks freed by another thread, and blocks of a thread that ended, come back") {
  if (!detail::kPooling) return;
  const std::size_t before = memory_stats().in_use;
  std::vector<void*> blocks;
  for (int i = 0; i < 10000; ++i) blocks.push_back(allocate(100));
  CHECK(memory_stats().in_use == before + 10000 * 128);
  std::thread([&] {  // this thread only frees
    for (void* block : blocks) deallocate(block, 100);
    CHECK(memory_stats().in_use == before);
  })
      .join();
  CHECK(memory_stats().in_use == before);
  blocks.clear();
  std::thread([&] {
    for (int i = 0; i < 10000; ++i) blocks.push_back(allocate(100));
  }).join();
  CHECK(memory_stats().in_use == before + 10000 * 128);
  const std::size_t reserved = memory_stats().reserved;
  for (void* block : blocks) deallocate(block, 100);
  for (int i = 0; i < 50; ++i)
    std::thread([] {
      std::vector<Tensor> tensors;
      for (int k = 0; k < 100; ++k) tensors.push_back(zeros({3}));
      deallocate(allocate(1), 1);  // the smallest blocks, too
    }).join();
  CHECK(memory_stats().in_use == before);
  CHECK(memory_stats().reserved == reserved);
}

namespace {
struct LateUser {  // its destructor runs after the thread's pool was handed back
  Tensor tensor;
  ~LateUser() { tensor = tensor + zeros({3}); }
};
}  // namespace

TEST_CASE("allocator: a thread may still allocate and free while it ends") {
  const std::size_t before = memory_stats().in_use;
  for (int i = 0; i < 20; ++i)
    std::thread([] {
      static thread_local LateUser user;
      user.tensor = zeros({3});
    }).join();
  if (detail::kPooling) CHECK(memory_stats().in_use == before);
}

TEST_CASE("allocator: out of memory is an Error that names the size, and everything goes on") {
  if (!detail::kPooling) return;
  const Tensor kept = full({1000}, 7.0);
  { const Tensor cached = zeros({1 << 20}); }
  const MemoryStats before = memory_stats();
  const std::int64_t petabyte = std::int64_t{1} << 50;
  CHECK_SAYS(Error, "out of memory: 1125899906842", empty({petabyte}, {.dtype = DType::u8}));
  CHECK_SAYS(Error, "zeros of shape (1125899906842624,): out of memory", zeros({petabyte}));
  CHECK_SAYS(Error, "out of memory", randperm(petabyte / 8));
  CHECK_SAYS(Error, "out of memory", arange(petabyte / 8));
  CHECK_SAYS(Error, "add: out of memory", ones({1}).expand({petabyte}) + ones({1}));
  CHECK(memory_stats().in_use == before.in_use);
  CHECK(memory_stats().cached < before.cached + 65536);
  CHECK(elements(kept + ones({1000})) == Doubles(1000, 8));
}

}  // namespace limpid::allocator_test
