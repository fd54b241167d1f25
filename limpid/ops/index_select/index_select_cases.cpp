#include "limpid/op/case.h"
#include "limpid/ops/index_select/index_select.h"

namespace limpid {

namespace {

CaseInput index(Shape shape, std::vector<double> values, DType dtype = DType::i64) {
  return {.shape = std::move(shape), .dtype = dtype, .values = std::move(values)};
}
CaseInput input_of(Shape shape, DType dtype) { return {.shape = std::move(shape), .dtype = dtype}; }

}  // namespace

std::vector<Case> IndexSelect::cases() {
  const auto along = [](std::int64_t dim) {
    return [=](std::span<const Tensor> in) { return Tensors(index_select(in[0], dim, in[1])); };
  };
  return {
      {.name = "rows, one twice",
       .inputs = {{{4, 3}}, index({3}, {2, 0, 2})},
       .call = along(0),
       .torch = "torch.index_select(a, 0, b)"},
      {.name = "columns",
       .inputs = {{{2, 3, 4}}, index({2}, {3, 1})},
       .call = along(-1),
       .torch = "torch.index_select(a, -1, b)"},
      {.name = "0-d index",
       .inputs = {{{4, 3}}, index({}, {1})},
       .call = along(0),
       .torch = "torch.index_select(a, 0, b)"},
      {.name = "0-d input",
       .inputs = {{Shape{}}, index({1}, {0})},
       .call = along(0),
       .torch = "torch.index_select(a, 0, b)"},
      {.name = "none",
       .inputs = {{{4, 3}}, index({0}, {})},
       .call = along(1),
       .torch = "torch.index_select(a, 1, b)"},
      {.name = "int32 index of bool",
       .inputs = {input_of({4, 3}, DType::boolean), index({2}, {1, 1}, DType::i32)},
       .call = along(0),
       .torch = "torch.index_select(a, 0, b)"},
      {.name = "negative",
       .inputs = {{{4, 3}}, index({2}, {0, -1})},
       .call = along(0),
       .error = "index_select: index -1 at position 1 is out of range for dimension 0 of size 4"},
      {.name = "a matrix",
       .inputs = {{{4, 3}}, index({1, 1}, {0})},
       .call = along(0),
       .error = "index_select: index must be a vector, got shape (1, 1)"},
      {.name = "floats",
       .inputs = {{{4, 3}}, {{2}}},
       .call = along(0),
       .error = "index_select: index has dtype float32"},
  };
}

std::vector<Case> IndexAdd::cases() {
  const auto along = [](std::int64_t dim, Scalar alpha) {
    return [=](std::span<const Tensor> in) {
      return Tensors(index_add(in[0], dim, in[1], in[2], alpha));
    };
  };
  return {
      {.name = "rows, one twice",
       .inputs = {{{4, 3}}, index({3}, {2, 0, 2}), {{3, 3}}},
       .call = along(0, 1),
       .torch = "torch.index_add(a, 0, b, c)"},
      {.name = "columns, halved",
       .inputs = {{{2, 4}}, index({3}, {3, 3, 1}), {{2, 3}}},
       .call = along(1, 0.5),
       .torch = "torch.index_add(a, 1, b, c, alpha=0.5)"},
      {.name = "0-d, doubled",
       .inputs = {{Shape{}}, index({1}, {0}), {Shape{}}},
       .call = along(0, 2),
       .torch = "torch.index_add(a, 0, b, c, alpha=2)"},
      {.name = "source of other shape",
       .inputs = {{{4, 3}}, index({2}, {2, 0}), {{2, 1}}},
       .call = along(0, 1),
       .error = "index_add: source has shape (2, 1), but the 2 named entries along dimension 0 "
                "have shape (2, 3)"},
      {.name = "source of other dtype",
       .inputs = {{{4}}, index({1}, {2}), input_of({1}, DType::i64)},
       .call = along(0, 1),
       .error = "index_add: source has dtype int64 but input float32"},
      {.name = "too large",
       .inputs = {{{2, 4}}, index({1}, {4}), {{2, 1}}},
       .call = along(1, 1),
       .error = "index_add: index 4 at position 0 is out of range for dimension 1 of size 4"},
  };
}

std::vector<Case> IndexCopy::cases() {
  const auto along = [](std::int64_t dim) {
    return
        [=](std::span<const Tensor> in) { return Tensors(index_copy(in[0], dim, in[1], in[2])); };
  };
  return {
      {.name = "rows",
       .inputs = {{{4, 3}}, index({2}, {2, 0}), {{2, 3}}},
       .call = along(0),
       .torch = "torch.index_copy(a, 0, b, c)"},
      {.name = "columns",
       .inputs = {{{2, 4}}, index({2}, {3, 1}), {{2, 2}}},
       .call = along(-1),
       .torch = "torch.index_copy(a, -1, b, c)"},
      {.name = "a vector is no source",
       .inputs = {{{4, 3}}, index({2}, {2, 0}), {{1}}},
       .call = along(0),
       .error = "index_copy: source has shape (1,)"},
      {.name = "nor is a number",
       .inputs = {{{4, 3}}, index({2}, {2, 0}), {Shape{}}},
       .call = along(0),
       .error = "index_copy: source has shape (), but the 2 named entries along dimension 0 have"},
      {.name = "a number for one element",
       .inputs = {{{4}}, index({1}, {2}), {Shape{}}},
       .call = along(0),
       .torch = "torch.index_copy(a, 0, b, c)"},
  };
}

std::vector<Case> IndexFill::cases() {
  const auto with = [](std::int64_t dim, Scalar value) {
    return
        [=](std::span<const Tensor> in) { return Tensors(index_fill(in[0], dim, in[1], value)); };
  };
  return {
      {.name = "rows",
       .inputs = {{{4, 3}}, index({2}, {2, 0})},
       .call = with(0, 7),
       .torch = "torch.index_fill(a, 0, b, 7)"},
      {.name = "columns, one twice",
       .inputs = {{{2, 4}}, index({3}, {3, 1, 3})},
       .call = with(1, -1.5),
       .torch = "torch.index_fill(a, 1, b, -1.5)"},
      {.name = "a float in integers",
       .inputs = {input_of({4}, DType::i64), index({1}, {0})},
       .call = with(0, 0.5),
       .error = "index_fill: the value 0.5 does not fit a tensor of int64"},
  };
}

std::vector<Case> IndexReduce::cases() {
  const auto call = [](std::int64_t dim, std::string reduce, bool self) {
    return [=](std::span<const Tensor> in) {
      return Tensors(index_reduce(in[0], dim, in[1], in[2], reduce, self));
    };
  };
  std::vector<Case> all;
  for (const std::string reduce : {"prod", "mean", "amax", "amin"})
    for (const bool self : {true, false}) {
      const std::string tail = "'" + reduce + (self ? "')" : "', include_self=False)"),
                        mark = self ? "" : " without self";
      all.push_back({.name = reduce + mark,
                     .inputs = {{{2, 4}}, index({3}, {2, 0, 2}), {{2, 3}}},
                     .call = call(1, reduce, self),
                     .torch = "torch.index_reduce(a, 1, b, c, " + tail});
      all.push_back({.name = reduce + mark + ", int32 rows",
                     .inputs = {input_of({3, 2}, DType::i32), index({4}, {1, 1, 2, 1}, DType::i32),
                                input_of({4, 2}, DType::i32)},
                     .call = call(0, reduce, self),
                     .torch = "torch.index_reduce(a, 0, b.long(), c, " + tail});
    }
  const std::vector<Case> others = {
      {.name = "0-d",
       .inputs = {{Shape{}}, index({1}, {0}), {Shape{}}},
       .call = call(0, "amax", true),
       .torch = "torch.index_reduce(a, 0, b, c, 'amax')"},
      {.name = "none named",
       .inputs = {{{3}}, index({0}, {}), {{0}}},
       .call = call(0, "mean", true),
       .torch = "torch.index_reduce(a, 0, b, c, 'mean')"},
      {.name = "a sum",
       .inputs = {{{3}}, index({1}, {0}), {{1}}},
       .call = call(0, "sum", true),
       .error = "index_reduce: there is no reduce \"sum\""},
      {.name = "source of other shape",
       .inputs = {{{4, 3}}, index({2}, {2, 0}), {{2, 1}}},
       .call = call(0, "amax", true),
       .error = "index_reduce: source has shape (2, 1), but the 2 named entries"},
      {.name = "index too large",
       .inputs = {{{4}}, index({1}, {4}), {{1}}},
       .call = call(0, "amax", true),
       .error = "index_reduce: index 4 at position 0 is out of range for dimension 0 of size 4"},
  };
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

std::vector<Case> Take::cases() {
  const auto call = [](std::span<const Tensor> in) { return Tensors(take(in[0], in[1])); };
  return {
      {.name = "elements, one twice",
       .inputs = {{{3, 4}}, index({2, 2}, {11, 0, 5, 5})},
       .call = call,
       .torch = "torch.take(a, b)"},
      {.name = "from the end",
       .inputs = {{{3, 4}}, index({2}, {-1, -12})},
       .call = call,
       .torch = "torch.take(a, b)"},
      {.name = "nothing of nothing",
       .inputs = {{{0, 3}}, index({0}, {})},
       .call = call,
       .torch = "torch.take(a, b)"},
      {.name = "of transposed",
       .inputs = {{.shape = {3, 4}, .arrangement = Arrangement::transposed}, index({2}, {1, 7})},
       .call = call,
       .torch = "torch.take(a, b)"},
      {.name = "too large",
       .inputs = {{{3, 4}}, index({1}, {12})},
       .call = call,
       .error = "index 12 is out of range for dimension 0 of size 12"},
      {.name = "from nothing",
       .inputs = {{{0, 4}}, index({1}, {0})},
       .call = call,
       .error = "take: input of shape (0, 4) has no elements to take"},
  };
}

std::vector<Case> TakeAlongDim::cases() {
  const auto along = [](std::int64_t dim) {
    return [=](std::span<const Tensor> in) { return Tensors(take_along_dim(in[0], in[1], dim)); };
  };
  return {
      {.name = "rows",
       .inputs = {{{2, 4}}, index({2, 3}, {3, 0, 0, 1, 2, 1})},
       .call = along(1),
       .torch = "torch.take_along_dim(a, b, 1)"},
      {.name = "one row of indices for all",
       .inputs = {{{3, 4}}, index({1, 2}, {3, 0})},
       .call = along(-1),
       .torch = "torch.take_along_dim(a, b, -1)"},
      {.name = "one row of elements for all",
       .inputs = {{{1, 4}}, index({2, 1}, {3, -1})},
       .call = along(1),
       .torch = "torch.take_along_dim(a, b % 4, 1)"},
      {.name = "small integers from the end of a long axis",
       .inputs = {{{200}}, {.shape = {2}, .dtype = DType::i8, .values = {-1, 7}}},
       .call = along(0),
       .torch = "torch.take_along_dim(a, b.long() % 200, 0)"},
      {.name = "flat",
       .inputs = {{{2, 3}}, index({2}, {5, 1})},
       .call = [](std::span<const Tensor> in) { return Tensors(take_along_dim(in[0], in[1])); },
       .torch = "torch.take_along_dim(a, b)"},
      {.name = "ranks differ",
       .inputs = {{{2, 3}}, index({2}, {1, 1})},
       .call = along(1),
       .error = "take_along_dim: input has 2 dimensions but indices 1"},
      {.name = "too large",
       .inputs = {{{2, 3}}, index({2, 1}, {1, 3})},
       .call = along(1),
       .error = "index 3 at position (1, 0) is out of range for dimension 1 of size 3"},
  };
}

std::vector<Case> OneHot::cases() {
  const auto of_classes = [](std::int64_t n) {
    return [=](std::span<const Tensor> in) { return Tensors(one_hot(in[0], n)); };
  };
  return {
      {.name = "vector",
       .inputs = {index({4}, {0, 2, 1, 2})},
       .call = of_classes(4),
       .torch = "F.one_hot(a, 4)"},
      {.name = "as many as needed",
       .inputs = {index({2, 2}, {0, 3, 1, 0})},
       .call = of_classes(-1),
       .torch = "F.one_hot(a)"},
      {.name = "0-d",
       .inputs = {index({}, {1})},
       .call = of_classes(3),
       .torch = "F.one_hot(a, 3)"},
      {.name = "none",
       .inputs = {index({0}, {})},
       .call = of_classes(2),
       .torch = "F.one_hot(a, 2)"},
      {.name = "uint8",
       .inputs = {index({2}, {1, 0}, DType::u8)},
       .call = of_classes(2),
       .torch = "F.one_hot(a.long(), 2)"},
      {.name = "class too large",
       .inputs = {index({2, 2}, {0, 1, 5, 0})},
       .call = of_classes(4),
       .error = "one_hot: class 5 at position (1, 0) is out of range for 4 classes"},
      {.name = "negative class",
       .inputs = {index({3}, {0, 1, -1})},
       .call = of_classes(-1),
       .error = "one_hot: class -1 at position (2,) is out of range for 2 classes"},
      {.name = "class beyond all sizes",
       .inputs = {index({1}, {9.3e18})},
       .call = of_classes(-1),
       .error = "one_hot: class 9223372036854775807 at position (0,) is out of range"},
      {.name = "none to count",
       .inputs = {index({0}, {})},
       .call = of_classes(-1),
       .error = "one_hot: no classes to count"},
      {.name = "no classes",
       .inputs = {index({1}, {0})},
       .call = of_classes(0),
       .error = "one_hot: num_classes must be at least 1, or -1, not 0"},
      {.name = "floats",
       .inputs = {{{2}}},
       .call = of_classes(2),
       .error = "one_hot: classes are integers, not float32"},
  };
}

}  // namespace limpid
