// What kernels of pad ask of an axis.

#include <doctest/doctest.h>

#include "limpid/ops/pad/pad_axis.h"

using limpid::PadAxis;

TEST_CASE("pad: an axis changes where elements are put at either end, or taken away") {
  CHECK(!PadAxis{.size = 3, .before = 0, .padded = 3}.changes());
  CHECK(PadAxis{.size = 3, .before = 0, .padded = 4}.changes());
  CHECK(PadAxis{.size = 3, .before = 1, .padded = 4}.changes());
  CHECK(PadAxis{.size = 3, .before = 1, .padded = 3}.changes());  // the last was taken away
  CHECK(PadAxis{.size = 3, .before = 2, .padded = 3}.changes());
  CHECK(PadAxis{.size = 3, .before = -1, .padded = 2}.changes());
}
