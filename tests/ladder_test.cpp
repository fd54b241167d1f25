// How an algorithm is chosen among those of a ladder.

// covers: conv2d, algorithms_cpu
#include "limpid/backends/cpu/ladder.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <thread>

#include "limpid/core/error.h"
#include "limpid/ops/algorithms.h"

namespace limpid::ladder_test {

TEST_CASE("conv2d: an algorithm can be named, for a thread and for the process") {
  CHECK(algorithm("conv2d") == "auto");
  {
    AlgorithmGuard outer("conv2d", "loops");
    CHECK(algorithm("conv2d") == "loops");
    {
      AlgorithmGuard inner("conv2d", "im2col");
      CHECK(algorithm("conv2d") == "im2col");
      std::thread([] { CHECK(algorithm("conv2d") == "auto"); }).join();
    }
    CHECK(algorithm("conv2d") == "loops");
    set_algorithm("conv2d", "direct");  // the guard goes first
    CHECK(algorithm("conv2d") == "loops");
  }
  CHECK(algorithm("conv2d") == "direct");
  set_algorithm("conv2d", "auto");
  CHECK_THROWS_WITH_AS(
      set_algorithm("conv2d", "fourier"),
      doctest::Contains(
          "conv2d has no algorithm 'fourier'; there are auto, loops, rows, im2col, direct, "
          "depthwise and winograd"),
      ValueError);
  CHECK(algorithm("conv2d") == "auto");
}

TEST_CASE("ladders: a wrong name in the environment is the same error at every call") {
  setenv("LIMPID_LADDER_OF_A_TEST", "typo", 1);
  for (int i = 0; i < 40; ++i)
    CHECK_THROWS_WITH_AS(AlgorithmChoice("ladder_of_a_test", {"loops"}),
                         doctest::Contains("has no algorithm 'typo'; there are auto and loops"),
                         ValueError);
  setenv("LIMPID_LADDER_OF_A_TEST", "loops", 1);
  CHECK(AlgorithmChoice("ladder_of_a_test", {"loops"}).wanted() == 0);
  setenv("LIMPID_LADDER_OF_A_TEST", "", 1);
  const AlgorithmChoice unset("ladder_of_a_test", {"loops", "rows", "direct"});
  CHECK(unset.wanted() == AlgorithmChoice::kAuto);
  unsetenv("LIMPID_LADDER_OF_A_TEST");
  CHECK(unset.find("auto", "here") == AlgorithmChoice::kAuto);
  CHECK(unset.find("loops", "here") == 0);
  CHECK(unset.find("direct", "here") == 2);
}

}  // namespace limpid::ladder_test
