#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/matmul/matmul.h"

namespace limpid {

namespace {

/// A case of two shapes.
Case product(std::string name, const Shape& a, const Shape& b, DType dtype = DType::f32) {
  const bool half = size_of(dtype) == 2;
  return {.name = std::move(name),
          .inputs = {{.shape = a, .dtype = dtype}, {.shape = b, .dtype = dtype}},
          .op = any(MatMul{}),
          .torch = "a @ b",
          .smooth = !half};
}
/// One that only the reference judges: its numbers would fill the golden files.
Case large(std::string name, const Shape& a, const Shape& b) {
  Case c = product(std::move(name), a, b);
  c.torch = "";
  return c;
}
Case refused_matmul(std::string name, const Shape& a, const Shape& b, std::string error) {
  return {.name = std::move(name),
          .inputs = {{a}, {b}},
          .op = any(MatMul{}),
          .error = std::move(error)};
}

}  // namespace

std::vector<Case> MatMul::cases() {
  std::vector<Case> all = {
      product("vector vector", {5}, {5}),
      product("vector vector of one", {1}, {1}),
      product("vector matrix", {3}, {3, 4}),
      product("matrix vector", {3, 4}, {4}),
      product("matrix matrix", {3, 4}, {4, 5}),
      product("row column", {1, 7}, {7, 1}),
      product("column row", {7, 1}, {1, 5}),
      product("odd sizes", {13, 17}, {17, 49}),
      large("over one block", {9, 300}, {300, 50}),
      product("long dot", {1000}, {1000}),
      product("batch", {2, 3, 4}, {2, 4, 5}),
      product("batch of 4-d", {2, 3, 2, 4}, {2, 3, 4, 2}),
      product("batch times one matrix", {2, 3, 4}, {4, 5}),
      product("one matrix times batch", {3, 4}, {2, 4, 5}),
      product("batch broadcast both ways", {2, 1, 3, 4}, {5, 4, 2}),
      product("batch of 1 against 3", {1, 2, 4}, {3, 4, 2}),
      product("batch of 2 against 1", {2, 2, 3}, {1, 3, 2}),
      product("vector times batch", {4}, {3, 4, 2}),
      product("batch times vector", {3, 2, 4}, {4}),
      product("empty rows", {0, 4}, {4, 3}),
      product("empty columns", {2, 4}, {4, 0}),
      product("empty sum is 0", {2, 0}, {0, 3}),
      product("empty sums of a batch", {2, 3, 0}, {0, 2}),
      product("empty vectors", {0}, {0}),
      product("empty batch", {0, 2, 3}, {3, 2}),
      product("f64", {6, 20}, {20, 9}, DType::f64),
      product("f16", {6, 70}, {70, 9}, DType::f16),
      product("bf16", {6, 70}, {70, 9}, DType::bf16),
      product("i64", {3, 4}, {4, 5}, DType::i64),
      product("i32 batch", {2, 3, 4}, {2, 4, 5}, DType::i32),
      product("i16", {3, 4}, {4, 5}, DType::i16),
      product("i8 vector", {4}, {4}, DType::i8),
      refused_matmul(
          "sizes along k", {2, 3}, {4, 5},
          "matmul: dimension 1 of input (2, 3) has size 3 but dimension 0 of other (4, 5) has "
          "size 4; they must be equal"),
      refused_matmul("vectors of other lengths", {3}, {4}, "dimension 0 of input (3,) has size 3"),
      refused_matmul("batches", {2, 3, 4}, {3, 4, 5}, "matmul: "),
      refused_matmul("0-d on the left", Shape{}, {3}, "matmul: input is 0-d"),
      refused_matmul("0-d on the right", {3}, Shape{}, "matmul: other is 0-d"),
  };
  all.push_back({.name = "transposed left",
                 .inputs = {{.shape = {6, 40}, .arrangement = Arrangement::transposed}, {{40, 33}}},
                 .op = any(MatMul{}),
                 .torch = "a @ b"});
  all.push_back({.name = "transposed right",
                 .inputs = {{{6, 40}}, {.shape = {40, 33}, .arrangement = Arrangement::transposed}},
                 .op = any(MatMul{}),
                 .torch = "a @ b"});
  all.push_back({.name = "strided and negative",
                 .inputs = {{.shape = {6, 40}, .arrangement = Arrangement::strided},
                            {.shape = {40, 33}, .arrangement = Arrangement::negative}},
                 .op = any(MatMul{}),
                 .torch = "a @ b"});
  all.push_back({.name = "u8 wraps",
                 .inputs = {{.shape = {2, 3}, .dtype = DType::u8, .low = 100, .high = 255},
                            {.shape = {3, 2}, .dtype = DType::u8, .low = 100, .high = 255}},
                 .op = any(MatMul{}),
                 .torch = "a @ b"});
  all.push_back({.name = "infinities and NaN spread along rows only",
                 .inputs = {{.shape = {3, 2}, .values = {INFINITY, 1, NAN, 1, 1, 1}}, {{2, 3}}},
                 .op = any(MatMul{}),
                 .torch = "a @ b",
                 .smooth = false});
  all.push_back({.name = "bool",
                 .inputs = {{.shape = {2, 2}, .dtype = DType::boolean},
                            {.shape = {2, 2}, .dtype = DType::boolean}},
                 .op = any(MatMul{}),
                 .error = "matmul: takes floats and integers, not bool"});
  all.push_back({.name = "two dtypes",
                 .inputs = {{{2, 2}}, {.shape = {2, 2}, .dtype = DType::f64}},
                 .op = any(MatMul{}),
                 .error = "matmul: input is float32 but other is float64"});
  for (const std::int64_t n : {64, 512}) {
    Case speed = product("square " + std::to_string(n), {n, n}, {n, n});
    speed.speed = true;
    all.push_back(std::move(speed));
  }
  return all;
}

}  // namespace limpid
