#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/searchsorted/searchsorted.h"

namespace limpid {

std::vector<Case> SearchSorted::cases() {
  const AnyOp left = any(SearchSorted{}), right = any(SearchSorted{.right = true});
  const CaseInput sequence{.shape = {6}, .values = {-1, 0, 0, 0.5, 1, 1.5}};
  const CaseInput values{.shape = {2, 5}, .values = {-2, -1, 0, 0.25, 0.5, 1.25, 1.5, 2, 1, -0.5}};
  const CaseInput sequences{.shape = {2, 3}, .values = {0, 1, 2, 1, 1, 5}};
  return {
      {.name = "one sequence",
       .inputs = {sequence, values},
       .op = left,
       .torch = "torch.searchsorted(a, b)"},
      {.name = "one sequence, right",
       .inputs = {sequence, values},
       .op = right,
       .torch = "torch.searchsorted(a, b, right=True)"},
      {.name = "a sequence for each row",
       .inputs = {sequences, values},
       .op = left,
       .torch = "torch.searchsorted(a, b)"},
      {.name = "a sequence for each row, right, int32",
       .inputs = {sequences, values},
       .op = any(SearchSorted{.out_int32 = true, .right = true}),
       .torch = "torch.searchsorted(a, b, right=True, out_int32=True)"},
      {.name = "three axes",
       .inputs = {{.shape = {2, 1, 3}, .values = {0, 1, 2, 1, 1, 5}}, {{2, 1, 4}}},
       .op = left,
       .torch = "torch.searchsorted(a, b)"},
      {.name = "NaN and infinities",
       .inputs = {{.shape = {5}, .values = {-INFINITY, 0, 1, INFINITY, NAN}},
                  {.shape = {5}, .values = {NAN, INFINITY, -INFINITY, 1, 2}}},
       .op = left,
       .torch = "torch.searchsorted(a, b)"},
      {.name = "NaN and infinities, right",
       .inputs = {{.shape = {5}, .values = {-INFINITY, 0, 1, INFINITY, NAN}},
                  {.shape = {5}, .values = {NAN, INFINITY, -INFINITY, 1, 2}}},
       .op = right,
       .torch = "torch.searchsorted(a, b, right=True)"},
      {.name = "0-d",
       .inputs = {sequence, {.shape = {}, .values = {0.75}}},
       .op = left,
       .torch = "torch.searchsorted(a, b)"},
      {.name = "empty sequence",
       .inputs = {{{0}}, {{3}}},
       .op = left,
       .torch = "torch.searchsorted(a, b)"},
      {.name = "nothing to look for",
       .inputs = {sequence, {{2, 0}}},
       .op = left,
       .torch = "torch.searchsorted(a, b)"},
      {.name = "integers",
       .inputs = {{.shape = {5}, .dtype = DType::i64, .values = {-3, 0, 2, 2, 9}},
                  {.shape = {4}, .dtype = DType::i64, .values = {2, 10, -5, 3}}},
       .op = left,
       .torch = "torch.searchsorted(a, b)"},
      {.name = "integers among floats",
       .inputs = {sequence, {.shape = {2}, .dtype = DType::i64, .values = {1, 0}}},
       .op = left},
      {.name = "enough for threads",
       .inputs = {{.shape = {6}, .values = {-1.5, -1, 0, 0.5, 1, 1.5}}, {{3, 1500}}},
       .op = left,
       .torch = "torch.searchsorted(a, b)"},
      {.name = "rows differ",
       .inputs = {{{2, 3}}, {{4, 3}}},
       .op = left,
       .error = "searchsorted: sequences of shape (2, 3) and elements of shape (4, 3) must agree"},
      {.name = "no sequence",
       .inputs = {{Shape{}}, {{4, 3}}},
       .op = left,
       .error = "searchsorted: a 0-d tensor is no sequence"},
  };
}

std::vector<Case> Bucketize::cases() {
  const CaseInput boundaries{.shape = {3}, .values = {-1, 0, 1}};
  const CaseInput values{.shape = {2, 4}, .values = {-1, 0, 1, 2, -1.5, 0.5, -0.5, 1.5}};
  return {
      {.name = "left",
       .inputs = {values, boundaries},
       .call = [](auto in) { return Tensors(bucketize(in[0], in[1])); },
       .torch = "torch.bucketize(a, b)"},
      {.name = "right",
       .inputs = {values, boundaries},
       .call = [](auto in) { return Tensors(bucketize(in[0], in[1], {.right = true})); },
       .torch = "torch.bucketize(a, b, right=True)"},
      {.name = "boundaries of two axes",
       .inputs = {values, {{2, 3}}},
       .call = [](auto in) { return Tensors(bucketize(in[0], in[1])); },
       .error = "bucketize: boundaries must have one axis, not shape (2, 3)"},
  };
}

}  // namespace limpid
