#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/cumprod/cumprod.h"

namespace limpid {

std::vector<Case> Cumprod::cases() {
  const auto op = [](std::int64_t dim, bool reverse = false) { return any(Cumprod{dim, reverse}); };
  return {
      {.name = "rows", .inputs = {{{3, 5}}}, .op = op(1), .torch = "a.cumprod(1)"},
      {.name = "columns", .inputs = {{{5, 3}}}, .op = op(0), .torch = "a.cumprod(0)"},
      {.name = "middle", .inputs = {{{2, 4, 3}}}, .op = op(-2), .torch = "a.cumprod(-2)"},
      {.name = "reversed",
       .inputs = {{{7, 5}}},
       .op = op(1, true),
       .torch = "a.flip(1).cumprod(1).flip(1)"},
      {.name = "zeros",
       .inputs = {{.shape = {3, 4}, .values = {2, 0, 3, 4, 0, 5, 0, 6, 1, -2, 3, 0}}},
       .op = op(1),
       .torch = "a.cumprod(1)"},
      {.name = "nine rows",
       .inputs = {{.shape = {9, 67}, .low = 0.8, .high = 1.25}},
       .op = op(1),
       .torch = "a.cumprod(1)"},
      {.name = "columns for threads",
       .inputs = {{.shape = {40, 1500}, .low = 0.8, .high = 1.25}},
       .op = op(0),
       .torch = "a.cumprod(0)"},
      {.name = "infinities and NaN",
       .inputs = {{.shape = {2, 4},
                   .values = {1, INFINITY, 0, 2, -1, NAN, 0, 2},
                   .requires_grad = false}},
       .op = op(1),
       .torch = "a.cumprod(1)",
       .smooth = false},
      {.name = "0-d", .inputs = {{Shape{}}}, .op = op(0), .torch = "a.cumprod(0)"},
      {.name = "empty axis", .inputs = {{{3, 0}}}, .op = op(1), .torch = "a.cumprod(1)"},
      {.name = "integers wrap around",
       .inputs = {{.shape = {70}, .dtype = DType::i32, .low = 2, .high = 4}},
       .op = op(0),
       .torch = "a.cumprod(0)"},
      {.name = "bool",
       .inputs = {{.shape = {4}, .dtype = DType::boolean, .values = {1, 1, 0, 1}}},
       .op = op(0),
       .torch = "a.cumprod(0)"},
      {.name = "axis out of range",
       .inputs = {{{3, 4}}},
       .op = op(2),
       .error = "cumprod: axis 2 is out of range for a tensor of 2 dimensions"},
      {.name = "large",
       .inputs = {{.shape = {1024, 1024}, .low = 0.9, .high = 1.1}},
       .op = op(1),
       .torch = "a.cumprod(1)",
       .speed = true},
  };
}

std::vector<Case> LinearRecurrence::cases() {
  const auto op = [](std::int64_t dim, bool reverse = false) {
    return any(LinearRecurrence{dim, reverse});
  };
  // y_i = sum over j <= i of term_j (factor_(j+1) ... factor_i)
  const std::string forwards =
      "torch.stack([sum(b[:, j] * a[:, j + 1:i + 1].prod(1) for j in range(i + 1)) "
      "for i in range(a.shape[1])], 1)";
  return {
      {.name = "rows", .inputs = {{{3, 5}}, {{3, 5}}}, .op = op(1), .torch = forwards},
      {.name = "columns", .inputs = {{{5, 3}}, {{5, 3}}}, .op = op(0)},
      {.name = "factor in another layout",
       .inputs = {{.shape = {3, 5}, .arrangement = Arrangement::transposed}, {{3, 5}}},
       .op = op(1)},
      {.name = "reversed",
       .inputs = {{{3, 5}}, {{3, 5}}},
       .op = op(-1, true),
       .torch = "torch.stack([sum(b[:, j] * a[:, i:j].prod(1) for j in range(i, a.shape[1])) "
                "for i in range(a.shape[1])], 1)"},
      {.name = "zeros",
       .inputs = {{.shape = {2, 4}, .values = {2, 0, 3, 4, 0, 0, 5, 6}}, {{2, 4}}},
       .op = op(1),
       .torch = forwards},
      {.name = "0-d", .inputs = {{Shape{}}, {Shape{}}}, .op = op(0), .torch = "b + 0 * a"},
      {.name = "empty axis", .inputs = {{{2, 0}}, {{2, 0}}}, .op = op(1)},
      {.name = "shapes differ",
       .inputs = {{{2, 3}}, {{2, 1}}},
       .op = op(1),
       .error = "factor has shape (2, 3) but term has shape (2, 1)"},
      {.name = "large", .inputs = {{{1024, 1024}}, {{1024, 1024}}}, .op = op(1), .speed = true},
  };
}

}  // namespace limpid
