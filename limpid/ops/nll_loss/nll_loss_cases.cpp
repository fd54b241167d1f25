#include <cmath>

#include "limpid/op/make_case.h"
#include "limpid/ops/nll_loss/nll_loss.h"

namespace limpid {

namespace {

CaseInput nll_weight(std::int64_t classes) {
  return {.shape = {classes}, .low = 0.25, .high = 2, .requires_grad = false};
}

}  // namespace

std::vector<Case> NllLoss::cases() {
  using O = NllLoss;
  const CaseInput x{.shape = {4, 5}, .low = -4, .high = 0}, t = integers({4}, {1, 0, 4, 1});
  return {
      {.name = "mean", .inputs = {x, t, kAbsent}, .op = any(O{}), .torch = "F.nll_loss(a, b)"},
      {.name = "sum",
       .inputs = {x, t, kAbsent},
       .op = any(O{.reduction = "sum"}),
       .torch = "F.nll_loss(a, b, reduction='sum')"},
      {.name = "none",
       .inputs = {x, t, kAbsent},
       .op = any(O{.reduction = "none"}),
       .torch = "F.nll_loss(a, b, reduction='none')"},
      {.name = "weighted mean, one ignored",
       .inputs = {x, integers({4}, {1, -100, 4, 1}), nll_weight(5)},
       .op = any(O{}),
       .torch = "F.nll_loss(a, b, c)"},
      {.name = "weights with gaps",
       .inputs = {x,
                  t,
                  {.shape = {5},
                   .low = 0.25,
                   .high = 2,
                   .arrangement = Arrangement::strided,
                   .requires_grad = false}},
       .op = any(O{}),
       .torch = "F.nll_loss(a, b, c)"},
      {.name = "weighted, class 0 ignored, none",
       .inputs = {x, t, nll_weight(5)},
       .op = any(O{.ignore_index = 0, .reduction = "none"}),
       .torch = "F.nll_loss(a, b, c, ignore_index=0, reduction='none')"},
      {.name = "one position",
       .inputs = {{{6}}, integers({}, {3}), kAbsent},
       .op = any(O{}),
       .torch = "F.nll_loss(a, b)"},
      {.name = "pixels",
       .inputs = {{{2, 3, 2, 2}}, integers({2, 2, 2}, {0, 1, 2, 0, -100, 2, 1, 1}), kAbsent},
       .op = any(O{}),
       .torch = "F.nll_loss(a, b)"},
      {.name = "uint8 target",
       .inputs = {{{2, 3}}, integers({2}, {2, 0}, DType::u8), kAbsent},
       .op = any(O{}),
       .torch = "F.nll_loss(a, b)"},
      {.name = "uint8 class that is ignore_index modulo 256",
       .inputs = {{{2, 160}}, integers({2}, {156, 3}, DType::u8), kAbsent},
       .op = any(O{}),
       .torch = "F.nll_loss(a, b.long())"},
      {.name = "an impossible class",
       .inputs = {{.shape = {1, 2}, .values = {-INFINITY, 0}}, integers({1}, {0}), kAbsent},
       .op = any(O{}),
       .torch = "F.nll_loss(a, b)",
       .smooth = false},
      {.name = "all ignored",
       .inputs = {{{2, 3}}, integers({2}, {-100, -100}), kAbsent},
       .op = any(O{}),
       .torch = "F.nll_loss(a, b)",
       .smooth = false},
      {.name = "no positions",
       .inputs = {{{0, 3}}, {.shape = {0}, .dtype = DType::i64}, kAbsent},
       .op = any(O{.reduction = "sum"}),
       .torch = "F.nll_loss(a, b, reduction='sum')"},
      {.name = "class out of range",
       .inputs = {x, integers({4}, {1, 0, 5, 1}), kAbsent},
       .op = any(O{}),
       .error = "nll_loss: class 5 at position 2, but there are 5 classes (0 to 4) and "
                "ignore_index is -100 [input (4, 5), target (4,)]"},
      {.name = "fewer targets",
       .inputs = {{{3, 4}}, integers({2}, {0, 1}), kAbsent},
       .op = any(O{}),
       .error = "it needs one class index for each position, shape (3,)"},
      {.name = "float target",
       .inputs = {{{2, 3}}, {{2}}, kAbsent},
       .op = any(O{}),
       .error = "target has dtype float32, but class indices are int64"},
      {.name = "weights of other classes",
       .inputs = {{{2, 3}}, integers({2}, {0, 1}), nll_weight(4)},
       .op = any(O{}),
       .error = "weight has shape (4,) but there are 3 classes"},
      {.name = "unknown reduction",
       .inputs = {x, t, kAbsent},
       .op = any(O{.reduction = "average"}),
       .error = "reduction is 'average'; it must be 'mean', 'sum' or 'none'"},
  };
}

}  // namespace limpid
