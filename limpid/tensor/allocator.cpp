#include "limpid/tensor/allocator.h"

#include <bit>
#include <mutex>
#include <new>
#include <unordered_map>
#include <vector>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#if defined(__linux__) && __has_include(<sys/mman.h>)
#include <sys/mman.h>
#endif

namespace limpid {
namespace detail {

constinit thread_local ThreadPool thread_pool;

namespace {

constexpr std::align_val_t kAlignment{64};
constexpr std::size_t kSlab = std::size_t{64} << 10;
constexpr std::uint32_t kBatch = 256;  // blocks that move between a thread and the shared list

/// Everything the threads share, behind one lock. Never destroyed: tensors may outlive main().
struct Shared {
  std::mutex mutex;
  FreeBlock* free[kPoolClasses] = {};
  std::size_t free_count[kPoolClasses] = {};
  std::size_t slab_bytes = 0;
  std::vector<ThreadPool*> threads;
  std::unordered_map<std::size_t, std::vector<void*>> cache;  // large blocks by rounded size
  MemoryStats large;
};
Shared& shared() {
  static Shared* const instance = new Shared;
  return *instance;
}

/// Pages of 2 MiB where a block has whole ones: a first touch then costs a 500th, and a loop over
/// many rows does not wait for the table of pages. Linux gives them to those who ask.
constexpr std::size_t kHugePage = std::size_t{2} << 20;

std::align_val_t alignment(std::size_t bytes) {
  return bytes >= kHugePage ? std::align_val_t{kHugePage} : kAlignment;
}

void* system_allocate(std::size_t bytes) {
  void* block = ::operator new(bytes, alignment(bytes), std::nothrow);
#if defined(MADV_HUGEPAGE)
  const std::size_t whole = bytes / kHugePage * kHugePage;  // mutate: equivalent -- about speed
  if (block && whole) (void)::madvise(block, whole, MADV_HUGEPAGE);  // mutate: equivalent -- so
#endif
  return block;
}
void system_free(void* block, std::size_t bytes) { ::operator delete(block, alignment(bytes)); }

void push(FreeBlock*& list, FreeBlock* block) {
  block->next = list;
  list = block;
}
FreeBlock* pop(FreeBlock*& list) {
  FreeBlock* block = list;
  list = block->next;
  return block;
}

void give_back(ThreadPool& pool, unsigned c, std::uint32_t blocks) {  // under the lock
  Shared& s = shared();
  for (std::uint32_t i = 0; i < blocks && pool.free[c]; ++i) {
    push(s.free[c], pop(pool.free[c]));
    ++s.free_count[c];
    bump(pool.count[c], static_cast<std::uint32_t>(-1));
  }
}

/// Returns a thread's blocks when it ends. What is freed later still (by destructors of other
/// thread-locals) goes straight to the shared lists.
struct ThreadExit {
  ~ThreadExit() {
    ThreadPool& pool = thread_pool;
    std::lock_guard lock(shared().mutex);
    for (unsigned c = kPoolClasses; c-- > 0;) give_back(pool, c, UINT32_MAX);
    std::erase(shared().threads, &pool);
    pool.limit = 0;
    pool.ended = true;
  }
};

void register_thread(ThreadPool& pool) {  // under the lock
  if (pool.limit || pool.ended) return;
  static thread_local ThreadExit on_exit;
  (void)on_exit;
  shared().threads.push_back(&pool);
  pool.limit = kPoolBlocks;
}

void release_cache() {  // under the lock
  Shared& s = shared();
  for (auto& [size, blocks] : s.cache) {
    for (void* block : blocks) system_free(block, size);
    s.large.reserved -= size * blocks.size();
    s.large.cached -= size * blocks.size();
    blocks.clear();
  }
}

/// Memory from the system, for a request of `asked` bytes; what is cached makes room if need be.
/// Under the lock.
void* take_from_system(std::size_t bytes, std::size_t asked) {
  for (bool again : {false, true}) {
    if (again) release_cache();
    if (void* block = system_allocate(bytes)) {
      ++shared().large.system_calls;
      return block;
    }
  }
  throw Error(str("out of memory: ", asked, " bytes (", asked >> 20, " MiB) could not be had; ",
                  shared().large.in_use >> 20, " MiB are in use by tensors"));
}

/// Eight sizes a power of two, so that at most an eighth of a block is unused.
std::size_t rounded(std::size_t bytes) {
  const std::size_t step = std::bit_floor(bytes) / 8;
  return (bytes + step - 1) / step * step;
}

}  // namespace

[[gnu::cold]] void* pool_refill(unsigned c) {
  ThreadPool& pool = thread_pool;
  Shared& s = shared();
  std::lock_guard lock(s.mutex);
  register_thread(pool);
  const std::size_t size = (c + 1) * kPoolGranule;
  if (!s.free[c]) {
    char* slab = static_cast<char*>(take_from_system(kSlab, kSlab));
    s.slab_bytes += kSlab / size * size;  // the rest is never handed out
    for (std::size_t at = kSlab / size * size; at > 0;) {
      at -= size;
      push(s.free[c], reinterpret_cast<FreeBlock*>(slab + at));
      ++s.free_count[c];
    }
  }
  const std::uint32_t wanted = pool.ended ? 1 : kBatch;
  for (std::uint32_t i = 0; i < wanted && s.free[c]; ++i) {
    push(pool.free[c], pop(s.free[c]));
    --s.free_count[c];
    bump(pool.count[c], 1);
  }
  bump(pool.count[c], static_cast<std::uint32_t>(-1));
  return pop(pool.free[c]);
}

[[gnu::cold]] void pool_overflow(unsigned c) {
  std::lock_guard lock(shared().mutex);
  ThreadPool& pool = thread_pool;
  register_thread(pool);
  if (pool.count[c].load(std::memory_order_relaxed) > pool.limit)
    give_back(pool, c, pool.ended ? UINT32_MAX : kPoolBlocks / 2);
}

void* allocate_large(std::size_t bytes) {
  const std::size_t size = kPooling ? rounded(bytes) : bytes;
  Shared& s = shared();
  std::lock_guard lock(s.mutex);
  void* block = nullptr;
  if (auto found = s.cache.find(size); found != s.cache.end() && !found->second.empty()) {
    block = found->second.back();
    found->second.pop_back();
    s.large.cached -= size;
  } else {
    block = take_from_system(size, bytes);
    s.large.reserved += size;
  }
  s.large.in_use += size;
  ++s.large.large_blocks;
  s.large.peak_in_use = std::max(s.large.peak_in_use, s.large.in_use);
  return block;
}

void free_large(void* block, std::size_t bytes) {
  const std::size_t size = kPooling ? rounded(bytes) : bytes;
  Shared& s = shared();
  std::lock_guard lock(s.mutex);
  s.large.in_use -= size;
  --s.large.large_blocks;
  if (!kPooling) {
    system_free(block, size);
    s.large.reserved -= size;  // mutate: equivalent -- only where sanitizers see every block
    return;
  }
  s.cache[size].push_back(block);
  s.large.cached += size;
}

}  // namespace detail

MemoryStats memory_stats() {
  detail::Shared& s = detail::shared();
  std::lock_guard lock(s.mutex);
  MemoryStats stats = s.large;
  std::size_t free_small = 0;
  for (unsigned c = 0; c < detail::kPoolClasses; ++c) {
    std::size_t blocks = s.free_count[c];
    for (const detail::ThreadPool* pool : s.threads)
      blocks += pool->count[c].load(std::memory_order_relaxed);
    free_small += blocks * (c + 1) * detail::kPoolGranule;
  }
  stats.in_use += s.slab_bytes - std::min(free_small, s.slab_bytes);
  stats.cached += std::min(free_small, s.slab_bytes);
  stats.reserved += s.slab_bytes;
  return stats;
}

std::string memory_summary() {
  const MemoryStats m = memory_stats();
  const auto line = [](std::string_view name, std::size_t bytes) {
    return str(name, bytes / 1024, " KiB\n");
  };
  return line("in use        ", m.in_use) + line("peak (large)  ", m.peak_in_use) +
         line("cached        ", m.cached) + line("reserved      ", m.reserved) +
         line("packed        ", m.packed) +
         str("large blocks  ", m.large_blocks, "\nsystem calls  ", m.system_calls, "\n");
}

void count_packed(std::ptrdiff_t bytes) {
  detail::Shared& s = detail::shared();
  std::lock_guard lock(s.mutex);
  s.large.packed += static_cast<std::size_t>(bytes);
}

void reset_peak_memory() {
  detail::Shared& s = detail::shared();
  std::lock_guard lock(s.mutex);
  s.large.peak_in_use = s.large.in_use;
}

void empty_cache() {
  std::lock_guard lock(detail::shared().mutex);
  detail::release_cache();
}

}  // namespace limpid
