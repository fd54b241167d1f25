#include "limpid/op/case.h"
#include "limpid/ops/view/view.h"

namespace limpid {

std::vector<Case> View::cases() {
  return {
      {.name = "flat", .inputs = {{{2, 3}}}, .op = any(View{{6}}), .torch = "a.view(6)"},
      {.name = "unknown size",
       .inputs = {{{2, 3, 4}}},
       .op = any(View{{4, -1}}),
       .torch = "a.view(4, -1)"},
      {.name = "new axes",
       .inputs = {{{2, 3}}},
       .op = any(View{{1, 2, 1, 3, 1}}),
       .torch = "a.view(1, 2, 1, 3, 1)"},
      {.name = "0-d", .inputs = {{Shape{}}}, .op = any(View{{1, 1}}), .torch = "a.view(1, 1)"},
      {.name = "empty",
       .inputs = {{{0, 3}}},
       .op = any(View{{3, 0, 2}}),
       .torch = "a.view(3, 0, 2)"},
      {.name = "unknown size of nothing",
       .inputs = {{{0, 3}}},
       .op = any(View{{-1, 3}}),
       .torch = "a.view(-1, 3)"},
      {.name = "split of a strided axis",
       .inputs = {{.shape = {6}, .arrangement = Arrangement::strided}},
       .op = any(View{{2, 3}}),
       .torch = "a.view(2, 3)"},
      {.name = "wrong count",
       .inputs = {{{2, 3}}},
       .op = any(View{{4, 2}}),
       .error = "view: shape (2, 3) has 6 elements, which do not fit (4, 2)"},
      {.name = "two unknown",
       .inputs = {{{2, 3}}},
       .op = any(View{{-1, -1}}),
       .error = "only one size may be -1"},
      {.name = "unknown beside nothing",
       .inputs = {{{0, 3}}},
       .op = any(View{{-1, 0}}),
       .error = "view: -1 in (-1, 0) stands for no certain size, as another size is 0"},
      {.name = "needs a copy",
       .inputs = {{.shape = {2, 3}, .arrangement = Arrangement::transposed}},
       .op = any(View{{6}}),
       .error = "use reshape()"},
  };
}

std::vector<Case> Permute::cases() {
  return {
      {.name = "transpose",
       .inputs = {{{2, 3}}},
       .op = any(Permute{{1, 0}}),
       .torch = "a.permute(1, 0)"},
      {.name = "cycle",
       .inputs = {{{2, 3, 4}}},
       .op = any(Permute{{2, 0, -2}}),
       .torch = "a.permute(2, 0, -2)"},
      {.name = "0-d", .inputs = {{Shape{}}}, .op = any(Permute{}), .torch = "a.permute(())"},
      {.name = "axis missing",
       .inputs = {{{2, 3}}},
       .op = any(Permute{{0}}),
       .error = "must name each of the 2 axes once"},
      {.name = "axis twice",
       .inputs = {{{2, 3}}},
       .op = any(Permute{{1, -1}}),
       .error = "name axis 1 twice"},
  };
}

std::vector<Case> Expand::cases() {
  return {
      {.name = "rows", .inputs = {{{1, 3}}}, .op = any(Expand{{4, 3}}), .torch = "a.expand(4, 3)"},
      {.name = "new axes",
       .inputs = {{{3, 1}}},
       .op = any(Expand{{2, -1, 5}}),
       .torch = "a.expand(2, -1, 5)"},
      {.name = "0-d", .inputs = {{Shape{}}}, .op = any(Expand{{2, 2}}), .torch = "a.expand(2, 2)"},
      {.name = "to nothing",
       .inputs = {{{1, 3}}},
       .op = any(Expand{{0, 3}}),
       .torch = "a.expand(0, 3)"},
      {.name = "not 1",
       .inputs = {{{2, 3}}},
       .op = any(Expand{{4, 3}}),
       .error = "dimension -2 has size 2 and cannot be expanded to 4"},
      {.name = "too short",
       .inputs = {{{2, 3}}},
       .op = any(Expand{{3}}),
       .error = "has fewer dimensions than the input"},
  };
}

}  // namespace limpid
