#include "limpid/backends/cpu/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>

#include "limpid/backends/cpu/hold_signals.h"
#include "limpid/config.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#if LIMPID_HAS_OPENMP
#include <omp.h>
#endif
#if LIMPID_HAS_OPENMP && defined(__GNUC__) && !defined(__clang__) && __has_include(<unistd.h>)
#define LIMPID_WORKERS_END_BEFORE_FORK 1
#include <pthread.h>
#endif

namespace limpid {

namespace {

constinit std::atomic<int> chosen_threads{0};  // 0: not chosen yet

#ifdef LIMPID_WORKERS_END_BEFORE_FORK
/// fork() copies one thread. GNU's OpenMP would wait in the child for workers that stayed in the
/// parent, for ever; so the forking thread's workers end first, and both sides start new ones when
/// there is work. (LLVM's OpenMP takes care of itself.)
[[maybe_unused]] const int at_fork =
    pthread_atfork([] { omp_pause_resource_all(omp_pause_soft); }, nullptr, nullptr);
#endif

}  // namespace

void set_num_threads(int count) {
  if (count < 1) throw ValueError(str("set_num_threads: needs at least 1 thread, got ", count));
#if LIMPID_HAS_OPENMP
  omp_set_num_threads(count);  // for libraries that ask OpenMP
  chosen_threads = count;
#endif
}

int get_num_threads() {
#if LIMPID_HAS_OPENMP
  const int count = chosen_threads.load(std::memory_order_relaxed);
  return count ? count : omp_get_max_threads();
#else
  return 1;
#endif
}

namespace detail {

#if LIMPID_HAS_OPENMP
void run_parallel(std::int64_t begin, std::int64_t end, std::int64_t grain, RangeFunction call,
                  const void* work) {
  const std::int64_t steps = end - begin;
  const std::int64_t useful =
      (steps + std::max<std::int64_t>(grain, 1) - 1) / std::max<std::int64_t>(grain, 1);
  const int threads = static_cast<int>(std::min<std::int64_t>(get_num_threads(), useful));
  if (threads <= 1 || omp_in_parallel()) return call(work, begin, end);
  std::exception_ptr failure;  // exceptions may not leave an OpenMP region
#pragma omp parallel num_threads(threads)
  {
    const std::int64_t team = omp_get_num_threads(), me = omp_get_thread_num();
    if (me != 0) hold_signals_in_worker();
    const std::int64_t piece = (steps + team - 1) / team;
    const std::int64_t first = begin + me * piece, last = std::min(end, first + piece);
    try {
      if (first < last) call(work, first, last);
    } catch (...) {
#pragma omp critical(limpid_parallel_failure)
      if (!failure) failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}
#else
void run_parallel(std::int64_t begin, std::int64_t end, std::int64_t, RangeFunction call,
                  const void* work) {
  call(work, begin, end);
}
#endif

}  // namespace detail

}  // namespace limpid
