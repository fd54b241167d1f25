#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/products/products.h"

namespace limpid {

namespace {

template <class F>
Case right(std::string name, std::vector<CaseInput> inputs, F f, std::string torch) {
  return {.name = std::move(name),
          .inputs = std::move(inputs),
          .call = [f](std::span<const Tensor> in) { return Tensors(f(in)); },
          .torch = std::move(torch)};
}
template <class F>
Case wrong(std::string name, std::vector<CaseInput> inputs, F f, std::string error) {
  Case c = right(std::move(name), std::move(inputs), f, "");
  c.error = std::move(error);
  return c;
}
using In = std::span<const Tensor>;

}  // namespace

std::vector<Case> Mm::cases() {
  const auto f = [](In in) { return mm(in[0], in[1]); };
  return {
      right("matrices", {{{3, 4}}, {{4, 5}}}, f, "torch.mm(a, b)"),
      right("empty", {{{3, 0}}, {{0, 5}}}, f, "torch.mm(a, b)"),
      wrong("a vector", {{{3, 4}}, {{4}}}, f, "mm: mat2 must be a matrix, got shape (4,)"),
      wrong("a stack", {{{2, 3, 4}}, {{4, 2}}}, f, "mm: input must be a matrix"),
      wrong("sizes", {{{3, 4}}, {{5, 2}}}, f, "mm: dimension 1 of input (3, 4) has size 4"),
  };
}

std::vector<Case> Mv::cases() {
  const auto f = [](In in) { return mv(in[0], in[1]); };
  return {
      right("matrix and vector", {{{3, 4}}, {{4}}}, f, "torch.mv(a, b)"),
      right("empty", {{{0, 4}}, {{4}}}, f, "torch.mv(a, b)"),
      wrong("two matrices", {{{3, 4}}, {{4, 1}}}, f, "mv: vec must be a vector, got shape (4, 1)"),
      wrong("two vectors", {{{4}}, {{4}}}, f, "mv: input must be a matrix"),
  };
}

std::vector<Case> Bmm::cases() {
  const auto f = [](In in) { return bmm(in[0], in[1]); };
  return {
      right("stacks", {{{2, 3, 4}}, {{2, 4, 5}}}, f, "torch.bmm(a, b)"),
      right("empty stack", {{{0, 3, 4}}, {{0, 4, 5}}}, f, "torch.bmm(a, b)"),
      wrong("stacks of 1 and 2", {{{1, 3, 4}}, {{2, 4, 5}}}, f,
            "bmm: input (1, 3, 4) is a stack of 1 matrices but mat2 (2, 4, 5) of 2"),
      wrong("a matrix", {{{3, 4}}, {{2, 4, 5}}}, f, "bmm: input must be a stack of matrices"),
      wrong("another matrix", {{{2, 3, 4}}, {{4, 5}}}, f, "bmm: mat2 must be a stack of matrices"),
  };
}

std::vector<Case> Dot::cases() {
  const auto f = [](In in) { return dot(in[0], in[1]); };
  return {
      right("vectors", {{{5}}, {{5}}}, f, "torch.dot(a, b)"),
      right("empty", {{{0}}, {{0}}}, f, "torch.dot(a, b)"),
      right("integers", {{.shape = {4}, .dtype = DType::i32}, {.shape = {4}, .dtype = DType::i32}},
            f, "torch.dot(a, b)"),
      wrong("lengths", {{{5}}, {{4}}}, f, "dot: dimension 0 of input (5,) has size 5"),
      wrong("a matrix", {{{2, 2}}, {{2}}}, f, "dot: input must be a vector"),
      wrong("a number", {{{2}}, {Shape{}}}, f, "dot: other must be a vector"),
  };
}

std::vector<Case> Outer::cases() {
  const auto f = [](In in) { return outer(in[0], in[1]); };
  return {
      right("vectors", {{{3}}, {{4}}}, f, "torch.outer(a, b)"),
      right("two dtypes", {{{3}}, {.shape = {2}, .dtype = DType::i64}}, f, "torch.outer(a, b)"),
      right("empty", {{{0}}, {{4}}}, f, "torch.outer(a, b)"),
      wrong("a matrix", {{{3}}, {{4, 1}}}, f, "outer: vec2 must be a vector"),
      wrong("a number", {{Shape{}}, {{4}}}, f, "outer: input must be a vector"),
  };
}

std::vector<Case> Addmm::cases() {
  const auto with = [](Scalar beta, Scalar alpha) {
    return [=](In in) { return addmm(in[0], in[1], in[2], {.beta = beta, .alpha = alpha}); };
  };
  return {
      right("bias", {{{5}}, {{3, 4}}, {{4, 5}}}, with(1, 1), "torch.addmm(a, b, c)"),
      right("scaled", {{{3, 5}}, {{3, 4}}, {{4, 5}}}, with(0.5, 2),
            "torch.addmm(a, b, c, beta=0.5, alpha=2)"),
      right("without the input",
            {{.shape = {5}, .values = {NAN, 0, INFINITY, 0, 1}}, {{3, 4}}, {{4, 5}}}, with(0, -1),
            "torch.addmm(a, b, c, beta=0, alpha=-1)"),
      wrong("input too large", {{{2, 3, 5}}, {{3, 4}}, {{4, 5}}}, with(1, 1),
            "addmm: input of shape (2, 3, 5) does not broadcast to the product of shape (3, 5)"),
      wrong("a vector", {{{3}}, {{3, 4}}, {{4}}}, with(1, 1), "addmm: mat2 must be a matrix"),
      wrong("another vector", {{{3}}, {{4}}, {{4, 3}}}, with(1, 1), "addmm: mat1 must be a matrix"),
      wrong("sizes", {{{5}}, {{3, 4}}, {{3, 5}}}, with(1, 1), "addmm: dimension 1 of input"),
  };
}

std::vector<Case> Addmv::cases() {
  const auto f = [](In in) { return addmv(in[0], in[1], in[2], {.beta = 3, .alpha = 0.5}); };
  return {
      right("vectors", {{{3}}, {{3, 4}}, {{4}}}, f, "torch.addmv(a, b, c, beta=3, alpha=0.5)"),
      right("a number for all", {{{1}}, {{3, 4}}, {{4}}}, f,
            "torch.addmv(a, b, c, beta=3, alpha=0.5)"),
      wrong("a matrix", {{{3}}, {{3, 4}}, {{4, 1}}}, f, "addmv: vec must be a vector"),
      wrong("no matrix", {{{3}}, {{4}}, {{4}}}, f, "addmv: mat must be a matrix"),
  };
}

std::vector<Case> Baddbmm::cases() {
  const auto f = [](In in) { return baddbmm(in[0], in[1], in[2], {.beta = 2, .alpha = 0.5}); };
  return {
      right("stacks", {{{2, 3, 5}}, {{2, 3, 4}}, {{2, 4, 5}}}, f,
            "torch.baddbmm(a, b, c, beta=2, alpha=0.5)"),
      right("a row for all", {{{5}}, {{2, 3, 4}}, {{2, 4, 5}}}, f,
            "torch.baddbmm(a, b, c, beta=2, alpha=0.5)"),
      wrong("input of other shape", {{{2, 3, 4}}, {{2, 3, 4}}, {{2, 4, 5}}}, f,
            "baddbmm: input of shape (2, 3, 4) does not broadcast"),
  };
}

std::vector<Case> Trace::cases() {
  const auto f = [](In in) { return trace(in[0]); };
  return {
      right("square", {{{3, 3}}}, f, "torch.trace(a)"),
      right("wide", {{{2, 4}}}, f, "torch.trace(a)"),
      right("empty", {{{0, 4}}}, f, "torch.trace(a)"),
      right("integers", {{.shape = {3, 3}, .dtype = DType::i32}}, f, "torch.trace(a)"),
      wrong("a vector", {{{3}}}, f, "trace: input must be a matrix, got shape (3,)"),
  };
}

std::vector<Case> Kron::cases() {
  const auto f = [](In in) { return kron(in[0], in[1]); };
  return {
      right("matrices", {{{2, 3}}, {{3, 2}}}, f, "torch.kron(a, b)"),
      right("a vector and a matrix", {{{3}}, {{2, 2}}}, f, "torch.kron(a, b)"),
      right("a number", {{{2, 2}}, {Shape{}}}, f, "torch.kron(a, b)"),
      right("3-d", {{{2, 1, 2}}, {{1, 3, 2}}}, f, "torch.kron(a, b)"),
  };
}

std::vector<Case> Cross::cases() {
  const auto along = [](std::int64_t dim) {
    return [=](In in) { return cross(in[0], in[1], dim); };
  };
  return {
      right("vectors", {{{3}}, {{3}}}, along(-1), "torch.linalg.cross(a, b)"),
      right("along the first axis", {{{3, 4}}, {{3, 4}}}, along(0),
            "torch.linalg.cross(a, b, dim=0)"),
      right("broadcast", {{{4, 1, 3}}, {{1, 2, 3}}}, along(2), "torch.linalg.cross(a, b)"),
      wrong("of 2", {{{2}}, {{2}}}, along(0),
            "cross: dimension 0 must have size 3 in both, got 2 and 2"),
      wrong("ranks differ", {{{2, 3}}, {{3}}}, along(-1),
            "cross: input has 2 dimensions but other 1"),
      wrong("numbers", {{Shape{}}, {Shape{}}}, along(-1), "cross: needs vectors of 3 elements"),
  };
}

std::vector<Case> MultiDot::cases() {
  const auto f = [](In in) { return multi_dot(in); };
  return {
      right("two", {{{2, 3}}, {{3, 4}}}, f, "torch.linalg.multi_dot((a, b))"),
      right("four of which the middle is small", {{{4, 5}}, {{5, 2}}, {{2, 6}}, {{6, 3}}}, f,
            "torch.linalg.multi_dot((a, b, c, d))"),
      right("vectors at the ends", {{{4}}, {{4, 5}}, {{5}}}, f,
            "torch.linalg.multi_dot((a, b, c))"),
      right("a vector at the end", {{{3, 4}}, {{4, 5}}, {{5}}}, f,
            "torch.linalg.multi_dot((a, b, c))"),
      wrong("one", {{{2, 3}}}, f, "multi_dot: needs at least two tensors"),
      wrong("a vector between", {{{2, 3}}, {{3}}, {{3, 2}}}, f,
            "multi_dot: tensor 1 has shape (3,), but products are of matrices"),
      wrong("sizes", {{{2, 3}}, {{4, 2}}}, f,
            "multi_dot: tensor 0 of shape (2, 3) and tensor 1 of shape (4, 2) do not fit: 3 "
            "columns, 4 rows"),
  };
}

}  // namespace limpid
