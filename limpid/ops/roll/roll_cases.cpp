#include "limpid/op/case.h"
#include "limpid/ops/roll/roll.h"

namespace limpid {

std::vector<Case> Roll::cases() {
  const auto of = [](std::string name, CaseInput input, Roll op, std::string torch) {
    return Case{.name = std::move(name),
                .inputs = {std::move(input)},
                .op = any(op),
                .torch = "torch.roll(a, " + torch + ")"};
  };
  std::vector<Case> all = {
      of("vector", {{5}}, {{2}, {0}}, "2, 0"),
      of("backwards", {{5}}, {{-2}, {0}}, "-2, 0"),
      of("more than once round", {{2, 5}}, {{13}, {-1}}, "13, -1"),
      of("by nothing", {{5}}, {{5}, {0}}, "5, 0"),
      of("one element", {{1}}, {{3}, {0}}, "3, 0"),
      of("two axes", {{3, 4, 2}}, {{1, -1}, {0, 1}}, "(1, -1), (0, 1)"),
      of("three axes", {{3, 4, 2}}, {{1, 2, 1}, {2, 1, 0}}, "(1, 2, 1), (2, 1, 0)"),
      of("one axis twice", {{5, 2}}, {{1, 2}, {0, 0}}, "(1, 2), (0, 0)"),
      of("transposed", {.shape = {3, 4}, .arrangement = Arrangement::transposed}, {{1, 1}, {0, 1}},
         "(1, 1), (0, 1)"),
      of("empty", {{0, 3}}, {{1}, {0}}, "1, 0"),
      of("int16", {.shape = {2, 5}, .dtype = DType::i16}, {{1}, {1}}, "1, 1"),
      of("smallest shift", {{7}}, {{INT64_MIN}, {0}}, "-(2 ** 63) % 7, 0"),
      {.name = "lists of two lengths",
       .inputs = {{{2, 3}}},
       .op = any(Roll{{1}, {0, 1}}),
       .error = "roll: shifts (1,) and dims (0, 1) must pair up"},
      {.name = "no shift",
       .inputs = {{{2, 3}}},
       .op = any(Roll{}),
       .error = "roll: shifts () and dims () must pair up"},
      {.name = "no such axis",
       .inputs = {{{2, 3}}},
       .op = any(Roll{{1}, {2}}),
       .error = "roll: axis 2 is out of range"},
      {.name = "0-d",
       .inputs = {{Shape{}}},
       .op = any(Roll{{1}, {0}}),
       .error = "roll: a 0-d tensor has no dimension"},
  };
  Case large = of("large", {{32, 56, 56, 96}}, {{-3, -3}, {1, 2}}, "(-3, -3), (1, 2)");
  large.speed = true;
  all.push_back(large);
  return all;
}

}  // namespace limpid
