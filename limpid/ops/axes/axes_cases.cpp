#include "limpid/op/case.h"
#include "limpid/ops/axes/axes.h"

namespace limpid {

namespace {

/// A case of one input and a function of it, which gives one tensor or several.
template <class F>
Case axes_case(std::string name, CaseInput input, F f, std::string torch) {
  return {.name = std::move(name),
          .inputs = {std::move(input)},
          .call = [f](std::span<const Tensor> in) { return Tensors(f(in[0])); },
          .torch = std::move(torch)};
}
template <class F>
Case refused_axes(std::string name, CaseInput input, F f, std::string error) {
  Case c = axes_case(std::move(name), std::move(input), f, "");
  c.error = std::move(error);
  return c;
}

}  // namespace

std::vector<Case> Reshape::cases() {
  const auto to = [](Shape shape) { return [=](const Tensor& x) { return reshape(x, shape); }; };
  return {
      axes_case("merged and split", {{2, 6}}, to({3, -1}), "torch.reshape(a, (3, -1))"),
      axes_case("copied", {.shape = {2, 3}, .arrangement = Arrangement::transposed}, to({6}),
                "torch.reshape(a, (6,))"),
      axes_case("0-d", {Shape{}}, to({1, 1}), "torch.reshape(a, (1, 1))"),
      axes_case("empty", {{0, 3}}, to({3, 0}), "torch.reshape(a, (3, 0))"),
      refused_axes("wrong count", {{2, 3}}, to({4, 2}), "has 6 elements, which do not fit (4, 2)"),
  };
}

std::vector<Case> Flatten::cases() {
  const auto of = [](std::int64_t start, std::int64_t end) {
    return [=](const Tensor& x) { return flatten(x, start, end); };
  };
  return {
      axes_case("all", {{2, 3, 4}}, of(0, -1), "torch.flatten(a)"),
      axes_case("from 1", {{2, 3, 4}}, of(1, -1), "torch.flatten(a, 1)"),
      axes_case("middle", {{2, 3, 4, 2}}, of(1, 2), "torch.flatten(a, 1, 2)"),
      axes_case("0-d", {Shape{}}, of(0, -1), "torch.flatten(a)"),
      axes_case("batch of none", {{0, 3, 2}}, of(1, -1), "torch.flatten(a, 1)"),
      refused_axes("backwards", {{2, 3}}, of(1, 0), "flatten: start_dim 1 lies behind end_dim 0"),
  };
}

std::vector<Case> Unflatten::cases() {
  const auto of = [](std::int64_t dim, Shape sizes) {
    return [=](const Tensor& x) { return unflatten(x, dim, sizes); };
  };
  return {
      axes_case("middle", {{2, 6, 3}}, of(1, {2, 3}), "a.unflatten(1, (2, 3))"),
      axes_case("unknown size", {{2, 12}}, of(-1, {2, -1, 3}), "a.unflatten(-1, (2, -1, 3))"),
      axes_case("into one", {{4}}, of(0, {4}), "a.unflatten(0, (4,))"),
      axes_case("empty axis", {{0, 2}}, of(0, {3, 0}), "a.unflatten(0, (3, 0))"),
      refused_axes("does not divide", {{2, 6}}, of(1, {4, -1}),
                   "unflatten: dimension 1 of size 6 cannot be split into sizes (4, -1)"),
      refused_axes("another product", {{2, 6}}, of(1, {2, 2}), "cannot be split into sizes (2, 2)"),
      refused_axes("two unknown", {{6}}, of(0, {-1, -1}), "cannot be split into sizes (-1, -1)"),
      refused_axes("sizes that overflow", {{6}}, of(0, {std::int64_t{1} << 62, 4}),
                   "cannot be split"),
      refused_axes("0-d", {Shape{}}, of(0, {1}),
                   "unflatten: a 0-d tensor has no dimension to split"),
  };
}

std::vector<Case> Transpose::cases() {
  const auto of = [](std::int64_t a, std::int64_t b) {
    return [=](const Tensor& x) { return transpose(x, a, b); };
  };
  return {
      axes_case("matrix", {{2, 3}}, of(0, 1), "torch.transpose(a, 0, 1)"),
      axes_case("outer axes", {{2, 3, 4}}, of(-1, 0), "torch.transpose(a, -1, 0)"),
      axes_case("one axis with itself", {{2, 3}}, of(1, 1), "torch.transpose(a, 1, 1)"),
      axes_case(
          "swapaxes", {{2, 3, 4}}, [](const Tensor& x) { return swapaxes(x, 1, 2); },
          "torch.swapaxes(a, 1, 2)"),
      axes_case("0-d", {Shape{}}, of(0, -1), "torch.transpose(a, 0, -1)"),
      refused_axes("no such axis", {{2, 3}}, of(0, 2), "axis 2 is out of range"),
  };
}

std::vector<Case> Movedim::cases() {
  const auto of = [](Shape from, Shape to) {
    return [=](const Tensor& x) { return movedim(x, from, to); };
  };
  return {
      axes_case(
          "to the end", {{2, 3, 4}}, [](const Tensor& x) { return movedim(x, 0, -1); },
          "torch.movedim(a, 0, -1)"),
      axes_case("to the front", {{2, 3, 4, 5}}, of({2}, {0}), "torch.movedim(a, 2, 0)"),
      axes_case("two axes", {{2, 3, 4, 5}}, of({0, -2}, {3, 1}),
                "torch.movedim(a, (0, -2), (3, 1))"),
      axes_case("none", {{2, 3}}, of({}, {}), "torch.movedim(a, (), ())"),
      axes_case("0-d", {Shape{}}, of({}, {}), "torch.movedim(a, (), ())"),
      refused_axes("a source twice", {{2, 3}}, of({0, -2}, {0, 1}),
                   "movedim: source (0, -2) names axis 0 twice"),
      refused_axes("a destination twice", {{2, 3}}, of({0, 1}, {1, 1}),
                   "movedim: destination (1, 1) names axis 1 twice"),
      refused_axes("lists of two lengths", {{2, 3}}, of({0}, {0, 1}),
                   "movedim: source (0,) and destination (0, 1) must name equally many axes"),
  };
}

std::vector<Case> Squeeze::cases() {
  const auto of = [](Shape dims) { return [=](const Tensor& x) { return squeeze(x, dims); }; };
  return {
      axes_case(
          "all", {{1, 3, 1, 2}}, [](const Tensor& x) { return squeeze(x); }, "torch.squeeze(a)"),
      axes_case(
          "one", {{1, 3, 1}}, [](const Tensor& x) { return squeeze(x, -1); },
          "torch.squeeze(a, -1)"),
      axes_case("some, one of them larger", {{1, 3, 1, 1}}, of({0, 1, -1}),
                "torch.squeeze(a, (0, 1, -1))"),
      axes_case(
          "0-d", {Shape{}}, [](const Tensor& x) { return squeeze(x, 0); }, "torch.squeeze(a, 0)"),
      refused_axes("an axis twice", {{1, 3}}, of({0, -2}),
                   "squeeze: dims (0, -2) name axis 0 twice"),
  };
}

std::vector<Case> Unsqueeze::cases() {
  const auto of = [](std::int64_t dim) {
    return [=](const Tensor& x) { return unsqueeze(x, dim); };
  };
  return {
      axes_case("in front", {{2, 3}}, of(0), "torch.unsqueeze(a, 0)"),
      axes_case("behind", {{2, 3}}, of(-1), "torch.unsqueeze(a, -1)"),
      axes_case("0-d", {Shape{}}, of(0), "torch.unsqueeze(a, 0)"),
      axes_case("strided", {.shape = {2, 3}, .arrangement = Arrangement::strided}, of(1),
                "torch.unsqueeze(a, 1)"),
      refused_axes("too far", {{2, 3}}, of(3), "axis 3 is out of range"),
  };
}

std::vector<Case> BroadcastTo::cases() {
  const auto to = [](Shape size) { return [=](const Tensor& x) { return broadcast_to(x, size); }; };
  return {
      axes_case("rows", {{1, 3}}, to({4, 3}), "torch.broadcast_to(a, (4, 3))"),
      axes_case("new axes", {{3, 1}}, to({2, 3, 2}), "torch.broadcast_to(a, (2, 3, 2))"),
      axes_case("0-d", {Shape{}}, to({2}), "torch.broadcast_to(a, (2,))"),
      refused_axes("not 1", {{2, 3}}, to({4, 3}),
                   "dimension -2 has size 2 and cannot be expanded to 4"),
  };
}

std::vector<Case> Unbind::cases() {
  const auto of = [](std::int64_t dim) { return [=](const Tensor& x) { return unbind(x, dim); }; };
  return {
      axes_case("rows", {{3, 2}}, of(0), "torch.unbind(a)"),
      axes_case("columns", {{2, 3}}, of(-1), "torch.unbind(a, -1)"),
      axes_case("numbers", {{2}}, of(0), "torch.unbind(a)"),
      refused_axes("0-d", {Shape{}}, of(0), "unbind: a 0-d tensor has no dimension to cut"),
  };
}

std::vector<Case> TensorSplit::cases() {
  const auto into = [](std::int64_t sections, std::int64_t dim) {
    return [=](const Tensor& x) { return tensor_split(x, sections, dim); };
  };
  const auto at = [](Shape indices, std::int64_t dim) {
    return [=](const Tensor& x) { return tensor_split(x, indices, dim); };
  };
  return {
      axes_case("unequal", {{7, 2}}, into(3, 0), "torch.tensor_split(a, 3)"),
      axes_case("more than entries", {{2}}, into(3, 0), "torch.tensor_split(a, 3)"),
      axes_case("at places", {{2, 6}}, at({1, -2}, 1), "torch.tensor_split(a, (1, -2), 1)"),
      axes_case("places that do not ascend", {{5}}, at({4, 2, 9}, 0),
                "torch.tensor_split(a, (4, 2, 9))"),
      refused_axes("no part", {{5}}, into(0, 0), "tensor_split: needs at least 1 part, not 0"),
      refused_axes("0-d", {Shape{}}, into(1, 0),
                   "tensor_split: a 0-d tensor has no dimension to cut"),
  };
}

std::vector<Case> Hsplit::cases() {
  const auto into = [](std::int64_t n) { return [=](const Tensor& x) { return hsplit(x, n); }; };
  return {
      axes_case("columns", {{2, 6}}, into(3), "torch.hsplit(a, 3)"),
      axes_case("vector", {{4}}, into(2), "torch.hsplit(a, 2)"),
      axes_case(
          "at places", {{2, 5}},
          [](const Tensor& x) {
            return hsplit(x, Shape{1, 3});
          },
          "torch.hsplit(a, (1, 3))"),
      refused_axes("unequal", {{2, 5}}, into(2),
                   "hsplit: 2 equal parts do not make up dimension 1 of size 5"),
      refused_axes("no part", {{2, 5}}, into(0), "hsplit: needs at least 1 part, not 0"),
      refused_axes("0-d", {Shape{}}, into(1), "hsplit: needs at least 1 dimensions, got shape ()"),
  };
}

std::vector<Case> Vsplit::cases() {
  const auto into = [](std::int64_t n) { return [=](const Tensor& x) { return vsplit(x, n); }; };
  return {
      axes_case("rows", {{4, 2}}, into(2), "torch.vsplit(a, 2)"),
      axes_case(
          "at places", {{4, 2}}, [](const Tensor& x) { return vsplit(x, Shape{3}); },
          "torch.vsplit(a, (3,))"),
      refused_axes("a vector", {{4}}, into(2),
                   "vsplit: needs at least 2 dimensions, got shape (4,)"),
  };
}

std::vector<Case> Dsplit::cases() {
  const auto into = [](std::int64_t n) { return [=](const Tensor& x) { return dsplit(x, n); }; };
  return {
      axes_case("depth", {{2, 1, 4}}, into(2), "torch.dsplit(a, 2)"),
      axes_case(
          "at places", {{2, 1, 4}}, [](const Tensor& x) { return dsplit(x, Shape{1}); },
          "torch.dsplit(a, (1,))"),
      refused_axes("a matrix", {{4, 4}}, into(2), "dsplit: needs at least 3 dimensions"),
  };
}

}  // namespace limpid
