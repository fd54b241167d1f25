#include "limpid/op/case.h"
#include "limpid/ops/cat/cat.h"

namespace limpid {

std::vector<Case> Cat::cases() {
  return {
      {.name = "rows", .inputs = {{{2, 3}}, {{1, 3}}}, .op = any(Cat{0}), .torch = "torch.cat((a, b))"},
      {.name = "columns", .inputs = {{{2, 3}}, {{2, 1}}, {{2, 4}}}, .op = any(Cat{-1}),
       .torch = "torch.cat((a, b, c), -1)"},
      {.name = "middle axis", .inputs = {{{2, 1, 3}}, {{2, 2, 3}}}, .op = any(Cat{1}),
       .torch = "torch.cat((a, b), 1)"},
      {.name = "one tensor", .inputs = {{{2, 3}}}, .op = any(Cat{1}), .torch = "torch.cat((a,), 1)"},
      {.name = "ten tensors",
       .inputs = {{{1}}, {{2}}, {{3}}, {{1}}, {{1}}, {{4}}, {{1}}, {{2}}, {{1}}, {{1}}},
       .op = any(Cat{0}), .torch = "torch.cat((a, b, c, d, e, f, g, h, i, j))"},
      {.name = "transposed",
       .inputs = {{.shape = {3, 4}, .arrangement = Arrangement::transposed},
                  {.shape = {3, 2}, .arrangement = Arrangement::negative}},
       .op = any(Cat{1}), .torch = "torch.cat((a, b), 1)"},
      {.name = "promotion",
       .inputs = {{{2}}, {.shape = {3}, .dtype = DType::i64}, {.shape = {1}, .dtype = DType::f64}},
       .op = any(Cat{0}), .torch = "torch.cat((a, b, c))"},
      {.name = "small integers",
       .inputs = {{.shape = {2}, .dtype = DType::u8, .low = 0, .high = 200},
                  {.shape = {3}, .dtype = DType::i8}},
       .op = any(Cat{0}), .torch = "torch.cat((a, b))"},
      {.name = "bool", .inputs = {{.shape = {2}, .dtype = DType::boolean},
                                  {.shape = {3}, .dtype = DType::boolean}},
       .op = any(Cat{0}), .torch = "torch.cat((a, b))"},
      {.name = "empty part", .inputs = {{{0, 3}}, {{2, 3}}}, .op = any(Cat{0}),
       .torch = "torch.cat((a, b))"},
      {.name = "1-d empty tensors are skipped", .inputs = {{{0}}, {{2, 3}}, {{0}}}, .op = any(Cat{1}),
       .torch = "torch.cat((a, b, c), 1)"},
      {.name = "all empty", .inputs = {{{0}}, {{0}}}, .op = any(Cat{0}), .torch = "torch.cat((a, b))"},
      {.name = "sizes differ", .inputs = {{{2, 3}}, {{2, 3}}, {{2, 4}}}, .op = any(Cat{0}),
       .error = "cat: tensor 2 has shape (2, 4) but tensor 0 has shape (2, 3): they differ in "
                "dimension 1 (4 and 3), and only dimension 0 may differ"},
      {.name = "ranks differ", .inputs = {{{2, 3}}, {{3}}}, .op = any(Cat{0}),
       .error = "the numbers of dimensions differ"},
      {.name = "0-d", .inputs = {{{2}}, {Shape{}}}, .op = any(Cat{0}),
       .error = "cat: tensor 1 is 0-d and has no dimension to join; stack() joins numbers"},
      {.name = "axis out of range", .inputs = {{{2}}, {{2}}}, .op = any(Cat{1}),
       .error = "axis 1 is out of range"},
      {.name = "large", .inputs = {{{512, 1024}}, {{512, 512}}}, .op = any(Cat{1}),
       .torch = "torch.cat((a, b), 1)", .speed = true},
  };
}

}  // namespace limpid
