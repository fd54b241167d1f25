#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/cumsum/cumsum.h"

namespace limpid {

std::vector<Case> Cumsum::cases() {
  const auto op = [](std::int64_t dim, bool reverse = false) { return any(Cumsum{dim, reverse}); };
  return {
      {.name = "rows", .inputs = {{{3, 5}}}, .op = op(1), .torch = "a.cumsum(1)"},
      {.name = "columns", .inputs = {{{5, 3}}}, .op = op(0), .torch = "a.cumsum(0)"},
      {.name = "middle", .inputs = {{{2, 5, 7}}}, .op = op(-2), .torch = "a.cumsum(-2)"},
      {.name = "reversed",
       .inputs = {{{7, 5}}},
       .op = op(1, true),
       .torch = "a.flip(1).cumsum(1).flip(1)"},
      {.name = "reversed columns",
       .inputs = {{{5, 70}}},
       .op = op(0, true),
       .torch = "a.flip(0).cumsum(0).flip(0)"},
      {.name = "one long row", .inputs = {{{5003}}}, .op = op(0), .torch = "a.cumsum(0)"},
      {.name = "nine rows", .inputs = {{{9, 67}}}, .op = op(1), .torch = "a.cumsum(1)"},
      {.name = "enough for threads", .inputs = {{{70, 600}}}, .op = op(1), .torch = "a.cumsum(1)"},
      {.name = "columns for threads",
       .inputs = {{{400, 150}}},
       .op = op(0),
       .torch = "a.cumsum(0)"},
      {.name = "large terms cancel",
       .inputs = {{.shape = {6}, .values = {1e8, 1, -1e8, 1e-3, 3e7, -3e7}}},
       .op = op(0),
       .torch = "a.cumsum(0)",
       .smooth = false},
      {.name = "infinities and NaN",
       .inputs = {{.shape = {2, 4}, .values = {1, INFINITY, 2, -INFINITY, 1, NAN, 1, 2}}},
       .op = op(1),
       .torch = "a.cumsum(1)",
       .smooth = false},
      {.name = "0-d", .inputs = {{Shape{}}}, .op = op(0), .torch = "a.cumsum(0)"},
      {.name = "empty axis", .inputs = {{{3, 0}}}, .op = op(1), .torch = "a.cumsum(1)"},
      {.name = "no rows", .inputs = {{{0, 3}}}, .op = op(1), .torch = "a.cumsum(1)"},
      {.name = "bool counts",
       .inputs = {{.shape = {3, 7}, .dtype = DType::boolean}},
       .op = op(1),
       .torch = "a.cumsum(1)"},
      {.name = "u8 into int64",
       .inputs = {{.shape = {30}, .dtype = DType::u8, .low = 200, .high = 255}},
       .op = op(0),
       .torch = "a.cumsum(0)"},
      {.name = "f16",
       .inputs = {{.shape = {2, 3000}, .dtype = DType::f16, .low = 0, .high = 1}},
       .op = op(1),
       .torch = "a.cumsum(1)",
       .smooth = false},
      {.name = "axis out of range",
       .inputs = {{{3, 4}}},
       .op = op(2),
       .error = "cumsum: axis 2 is out of range for a tensor of 2 dimensions"},
      {.name = "large",
       .inputs = {{{1024, 1024}}},
       .op = op(1),
       .torch = "a.cumsum(1)",
       .speed = true},
      {.name = "large columns",
       .inputs = {{{1024, 1024}}},
       .op = op(0),
       .torch = "a.cumsum(0)",
       .speed = true},
  };
}

}  // namespace limpid
