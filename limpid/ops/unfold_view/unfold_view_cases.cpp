#include "limpid/core/str.h"
#include "limpid/op/case.h"
#include "limpid/ops/unfold_view/unfold_view.h"

namespace limpid {

namespace {

Case windows(std::string name, CaseInput input, UnfoldView op) {
  return {.name = std::move(name),
          .inputs = {std::move(input)},
          .op = any(op),
          .torch = str("a.unfold(", op.dimension, ", ", op.size, ", ", op.step, ")")};
}
Case refused_windows(std::string name, Shape shape, UnfoldView op, std::string error) {
  Case c = windows(std::move(name), {std::move(shape)}, op);
  c.torch = "", c.error = "unfold_view: " + std::move(error);
  return c;
}

}  // namespace

std::vector<Case> UnfoldView::cases() {
  return {
      windows("overlapping", {{7}}, {0, 3, 1}),
      windows("apart", {{9}}, {0, 2, 3}),
      windows("side by side, a rest", {{2, 7}}, {1, 2, 2}),
      windows("axis in the middle", {{2, 5, 3}}, {1, 3, 2}),
      windows("negative axis", {{4, 3}}, {-2, 2, 1}),
      windows("all of it", {{2, 4}}, {1, 4, 5}),
      windows("one element", {{4}}, {0, 1, 1}),
      windows("windows of no elements", {{3, 2}}, {0, 0, 2}),
      windows("empty beside", {{0, 4}}, {1, 2, 1}),
      windows("transposed", {.shape = {4, 5}, .arrangement = Arrangement::transposed}, {0, 2, 1}),
      windows("negative strides", {.shape = {6}, .arrangement = Arrangement::negative}, {0, 3, 2}),
      windows("int64", {.shape = {5}, .dtype = DType::i64}, {0, 2, 2}),
      windows("a step past the end", {{4}}, {0, 3, std::int64_t{1} << 62}),
      refused_windows("too large", {3}, {0, 4, 1},
                      "windows of size 4 do not fit dimension 0 of size 3"),
      refused_windows("negative size", {3}, {0, -1, 1}, "windows of size -1 do not fit"),
      refused_windows("no step", {3}, {0, 2, 0}, "step is 0; it must be at least 1"),
      refused_windows("0-d", {}, {0, 1, 1}, "a 0-d tensor has no axis"),
      refused_windows("no such axis", {3}, {1, 1, 1}, ""),
  };
}

}  // namespace limpid
