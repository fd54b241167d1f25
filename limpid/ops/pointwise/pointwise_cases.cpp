#include "limpid/op/case.h"
#include "limpid/ops/pointwise/pointwise.h"

namespace limpid {

std::vector<Case> Add::cases() {
  return {
      {.name = "same shape", .inputs = {{{2, 3}}, {{2, 3}}}, .op = any(Add{}), .torch = "a + b"},
      {.name = "broadcast", .inputs = {{{2, 1, 3}}, {{4, 1}}}, .op = any(Add{}), .torch = "a + b"},
      {.name = "promotion", .inputs = {{{3}}, {.shape = {3}, .dtype = DType::i64}},
       .op = any(Add{}), .torch = "a + b"},
      {.name = "mismatch", .inputs = {{{2, 3}}, {{4}}}, .op = any(Add{}),
       .error = "add: shapes (2, 3) and (4,) do not broadcast"},
  };
}

std::vector<Case> Mul::cases() {
  return {
      {.name = "same shape", .inputs = {{{2, 3}}, {{2, 3}}}, .op = any(Mul{}), .torch = "a * b"},
      {.name = "broadcast", .inputs = {{{2, 1, 3}}, {{4, 1}}}, .op = any(Mul{}), .torch = "a * b"},
  };
}

}  // namespace limpid
