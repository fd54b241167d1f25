#pragma once
// Work split over threads. A parallel region costs about a microsecond, so small work stays serial.

#include <cstdint>

#include "limpid/backends/cpu/threads.h"

namespace limpid {

namespace detail {
using RangeFunction = void (*)(const void* work, std::int64_t begin, std::int64_t end);
void run_parallel(std::int64_t begin, std::int64_t end, std::int64_t grain, RangeFunction call,
                  const void* work);
}  // namespace detail

/// Calls `f(first, last)` on pieces that together make up [begin, end), from several threads when
/// there are more than `grain` steps and this is not inside another parallel_for. An exception in a
/// piece is thrown again here.
template <class F>
void parallel_for(std::int64_t begin, std::int64_t end, std::int64_t grain, const F& f) {
  if (begin >= end) return;
  if (end - begin <= grain) return f(begin, end);
  detail::run_parallel(
      begin, end, grain,
      [](const void* work, std::int64_t first, std::int64_t last) {
        (*static_cast<const F*>(work))(first, last);
      },
      &f);
}

}  // namespace limpid
