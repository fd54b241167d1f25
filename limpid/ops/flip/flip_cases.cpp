#include "limpid/op/case.h"
#include "limpid/ops/flip/flip.h"

namespace limpid {

std::vector<Case> Flip::cases() {
  const auto of = [](std::string name, CaseInput input, Shape dims) {
    std::string text = "torch.flip(a, (";
    for (std::int64_t dim : dims) text += std::to_string(dim) + ", ";
    return Case{.name = std::move(name),
                .inputs = {std::move(input)},
                .op = any(Flip{dims}),
                .torch = text + "))"};
  };
  std::vector<Case> all = {
      of("vector", {{5}}, {0}),
      of("columns", {{2, 19}}, {-1}),
      of("rows", {{3, 4}}, {0}),
      of("both", {{3, 4}}, {1, 0}),
      of("middle and last", {{2, 3, 4}}, {1, 2}),
      of("transposed", {.shape = {3, 5}, .arrangement = Arrangement::transposed}, {0}),
      of("0-d", {Shape{}}, {0}),
      of("empty", {{0, 3}}, {0, 1}),
      of("bool", {.shape = {5}, .dtype = DType::boolean}, {0}),
      {.name = "axis twice",
       .inputs = {{{2, 3}}},
       .op = any(Flip{{0, -2}}),
       .error = "flip: dims (0, -2) name axis 0 twice"},
      {.name = "no such axis",
       .inputs = {{{2, 3}}},
       .op = any(Flip{{2}}),
       .error = "flip: axis 2 is out of range"},
  };
  all.push_back(
      {.name = "no axis", .inputs = {{{2, 3}}}, .op = any(Flip{}), .torch = "torch.flip(a, ())"});
  Case large = of("large", {{32, 3, 224, 224}}, {3});
  large.speed = true;
  all.push_back(large);
  return all;
}

std::vector<Case> Fliplr::cases() {
  const auto call = [](std::span<const Tensor> in) { return Tensors(fliplr(in[0])); };
  return {
      {.name = "matrix", .inputs = {{{2, 3}}}, .call = call, .torch = "torch.fliplr(a)"},
      {.name = "3-d", .inputs = {{{2, 3, 2}}}, .call = call, .torch = "torch.fliplr(a)"},
      {.name = "vector",
       .inputs = {{{3}}},
       .call = call,
       .error = "fliplr: needs at least 2 dimensions, got shape (3,)"},
  };
}

std::vector<Case> Flipud::cases() {
  const auto call = [](std::span<const Tensor> in) { return Tensors(flipud(in[0])); };
  return {
      {.name = "matrix", .inputs = {{{2, 3}}}, .call = call, .torch = "torch.flipud(a)"},
      {.name = "vector", .inputs = {{{3}}}, .call = call, .torch = "torch.flipud(a)"},
      {.name = "0-d",
       .inputs = {{Shape{}}},
       .call = call,
       .error = "flipud: needs at least 1 dimension, got a 0-d tensor"},
  };
}

std::vector<Case> Rot90::cases() {
  const auto turn = [](std::int64_t k, Shape dims) {
    return [=](std::span<const Tensor> in) { return Tensors(rot90(in[0], k, dims)); };
  };
  std::vector<Case> all;
  for (std::int64_t k : {-1, 0, 1, 2, 3, 5})
    all.push_back({.name = std::to_string(k) + " quarters",
                   .inputs = {{{2, 3}}},
                   .call = turn(k, {0, 1}),
                   .torch = "torch.rot90(a, " + std::to_string(k) + ", (0, 1))"});
  all.push_back({.name = "other axes",
                 .inputs = {{{2, 3, 4}}},
                 .call = turn(1, {-1, 0}),
                 .torch = "torch.rot90(a, 1, (-1, 0))"});
  all.push_back({.name = "one axis",
                 .inputs = {{{2, 3}}},
                 .call = turn(1, {1, -1}),
                 .error = "rot90: dims (1, -1) name axis 1 twice"});
  all.push_back({.name = "three axes",
                 .inputs = {{{2, 3, 4}}},
                 .call = turn(1, {0, 1, 2}),
                 .error = "rot90: dims (0, 1, 2) must name the two axes of a plane"});
  return all;
}

}  // namespace limpid
