#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/tril/tril.h"

namespace limpid {

namespace {

template <Operator O>
std::vector<Case> triangle_cases(const std::string& name) {
  const auto of = [&](std::string label, CaseInput input, std::int64_t diagonal) {
    return Case{.name = std::move(label),
                .inputs = {std::move(input)},
                .op = any(O{{diagonal}}),
                .torch = "torch." + name + "(a, " + std::to_string(diagonal) + ")"};
  };
  std::vector<Case> all = {
      of("square", {{4, 4}}, 0),
      of("above", {{4, 5}}, 1),
      of("below", {{5, 3}}, -2),
      of("everything above", {{3, 4}}, 4),
      of("everything below", {{3, 4}}, -4),
      of("corners", {{3, 4}}, 3),
      of("lower corner", {{3, 4}}, -2),
      of("batch", {{2, 3, 3, 2}}, 0),
      of("transposed", {.shape = {4, 3}, .arrangement = Arrangement::transposed}, 1),
      of("empty", {{0, 3}}, 0),
      of("no columns", {{3, 0}}, 0),
      of("int8", {.shape = {3, 3}, .dtype = DType::i8}, 0),
      of("NaN and infinities are left out",
         {.shape = {2, 2}, .values = {NAN, INFINITY, -INFINITY, NAN}}, 0),
      {.name = "extreme",
       .inputs = {{{3, 3}}},
       .op = any(O{{INT64_MAX}}),
       .torch = "torch." + name + "(a, 3)"},
      {.name = "other extreme",
       .inputs = {{{3, 3}}},
       .op = any(O{{INT64_MIN + 4}}),
       .torch = "torch." + name + "(a, -3)"},
      {.name = "vector",
       .inputs = {{{3}}},
       .op = any(O{}),
       .error = name + ": needs matrices, of at least 2 dimensions, got shape (3,)"},
  };
  all[12].smooth = false;
  Case large = of("large", {{8, 1024, 1024}}, 0);
  large.speed = true;
  all.push_back(large);
  return all;
}

}  // namespace

std::vector<Case> Tril::cases() { return triangle_cases<Tril>("tril"); }
std::vector<Case> Triu::cases() { return triangle_cases<Triu>("triu"); }

}  // namespace limpid
