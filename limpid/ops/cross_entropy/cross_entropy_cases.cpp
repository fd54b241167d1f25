#include <cmath>

#include "limpid/op/make_case.h"
#include "limpid/ops/cross_entropy/cross_entropy.h"

namespace limpid {

namespace {

CaseInput weight(std::int64_t classes) {
  return {.shape = {classes}, .low = 0.25, .high = 2, .requires_grad = false};
}

std::vector<Case> right_cross_entropy() {
  using O = CrossEntropy;
  return {
      {.name = "mean",
       .inputs = {{{4, 5}}, integers({4}, {1, 0, 4, 1}), kAbsent},
       .op = any(O{}),
       .torch = "F.cross_entropy(a, b)"},
      {.name = "sum",
       .inputs = {{{4, 5}}, integers({4}, {1, 0, 4, 1}), kAbsent},
       .op = any(O{.reduction = "sum"}),
       .torch = "F.cross_entropy(a, b, reduction='sum')"},
      {.name = "none",
       .inputs = {{{4, 5}}, integers({4}, {1, 0, 4, 1}), kAbsent},
       .op = any(O{.reduction = "none"}),
       .torch = "F.cross_entropy(a, b, reduction='none')"},
      {.name = "weighted mean",
       .inputs = {{{4, 5}}, integers({4}, {1, 0, 4, 1}), weight(5)},
       .op = any(O{}),
       .torch = "F.cross_entropy(a, b, c)"},
      {.name = "weighted, some ignored",
       .inputs = {{{5, 3}}, integers({5}, {1, -100, 2, -100, 0}), weight(3)},
       .op = any(O{}),
       .torch = "F.cross_entropy(a, b, c)"},
      {.name = "class 0 ignored",
       .inputs = {{{4, 3}}, integers({4}, {1, 0, 2, 0}), kAbsent},
       .op = any(O{.ignore_index = 0, .reduction = "none"}),
       .torch = "F.cross_entropy(a, b, ignore_index=0, reduction='none')"},
      {.name = "smoothed",
       .inputs = {{{4, 5}}, integers({4}, {1, 0, 4, 1}), kAbsent},
       .op = any(O{.label_smoothing = 0.1}),
       .torch = "F.cross_entropy(a, b, label_smoothing=0.1)"},
      {.name = "smoothed, weighted, ignored, none",
       .inputs = {{{4, 5}}, integers({4}, {1, -100, 4, 1}), weight(5)},
       .op = any(O{.reduction = "none", .label_smoothing = 0.3}),
       .torch = "F.cross_entropy(a, b, c, reduction='none', label_smoothing=0.3)"},
      {.name = "smoothed, weighted, ignored, mean",
       .inputs = {{{4, 5}}, integers({4}, {1, -100, 4, 1}), weight(5)},
       .op = any(O{.label_smoothing = 0.3}),
       .torch = "F.cross_entropy(a, b, c, label_smoothing=0.3)"},
      {.name = "one position",
       .inputs = {{{6}}, integers({}, {3}), kAbsent},
       .op = any(O{}),
       .torch = "F.cross_entropy(a, b)"},
      {.name = "pixels",
       .inputs = {{{2, 4, 3, 2}},
                  integers({2, 3, 2}, {0, 1, 2, 3, 3, 2, 1, 1, 0, -100, 2, 3}),
                  kAbsent},
       .op = any(O{}),
       .torch = "F.cross_entropy(a, b)"},
      {.name = "pixels, smoothed, weighted",
       .inputs = {{{2, 3, 2}}, integers({2, 2}, {0, 1, 2, 0}), weight(3)},
       .op = any(O{.reduction = "none", .label_smoothing = 0.2}),
       .torch = "F.cross_entropy(a, b, c, reduction='none', label_smoothing=0.2)"},
      {.name = "uint8 target",
       .inputs = {{{2, 3}}, integers({2}, {2, 0}, DType::u8), kAbsent},
       .op = any(O{}),
       .torch = "F.cross_entropy(a, b)"},
      {.name = "many classes",
       .inputs = {{{2, 700}}, integers({2}, {699, 3}), kAbsent},
       .op = any(O{}),
       .torch = "F.cross_entropy(a, b)"},
      // The class is all but excluded: the loss is 200, where a clamped probability gives 18.42.
      {.name = "a sure mistake",
       .inputs = {{.shape = {2, 3}, .values = {0, -200, 1, 1000, -1000, 999}},
                  integers({2}, {1, 1}),
                  kAbsent},
       .op = any(O{.reduction = "none"}),
       .torch = "F.cross_entropy(a, b, reduction='none')"},
      {.name = "infinite scores",
       .inputs = {{.shape = {4, 3},
                   .values = {0, -kInf, 1, 0, -kInf, 1, -kInf, -kInf, -kInf, 1, kInf, 0}},
                  integers({4}, {1, 0, 1, 1}),
                  kAbsent},
       .op = any(O{.reduction = "none"}),
       .torch = "F.cross_entropy(a, b, reduction='none')",
       .smooth = false},
      {.name = "all ignored",
       .inputs = {{{2, 3}}, integers({2}, {-100, -100}), kAbsent},
       .op = any(O{}),
       .torch = "F.cross_entropy(a, b)",
       .smooth = false},
      {.name = "no positions",
       .inputs = {{{0, 3}}, {.shape = {0}, .dtype = DType::i64}, kAbsent},
       .op = any(O{.reduction = "sum"}),
       .torch = "F.cross_entropy(a, b, reduction='sum')"},
  };
}

std::vector<Case> wrong_cross_entropy() {
  using O = CrossEntropy;
  const CaseInput t = integers({2}, {0, 1});
  return {
      {.name = "class out of range",
       .inputs = {{{4, 10}}, integers({4}, {1, 2, 3, 12}), kAbsent},
       .op = any(O{}),
       .error = "cross_entropy: class 12 at position 3, but there are 10 classes"},
      {.name = "negative class",
       .inputs = {{{2, 3, 2}}, integers({2, 2}, {1, 2, -1, 0}), kAbsent},
       .op = any(O{}),
       .error = "cross_entropy: class -1 at position (1, 0), but there are 3 classes"},
      {.name = "fewer targets",
       .inputs = {{{3, 4}}, t, kAbsent},
       .op = any(O{}),
       .error = "target has shape (2,); it needs one class index for each position, shape (3,)"},
      {.name = "target with an axis too many",
       .inputs = {{{2, 4}}, integers({2, 1}, {0, 1}), kAbsent},
       .op = any(O{}),
       .error = "drop its axis of size 1 with .squeeze(1)"},
      {.name = "float target",
       .inputs = {{{2, 3}}, {{2, 3}}, kAbsent},
       .op = any(O{}),
       .error = "target has dtype float32, but class indices are int64"},
      {.name = "int32 target",
       .inputs = {{{2, 3}}, integers({2}, {0, 1}, DType::i32), kAbsent},
       .op = any(O{}),
       .error = "class indices are int64; convert it with .to(int64)"},
      {.name = "integer scores",
       .inputs = {{.shape = {2, 3}, .dtype = DType::i64}, t, kAbsent},
       .op = any(O{}),
       .error = "scores are floats"},
      {.name = "0-d scores",
       .inputs = {{Shape{}}, t, kAbsent},
       .op = any(O{}),
       .error = "input is 0-d"},
      {.name = "weights of other classes",
       .inputs = {{{2, 3}}, t, weight(4)},
       .op = any(O{}),
       .error = "weight has shape (4,) but there are 3 classes"},
      {.name = "weights of another dtype",
       .inputs = {{{2, 3}}, t, {.shape = {3}, .dtype = DType::f64, .requires_grad = false}},
       .op = any(O{}),
       .error = "weight has dtype float64 but input float32"},
      {.name = "unknown reduction",
       .inputs = {{{2, 3}}, t, kAbsent},
       .op = any(O{.reduction = "average"}),
       .error = "reduction is 'average'; it must be 'mean', 'sum' or 'none'"},
      {.name = "too smooth",
       .inputs = {{{2, 3}}, t, kAbsent},
       .op = any(O{.label_smoothing = 1.5}),
       .error = "label_smoothing is 1.5; it must lie in [0, 1]"},
  };
}

}  // namespace

std::vector<Case> CrossEntropyOfProbabilities::cases() {
  const auto of = [](CrossEntropyOptions o) {
    return [o](std::span<const Tensor> in) {
      CrossEntropyOptions all = o;
      if (in.size() > 2) all.weight = in[2];
      return Tensors(cross_entropy(in[0], in[1], all));
    };
  };
  const CaseInput x{{3, 4}}, t{.shape = {3, 4}, .low = 0, .high = 1};
  return {
      {.name = "mean", .inputs = {x, t}, .call = of({}), .torch = "F.cross_entropy(a, b)"},
      {.name = "weighted, sum",
       .inputs = {x, t, weight(4)},
       .call = of({.reduction = "sum"}),
       .torch = "F.cross_entropy(a, b, c, reduction='sum')"},
      {.name = "smoothed, weighted, none",
       .inputs = {x, t, weight(4)},
       .call = of({.reduction = "none", .label_smoothing = 0.2}),
       .torch = "F.cross_entropy(a, b, c, reduction='none', label_smoothing=0.2)"},
      {.name = "one position",
       .inputs = {{{5}}, {.shape = {5}, .low = 0, .high = 1}},
       .call = of({}),
       .torch = "F.cross_entropy(a, b)"},
      {.name = "pixels",
       .inputs = {{{2, 3, 2}}, {.shape = {2, 3, 2}, .low = 0, .high = 1}},
       .call = of({.label_smoothing = 0.1}),
       .torch = "F.cross_entropy(a, b, label_smoothing=0.1)"},
      {.name = "one position, weighted",
       .inputs = {{{5}}, {.shape = {5}, .low = 0, .high = 1}, weight(5)},
       .call = of({}),
       .torch = "F.cross_entropy(a, b, c)"},
      {.name = "pixels, weighted",
       .inputs = {{{2, 3, 2}}, {.shape = {2, 3, 2}, .low = 0, .high = 1}, weight(3)},
       .call = of({.reduction = "none"}),
       .torch = "F.cross_entropy(a, b, c, reduction='none')"},
      {.name = "a sure mistake",
       .inputs = {{.shape = {1, 2}, .values = {1000, 0}},
                  {.shape = {1, 2}, .values = {0, 1}, .requires_grad = false}},
       .call = of({}),
       .torch = "F.cross_entropy(a, b)",
       .smooth = false},
      {.name = "probabilities of other classes",
       .inputs = {{{2, 3}}, {{2, 4}}},
       .call = of({}),
       .error = "cross_entropy: target holds floats, and so class probabilities, which need the "
                "shape of input, (2, 3), but has shape (2, 4); class indices are int64 "
                "[input (2, 3), target (2, 4)]"},
      {.name = "weights of other classes",
       .inputs = {x, t, weight(3)},
       .call = of({}),
       .error = "cross_entropy: weight has shape (3,) but there are 4 classes"},
      {.name = "unknown reduction",
       .inputs = {x, t},
       .call = of({.reduction = "average"}),
       .error = "cross_entropy: reduction is 'average'"},
  };
}

std::vector<Case> CrossEntropy::cases() {
  std::vector<Case> all = right_cross_entropy();
  for (Case& c : wrong_cross_entropy()) all.push_back(std::move(c));
  const CaseInput classes{.shape = {4096}, .dtype = DType::i64, .low = 0, .high = 1000};
  all.push_back({.name = "large",
                 .inputs = {{{4096, 1000}}, classes, kAbsent},
                 .op = any(CrossEntropy{}),
                 .torch = "F.cross_entropy(a, b)",
                 .speed = true});
  return all;
}

}  // namespace limpid
