// Work that threads share.
#include "limpid/backends/cpu/parallel.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "tests/thrown.h"

namespace limpid::parallel_test {

TEST_CASE("parallel_for: pieces make up the whole, and what one throws is thrown again") {
  const int before = get_num_threads();
  for (const int threads : {1, 3}) {
    set_num_threads(threads);
    CHECK(get_num_threads() == threads);
    std::vector<int> visits(1000);
    parallel_for(0, 1000, 1, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t i = first; i < last; ++i) ++visits[static_cast<std::size_t>(i)];
    });
    CHECK(std::count(visits.begin(), visits.end(), 1) == 1000);
    const auto failing = [](std::int64_t, std::int64_t last) {
      if (last == 1000) throw ValueError("the last piece");
    };
    CHECK_SAYS(ValueError, "the last piece", parallel_for(0, 1000, 1, failing));
  }
  set_num_threads(before);
  CHECK_SAYS(ValueError, "needs at least 1 thread, got 0", set_num_threads(0));
}

}  // namespace limpid::parallel_test
