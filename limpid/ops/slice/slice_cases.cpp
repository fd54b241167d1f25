#include "limpid/op/case.h"
#include "limpid/ops/slice/slice.h"

namespace limpid {

namespace {
StridedSlice slice(Shape begin, Shape size, Shape step, std::uint64_t dropped = 0) {
  return {{begin, size, step, dropped}};
}
SliceBackward backward(Shape begin, Shape size, Shape step, std::uint64_t dropped, Shape shape) {
  return {{begin, size, step, dropped}, shape};
}
}  // namespace

std::vector<Case> StridedSlice::cases() {
  return {
      {.name = "middle",
       .inputs = {{{5, 4}}},
       .op = any(slice({1, 0}, {3, 4}, {1, 1})),
       .torch = "a[1:4]"},
      {.name = "steps",
       .inputs = {{{7, 6}}},
       .op = any(slice({0, 1}, {4, 2}, {2, 3})),
       .torch = "a[::2, 1::3]"},
      {.name = "reversed",
       .inputs = {{{5, 3}}},
       .op = any(slice({4, 2}, {5, 2}, {-1, -2})),
       .torch = "a.flip(0, 1)[:, ::2]"},
      {.name = "one row",
       .inputs = {{{3, 4}}},
       .op = any(slice({1, 0}, {1, 4}, {1, 1}, 1)),
       .torch = "a[1]"},
      {.name = "one column of a transposed matrix",
       .inputs = {{.shape = {3, 4}, .arrangement = Arrangement::transposed}},
       .op = any(slice({0, 3}, {3, 1}, {1, 1}, 2)),
       .torch = "a[:, 3]"},
      {.name = "one element",
       .inputs = {{{3, 4}}},
       .op = any(slice({2, 3}, {1, 1}, {1, 1}, 3)),
       .torch = "a[2, 3]"},
      {.name = "nothing",
       .inputs = {{{3, 4}}},
       .op = any(slice({3, 0}, {0, 4}, {1, 1})),
       .torch = "a[3:]"},
      {.name = "of nothing",
       .inputs = {{{0, 4}}},
       .op = any(slice({0, 1}, {0, 2}, {1, 1})),
       .torch = "a[:, 1:3]"},
      {.name = "0-d", .inputs = {{Shape{}}}, .op = any(slice({}, {}, {})), .torch = "a[...]"},
      {.name = "bool",
       .inputs = {{.shape = {6}, .dtype = DType::boolean}},
       .op = any(slice({1}, {3}, {2})),
       .torch = "a[1::2]"},
      {.name = "step 0",
       .inputs = {{{3}}},
       .op = any(slice({0}, {2}, {0})),
       .error = "slice: the step along dimension 0 is 0"},
      {.name = "beyond the end",
       .inputs = {{{3, 5}}},
       .op = any(slice({0, 1}, {3, 3}, {1, 2})),
       .error = "elements 1 + k * 2 for k < 3 do not lie within dimension 1 of size 5"},
      {.name = "before the start",
       .inputs = {{{3}}},
       .op = any(slice({1}, {3}, {-1})),
       .error = "do not lie within dimension 0 of size 3"},
      {.name = "from before the start",
       .inputs = {{{3}}},
       .op = any(slice({-2}, {3}, {1})),
       .error = "do not lie within dimension 0 of size 3"},
      {.name = "huge step",
       .inputs = {{{3}}},
       .op = any(slice({0}, {3}, {INT64_MAX})),
       .error = "do not lie within dimension 0 of size 3"},
      {.name = "wrong rank",
       .inputs = {{{3, 4}}},
       .op = any(slice({0}, {3}, {1})),
       .error = "begin (0,) must have one entry for each of the 2 axes"},
      {.name = "dropped axis of size 2",
       .inputs = {{{3}}},
       .op = any(slice({0}, {2}, {1}, 1)),
       .error = "dimension 0 of size 2 cannot be dropped"},
      {.name = "large",
       .inputs = {{{1024, 1024}}},
       .op = any(slice({1, 0}, {512, 1024}, {2, 1})),
       .torch = "a[1::2]",
       .speed = true},
  };
}

std::vector<Case> SliceBackward::cases() {
  return {
      {.name = "rows",
       .inputs = {{{2, 3}}},
       .op = any(backward({1, 0}, {2, 3}, {1, 1}, 0, {4, 3})),
       .torch = "torch.ops.aten.slice_backward(a, (4, 3), 0, 1, 3, 1)"},
      {.name = "every other column",
       .inputs = {{{2, 3}}},
       .op = any(backward({0, 0}, {2, 3}, {1, 2}, 0, {2, 6})),
       .torch = "torch.ops.aten.slice_backward(a, (2, 6), 1, 0, 6, 2)"},
      {.name = "reversed",
       .inputs = {{{3}}},
       .op = any(backward({2}, {3}, {-1}, 0, {3})),
       .torch = "a.flip(0)"},
      {.name = "one column",
       .inputs = {{{3}}},
       .op = any(backward({0, 1}, {3, 1}, {1, 1}, 2, {3, 4})),
       .torch = "torch.ops.aten.select_backward(a, (3, 4), 1, 1)"},
      {.name = "nothing",
       .inputs = {{{0, 3}}},
       .op = any(backward({0, 0}, {0, 3}, {1, 1}, 0, {2, 3})),
       .torch = "torch.zeros(2, 3) + a.sum()"},
      {.name = "0-d",
       .inputs = {{Shape{}}},
       .op = any(backward({1}, {1}, {1}, 1, {3})),
       .torch = "torch.ops.aten.select_backward(a, (3,), 0, 1)"},
      {.name = "wrong shape",
       .inputs = {{{3}}},
       .op = any(backward({0}, {2}, {1}, 0, {4})),
       .error = "slice_backward: the region has shape (2,), not (3,)"},
      {.name = "large",
       .inputs = {{{512, 1024}}},
       .op = any(backward({1, 0}, {512, 1024}, {2, 1}, 0, {1024, 1024})),
       .torch = "torch.ops.aten.slice_backward(a, (1024, 1024), 0, 1, 1024, 2)",
       .speed = true},
  };
}

}  // namespace limpid
