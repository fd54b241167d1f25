#pragma once
// How many threads a call of another library is worth.

#include <algorithm>

#include "limpid/backends/cpu/threads.h"
#include "limpid/config.h"
#if LIMPID_HAS_OPENMP
#include <omp.h>
#endif

namespace limpid {

/// While it lives, oneDNN uses as many threads for calls from here as `flops` are worth; it asks
/// OpenMP, which counts for each thread. Waking one takes a microsecond on a quiet machine, and far
/// longer where other programs hold the cores.
class ThreadsWorth {
 public:
  explicit ThreadsWorth([[maybe_unused]] double flops) {
#if LIMPID_HAS_OPENMP
    if (omp_in_parallel()) return;
    constexpr double kFlopsWorthAThread = 1 << 20;
    before_ = omp_get_max_threads();
    count_ = static_cast<int>(
        std::clamp(flops / kFlopsWorthAThread, 1.0, static_cast<double>(get_num_threads())));
    if (count_ != before_) omp_set_num_threads(count_);
#endif
  }
  ~ThreadsWorth() {
#if LIMPID_HAS_OPENMP
    if (before_ && count_ != before_) omp_set_num_threads(before_);
#endif
  }
  ThreadsWorth(const ThreadsWorth&) = delete;
  ThreadsWorth& operator=(const ThreadsWorth&) = delete;
  int count() const { return count_; }

 private:
  int before_ = 0;  // 0: nothing to set back
  int count_ = 1;
};

}  // namespace limpid
