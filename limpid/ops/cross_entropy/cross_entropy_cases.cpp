#include "limpid/op/case.h"
#include "limpid/ops/cross_entropy/cross_entropy.h"

namespace limpid {

namespace {
CaseInput classes(Shape shape, std::vector<double> values) {
  return {.shape = std::move(shape), .dtype = DType::i64, .values = std::move(values)};
}
const CaseInput kNone{.shape = {}, .defined = false};
const CaseInput kWeight{.shape = {3}, .low = 0.5, .high = 2, .requires_grad = false};
}  // namespace

std::vector<Case> CrossEntropy::cases() {
  const CaseInput scores{.shape = {4, 3}}, targets = classes({4}, {0, 2, 1, 1});
  return {
      {.name = "mean", .inputs = {scores, targets, kNone}, .op = any(CrossEntropy{}),
       .torch = "F.cross_entropy(a, b)"},
      {.name = "sum", .inputs = {scores, targets, kNone}, .op = any(CrossEntropy{.reduction = "sum"}),
       .torch = "F.cross_entropy(a, b, reduction='sum')"},
      {.name = "each", .inputs = {scores, targets, kNone}, .op = any(CrossEntropy{.reduction = "none"}),
       .torch = "F.cross_entropy(a, b, reduction='none')"},
      {.name = "weights", .inputs = {scores, targets, kWeight}, .op = any(CrossEntropy{}),
       .torch = "F.cross_entropy(a, b, weight=c)"},
      {.name = "ignored", .inputs = {scores, classes({4}, {0, -100, 1, -100}), kNone},
       .op = any(CrossEntropy{}), .torch = "F.cross_entropy(a, b)"},
      {.name = "ignored each", .inputs = {scores, classes({4}, {0, 2, 1, 2}), kWeight},
       .op = any(CrossEntropy{.ignore_index = 2, .reduction = "none"}),
       .torch = "F.cross_entropy(a, b, weight=c, ignore_index=2, reduction='none')"},
      {.name = "smoothed", .inputs = {scores, targets, kWeight},
       .op = any(CrossEntropy{.label_smoothing = 0.1}),
       .torch = "F.cross_entropy(a, b, weight=c, label_smoothing=0.1)"},
      {.name = "images", .inputs = {{{2, 3, 2, 2}}, classes({2, 2, 2}, {0, 1, 2, 0, 1, 2, 0, -100}), kNone},
       .op = any(CrossEntropy{.label_smoothing = 0.2}),
       .torch = "F.cross_entropy(a, b, label_smoothing=0.2)"},
      {.name = "far apart: nothing is clamped",
       .inputs = {{.shape = {2, 3}, .values = {0, 200, -300, 1e4, 0, -1e4}}, classes({2}, {2, 1}), kNone},
       .op = any(CrossEntropy{}), .torch = "F.cross_entropy(a, b)", .smooth = false},
      {.name = "nothing counts", .inputs = {{{2, 3}}, classes({2}, {-100, -100}), kNone},
       .op = any(CrossEntropy{}), .torch = "F.cross_entropy(a, b)", .smooth = false},
      {.name = "class out of range", .inputs = {{{4, 10}}, classes({4}, {0, 2, 1, 12}), kNone},
       .op = any(CrossEntropy{}),
       .error = "class 12 at position 3 of the target is out of range: there are 10 classes"},
      {.name = "shapes that would broadcast", .inputs = {{{4, 3}}, classes({4, 1}, {0, 2, 1, 1}), kNone},
       .op = any(CrossEntropy{}), .error = "need one class a sample: (4,); reshape the target"},
      {.name = "float target", .inputs = {{{4, 3}}, {{4}}, kNone}, .op = any(CrossEntropy{}),
       .error = "target has dtype float32; classes are int64"},
      {.name = "unknown reduction", .inputs = {scores, targets, kNone},
       .op = any(CrossEntropy{.reduction = "meen"}), .error = "did you mean 'mean'?"},
      {.name = "weight of another length", .inputs = {scores, targets, {{4}}}, .op = any(CrossEntropy{}),
       .error = "one factor a class"},
      {.name = "large", .inputs = {{{1024, 1000}},
                                   {.shape = {1024}, .dtype = DType::i64, .low = 0, .high = 1000}, kNone},
       .op = any(CrossEntropy{}), .torch = "F.cross_entropy(a, b)", .speed = true},
  };
}

}  // namespace limpid
