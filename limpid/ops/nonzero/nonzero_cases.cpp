#include <limits>

#include "limpid/op/case.h"
#include "limpid/ops/nonzero/nonzero.h"

namespace limpid {

std::vector<Case> Nonzero::cases() {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  return {
      {.name = "mask",
       .inputs = {{.shape = {3, 4}, .dtype = DType::boolean}},
       .op = any(Nonzero{}),
       .torch = "a.nonzero()"},
      {.name = "numbers",
       .inputs = {{.shape = {7}, .values = {0, 1, -0.0, nan, 1e-45, 0, -3}}},
       .op = any(Nonzero{}),
       .torch = "a.nonzero()"},
      {.name = "double below float",
       .inputs = {{.shape = {3}, .dtype = DType::f64, .values = {1e-300, 0, -1e-310}}},
       .op = any(Nonzero{}),
       .torch = "a.nonzero()"},
      {.name = "half",
       .inputs = {{.shape = {4}, .dtype = DType::f16, .values = {0, 6e-8, -0.0, 2}}},
       .op = any(Nonzero{}),
       .torch = "a.nonzero()"},
      {.name = "three axes",
       .inputs = {{.shape = {2, 3, 4}, .dtype = DType::i32, .low = 0, .high = 3}},
       .op = any(Nonzero{}),
       .torch = "a.nonzero()"},
      {.name = "nothing set",
       .inputs = {{.shape = {2, 2}, .values = {0, 0, 0, 0}}},
       .op = any(Nonzero{}),
       .torch = "a.nonzero()"},
      {.name = "empty", .inputs = {{{0, 3}}}, .op = any(Nonzero{}), .torch = "a.nonzero()"},
      {.name = "0-d",
       .inputs = {{.shape = {}, .values = {2}}},
       .op = any(Nonzero{}),
       .torch = "a.nonzero()"},
      {.name = "0-d zero",
       .inputs = {{.shape = {}, .values = {0}}},
       .op = any(Nonzero{}),
       .torch = "a.nonzero()"},
      {.name = "large",
       .inputs = {{.shape = {1024, 1024}, .dtype = DType::boolean}},
       .op = any(Nonzero{}),
       .torch = "a.nonzero()",
       .speed = true},
  };
}

}  // namespace limpid
