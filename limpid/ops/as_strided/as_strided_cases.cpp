#include "limpid/core/str.h"
#include "limpid/op/case.h"
#include "limpid/ops/as_strided/as_strided.h"

namespace limpid {

namespace {

Case strided(std::string name, CaseInput input, AsStrided op) {
  std::int64_t step = 1;
  op.input_stride = input.shape;  // row-major
  for (int i = input.shape.rank() - 1; i >= 0; --i) {
    op.input_stride[i] = step;
    step *= std::max(input.shape[i], std::int64_t{1});
  }
  return {.name = std::move(name),
          .inputs = {std::move(input)},
          .op = any(op),
          .torch = str("a.as_strided(", op.size, ", ", op.stride, ", ", op.storage_offset, ")")};
}
Case refused_strides(std::string name, Shape shape, AsStrided op, std::string error) {
  Case c = strided(std::move(name), {std::move(shape)}, std::move(op));
  c.torch = "", c.error = std::move(error);
  return c;
}

}  // namespace

std::vector<Case> AsStrided::cases() {
  return {
      strided("windows that overlap", {{9}}, {{4, 3}, {2, 1}}),
      strided("transposed", {{3, 4}}, {{4, 3}, {1, 4}}),
      strided("a diagonal", {{4, 4}}, {{4}, {5}}),
      strided("from an offset", {{3, 4}}, {{2, 2}, {4, 1}, 5}),
      strided("one element again and again", {{5}}, {{2, 3}, {0, 0}, 2}),
      strided("0-d", {{5}}, {{}, {}, 3}),
      strided("of 0-d", {{}}, {{1, 2}, {1, 0}}),
      strided("no elements", {{5}}, {{0, 3}, {7, 100}}),
      strided("int64", {.shape = {6}, .dtype = DType::i64}, {{2, 2}, {3, 1}}),
      refused_strides(
          "outside", {6}, {{300, 3}, {3, 1}},
          "size (300, 3) with stride (3, 1) and storage_offset 0 reaches element 899 of a"),
      refused_strides("lengths", {6}, {{3, 2}, {1}}, "must have one length"),
      refused_strides("backwards", {6}, {{3}, {-1}, 5}, "strides must not be negative"),
      refused_strides("offset", {6}, {{3}, {1}, -1}, "storage_offset must not be negative"),
      refused_strides("begins elsewhere", {6}, {{2}, {1}, 1, {}, 3},
                      "the input has strides (1,) and offset 0, not (1,) and 3 as was said"),
      refused_strides("beyond all memory", {6}, {{3, 3}, {std::int64_t{1} << 62, 1}},
                      "goes beyond all memory"),
  };
}

}  // namespace limpid
