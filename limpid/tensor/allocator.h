#pragma once
// The caching allocator. Small blocks (up to 1 KiB: tensor headers, nodes, tiny data) come from
// lists of this thread and cost a few nanoseconds; larger ones from a shared cache, so that a
// training loop gets warm memory back instead of fresh pages.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

namespace limpid {

/// A picture of the allocator's memory, in bytes unless said otherwise.
struct MemoryStats {
  std::size_t in_use = 0;        ///< handed out and not yet given back
  std::size_t peak_in_use = 0;   ///< highest in_use of large blocks since reset_peak_memory
  std::size_t cached = 0;        ///< kept for later use
  std::size_t reserved = 0;      ///< taken from the system: in_use + cached
  std::size_t packed = 0;        ///< part of in_use: weights as kernels packed them, kept for reuse
  std::size_t large_blocks = 0;  ///< number of large blocks in use
  std::size_t system_calls = 0;  ///< number of times memory was taken from the system
};
MemoryStats memory_stats();
/// A table of it for people.
std::string memory_summary();
void reset_peak_memory();
/// Gives cached large blocks back to the system.
void empty_cache();
/// Notes that kernels keep so many bytes more, or less, with weights.
void count_packed(std::ptrdiff_t bytes);

namespace detail {

struct FreeBlock {
  FreeBlock* next;
};
inline constexpr std::size_t kPoolGranule = 64;
inline constexpr int kPoolClasses = 16;
inline constexpr std::size_t kPoolLimit = kPoolGranule * kPoolClasses;

/// Free lists of one thread. Counts are atomic only so that memory_stats may read them.
struct ThreadPool {
  FreeBlock* free[kPoolClasses] = {};
  std::atomic<std::uint32_t> count[kPoolClasses] = {};
  /// Most blocks of a class that are kept. 0 until the thread is known to the allocator, so that
  /// the first block takes the slow path, which sees to it that all go back when the thread ends.
  std::uint32_t limit = 0;
  bool ended = false;
};
inline constexpr std::uint32_t kPoolBlocks = 4096;
extern constinit thread_local ThreadPool thread_pool;

void* pool_refill(unsigned size_class);
void pool_overflow(unsigned size_class);
void* allocate_large(std::size_t bytes);
void free_large(void* block, std::size_t bytes);

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kPooling = false;  // let the sanitizer see every block
#else
inline constexpr bool kPooling = true;
#endif

inline void bump(std::atomic<std::uint32_t>& count, std::uint32_t by) {
  count.store(count.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

}  // namespace detail

/// A block of at least `bytes` bytes, aligned to 64. Throws an Error that names the size when there
/// is no memory left, also after the cache was given back.
inline void* allocate(std::size_t bytes) {
  if (bytes > detail::kPoolLimit || !detail::kPooling) [[unlikely]]
    return detail::allocate_large(bytes);
  const unsigned c = bytes ? static_cast<unsigned>((bytes - 1) / detail::kPoolGranule) : 0;
  detail::ThreadPool& pool = detail::thread_pool;
  detail::FreeBlock* block = pool.free[c];
  if (!block) [[unlikely]]
    return detail::pool_refill(c);
  pool.free[c] = block->next;
  detail::bump(pool.count[c], static_cast<std::uint32_t>(-1));
  return block;
}

/// Gives back a block of allocate(bytes), from any thread.
inline void deallocate(void* memory, std::size_t bytes) {
  if (bytes > detail::kPoolLimit || !detail::kPooling) [[unlikely]]
    return detail::free_large(memory, bytes);
  const unsigned c = bytes ? static_cast<unsigned>((bytes - 1) / detail::kPoolGranule) : 0;
  detail::ThreadPool& pool = detail::thread_pool;
  auto* block = static_cast<detail::FreeBlock*>(memory);
  block->next = pool.free[c];
  pool.free[c] = block;
  detail::bump(pool.count[c], 1);
  if (pool.count[c].load(std::memory_order_relaxed) > pool.limit) [[unlikely]]
    detail::pool_overflow(c);
}

}  // namespace limpid
