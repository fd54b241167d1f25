#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/products/products.h"

namespace limpid {

namespace {

template <class F>
Case product_case(std::string name, std::vector<CaseInput> inputs, F f, std::string torch) {
  return {.name = std::move(name),
          .inputs = std::move(inputs),
          .call = [f](std::span<const Tensor> in) { return Tensors(f(in)); },
          .torch = std::move(torch)};
}
template <class F>
Case refused_product(std::string name, std::vector<CaseInput> inputs, F f, std::string error) {
  Case c = product_case(std::move(name), std::move(inputs), f, "");
  c.error = std::move(error);
  return c;
}
using In = std::span<const Tensor>;

}  // namespace

std::vector<Case> Mm::cases() {
  const auto f = [](In in) { return mm(in[0], in[1]); };
  return {
      product_case("matrices", {{{3, 4}}, {{4, 5}}}, f, "torch.mm(a, b)"),
      product_case("empty", {{{3, 0}}, {{0, 5}}}, f, "torch.mm(a, b)"),
      refused_product("a vector", {{{3, 4}}, {{4}}}, f,
                      "mm: mat2 must be a matrix, got shape (4,)"),
      refused_product("a stack", {{{2, 3, 4}}, {{4, 2}}}, f, "mm: input must be a matrix"),
      refused_product("sizes", {{{3, 4}}, {{5, 2}}}, f,
                      "mm: dimension 1 of input (3, 4) has size 4"),
  };
}

std::vector<Case> Mv::cases() {
  const auto f = [](In in) { return mv(in[0], in[1]); };
  return {
      product_case("matrix and vector", {{{3, 4}}, {{4}}}, f, "torch.mv(a, b)"),
      product_case("empty", {{{0, 4}}, {{4}}}, f, "torch.mv(a, b)"),
      refused_product("two matrices", {{{3, 4}}, {{4, 1}}}, f,
                      "mv: vec must be a vector, got shape (4, 1)"),
      refused_product("two vectors", {{{4}}, {{4}}}, f, "mv: input must be a matrix"),
  };
}

std::vector<Case> Bmm::cases() {
  const auto f = [](In in) { return bmm(in[0], in[1]); };
  return {
      product_case("stacks", {{{2, 3, 4}}, {{2, 4, 5}}}, f, "torch.bmm(a, b)"),
      product_case("empty stack", {{{0, 3, 4}}, {{0, 4, 5}}}, f, "torch.bmm(a, b)"),
      refused_product("stacks of 1 and 2", {{{1, 3, 4}}, {{2, 4, 5}}}, f,
                      "bmm: input (1, 3, 4) is a stack of 1 matrices but mat2 (2, 4, 5) of 2"),
      refused_product("a matrix", {{{3, 4}}, {{2, 4, 5}}}, f,
                      "bmm: input must be a stack of matrices"),
      refused_product("another matrix", {{{2, 3, 4}}, {{4, 5}}}, f,
                      "bmm: mat2 must be a stack of matrices"),
  };
}

std::vector<Case> Dot::cases() {
  const auto f = [](In in) { return dot(in[0], in[1]); };
  return {
      product_case("vectors", {{{5}}, {{5}}}, f, "torch.dot(a, b)"),
      product_case("empty", {{{0}}, {{0}}}, f, "torch.dot(a, b)"),
      product_case("integers",
                   {{.shape = {4}, .dtype = DType::i32}, {.shape = {4}, .dtype = DType::i32}}, f,
                   "torch.dot(a, b)"),
      refused_product("lengths", {{{5}}, {{4}}}, f, "dot: dimension 0 of input (5,) has size 5"),
      refused_product("a matrix", {{{2, 2}}, {{2}}}, f, "dot: input must be a vector"),
      refused_product("a number", {{{2}}, {Shape{}}}, f, "dot: other must be a vector"),
  };
}

std::vector<Case> Outer::cases() {
  const auto f = [](In in) { return outer(in[0], in[1]); };
  return {
      product_case("vectors", {{{3}}, {{4}}}, f, "torch.outer(a, b)"),
      product_case("two dtypes", {{{3}}, {.shape = {2}, .dtype = DType::i64}}, f,
                   "torch.outer(a, b)"),
      product_case("empty", {{{0}}, {{4}}}, f, "torch.outer(a, b)"),
      refused_product("a matrix", {{{3}}, {{4, 1}}}, f, "outer: vec2 must be a vector"),
      refused_product("a number", {{Shape{}}, {{4}}}, f, "outer: input must be a vector"),
  };
}

std::vector<Case> Addmm::cases() {
  const auto with = [](Scalar beta, Scalar alpha) {
    return [=](In in) { return addmm(in[0], in[1], in[2], {.beta = beta, .alpha = alpha}); };
  };
  return {
      product_case("bias", {{{5}}, {{3, 4}}, {{4, 5}}}, with(1, 1), "torch.addmm(a, b, c)"),
      product_case("scaled", {{{3, 5}}, {{3, 4}}, {{4, 5}}}, with(0.5, 2),
                   "torch.addmm(a, b, c, beta=0.5, alpha=2)"),
      product_case("without the input",
                   {{.shape = {5}, .values = {NAN, 0, INFINITY, 0, 1}}, {{3, 4}}, {{4, 5}}},
                   with(0, -1), "torch.addmm(a, b, c, beta=0, alpha=-1)"),
      refused_product(
          "input too large", {{{2, 3, 5}}, {{3, 4}}, {{4, 5}}}, with(1, 1),
          "addmm: input of shape (2, 3, 5) does not broadcast to the product of shape (3, 5)"),
      refused_product("a vector", {{{3}}, {{3, 4}}, {{4}}}, with(1, 1),
                      "addmm: mat2 must be a matrix"),
      refused_product("another vector", {{{3}}, {{4}}, {{4, 3}}}, with(1, 1),
                      "addmm: mat1 must be a matrix"),
      refused_product("sizes", {{{5}}, {{3, 4}}, {{3, 5}}}, with(1, 1),
                      "addmm: dimension 1 of input"),
  };
}

std::vector<Case> Addmv::cases() {
  const auto f = [](In in) { return addmv(in[0], in[1], in[2], {.beta = 3, .alpha = 0.5}); };
  return {
      product_case("vectors", {{{3}}, {{3, 4}}, {{4}}}, f,
                   "torch.addmv(a, b, c, beta=3, alpha=0.5)"),
      product_case("a number for all", {{{1}}, {{3, 4}}, {{4}}}, f,
                   "torch.addmv(a, b, c, beta=3, alpha=0.5)"),
      refused_product("a matrix", {{{3}}, {{3, 4}}, {{4, 1}}}, f, "addmv: vec must be a vector"),
      refused_product("no matrix", {{{3}}, {{4}}, {{4}}}, f, "addmv: mat must be a matrix"),
  };
}

std::vector<Case> Baddbmm::cases() {
  const auto f = [](In in) { return baddbmm(in[0], in[1], in[2], {.beta = 2, .alpha = 0.5}); };
  return {
      product_case("stacks", {{{2, 3, 5}}, {{2, 3, 4}}, {{2, 4, 5}}}, f,
                   "torch.baddbmm(a, b, c, beta=2, alpha=0.5)"),
      product_case("a row for all", {{{5}}, {{2, 3, 4}}, {{2, 4, 5}}}, f,
                   "torch.baddbmm(a, b, c, beta=2, alpha=0.5)"),
      refused_product("input of other shape", {{{2, 3, 4}}, {{2, 3, 4}}, {{2, 4, 5}}}, f,
                      "baddbmm: input of shape (2, 3, 4) does not broadcast"),
  };
}

std::vector<Case> Trace::cases() {
  const auto f = [](In in) { return trace(in[0]); };
  return {
      product_case("square", {{{3, 3}}}, f, "torch.trace(a)"),
      product_case("wide", {{{2, 4}}}, f, "torch.trace(a)"),
      product_case("empty", {{{0, 4}}}, f, "torch.trace(a)"),
      product_case("integers", {{.shape = {3, 3}, .dtype = DType::i32}}, f, "torch.trace(a)"),
      refused_product("a vector", {{{3}}}, f, "trace: input must be a matrix, got shape (3,)"),
  };
}

std::vector<Case> Kron::cases() {
  const auto f = [](In in) { return kron(in[0], in[1]); };
  return {
      product_case("matrices", {{{2, 3}}, {{3, 2}}}, f, "torch.kron(a, b)"),
      product_case("a vector and a matrix", {{{3}}, {{2, 2}}}, f, "torch.kron(a, b)"),
      product_case("a number", {{{2, 2}}, {Shape{}}}, f, "torch.kron(a, b)"),
      product_case("3-d", {{{2, 1, 2}}, {{1, 3, 2}}}, f, "torch.kron(a, b)"),
  };
}

std::vector<Case> Cross::cases() {
  const auto along = [](std::int64_t dim) {
    return [=](In in) { return cross(in[0], in[1], dim); };
  };
  return {
      product_case("vectors", {{{3}}, {{3}}}, along(-1), "torch.linalg.cross(a, b)"),
      product_case("along the first axis", {{{3, 4}}, {{3, 4}}}, along(0),
                   "torch.linalg.cross(a, b, dim=0)"),
      product_case("broadcast", {{{4, 1, 3}}, {{1, 2, 3}}}, along(2), "torch.linalg.cross(a, b)"),
      refused_product("of 2", {{{2}}, {{2}}}, along(0),
                      "cross: dimension 0 must have size 3 in both, got 2 and 2"),
      refused_product("ranks differ", {{{2, 3}}, {{3}}}, along(-1),
                      "cross: input has 2 dimensions but other 1"),
      refused_product("numbers", {{Shape{}}, {Shape{}}}, along(-1),
                      "cross: needs vectors of 3 elements"),
  };
}

std::vector<Case> MultiDot::cases() {
  const auto f = [](In in) { return multi_dot(in); };
  return {
      product_case("two", {{{2, 3}}, {{3, 4}}}, f, "torch.linalg.multi_dot((a, b))"),
      product_case("four of which the middle is small", {{{4, 5}}, {{5, 2}}, {{2, 6}}, {{6, 3}}}, f,
                   "torch.linalg.multi_dot((a, b, c, d))"),
      product_case("vectors at the ends", {{{4}}, {{4, 5}}, {{5}}}, f,
                   "torch.linalg.multi_dot((a, b, c))"),
      product_case("a vector at the end", {{{3, 4}}, {{4, 5}}, {{5}}}, f,
                   "torch.linalg.multi_dot((a, b, c))"),
      refused_product("one", {{{2, 3}}}, f, "multi_dot: needs at least two tensors"),
      refused_product("a vector between", {{{2, 3}}, {{3}}, {{3, 2}}}, f,
                      "multi_dot: tensor 1 has shape (3,), but products are of matrices"),
      refused_product(
          "sizes", {{{2, 3}}, {{4, 2}}}, f,
          "multi_dot: tensor 0 of shape (2, 3) and tensor 1 of shape (4, 2) do not fit: 3 "
          "columns, 4 rows"),
  };
}

}  // namespace limpid
