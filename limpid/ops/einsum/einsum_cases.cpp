#include "limpid/op/case.h"
#include "limpid/ops/einsum/einsum.h"

namespace limpid {

namespace {

Case einsum_case(std::string equation, std::vector<CaseInput> inputs, std::string name = "") {
  Case c{.name = name.empty() ? equation : std::move(name), .inputs = std::move(inputs)};
  c.torch = "torch.einsum('" + equation + "'";
  for (std::size_t i = 0; i < c.inputs.size(); ++i) {
    c.torch += ", ";
    c.torch += static_cast<char>('a' + i);
  }
  c.torch += ")";
  c.call = [equation](std::span<const Tensor> in) { return Tensors(einsum(equation, in)); };
  return c;
}
Case refused_einsum(std::string equation, std::vector<CaseInput> inputs, std::string error) {
  Case c = einsum_case(std::move(equation), std::move(inputs));
  c.name = "refused: " + c.name;
  c.torch = "";
  c.error = std::move(error);
  return c;
}

}  // namespace

std::vector<Case> Einsum::cases() {
  return {
      einsum_case("ij,jk->ik", {{{3, 4}}, {{4, 5}}}),
      einsum_case("ij,jk", {{{3, 4}}, {{4, 5}}}),
      einsum_case("ba", {{{2, 3}}}, "implicit transpose"),
      einsum_case(" ij , j -> i ", {{{3, 4}}, {{4}}}, "spaces"),
      einsum_case("ii->i", {{{4, 4}}}, "diagonal"),
      einsum_case("ii", {{{4, 4}}}, "trace"),
      einsum_case("iji->ji", {{{3, 2, 3}}}, "diagonal of outer axes"),
      einsum_case("iii->i", {{{3, 3, 3}}}, "diagonal of a cube"),
      einsum_case("ij->", {{{3, 4}}}, "sum"),
      einsum_case("ij->j", {{{3, 4}}}, "sum of rows"),
      einsum_case("i,j->ij", {{{3}}, {{4}}}, "outer"),
      einsum_case("ij,ij->ij", {{{3, 4}}, {{3, 4}}}, "elementwise"),
      einsum_case("ij,ij->", {{{3, 4}}, {{3, 4}}}, "inner"),
      einsum_case("bij,bjk->bik", {{{2, 3, 4}}, {{2, 4, 5}}}, "batch"),
      einsum_case("bhid,bhjd->bhij", {{{2, 2, 3, 4}}, {{2, 2, 5, 4}}}, "attention"),
      einsum_case("...ij,...jk->...ik", {{{2, 1, 3, 4}}, {{3, 4, 2}}}, "ellipsis"),
      einsum_case("i...,i...", {{{3, 2}}, {{3, 4, 2}}}, "implicit ellipsis"),
      einsum_case("i...", {{{2, 3}}}, "implicit ellipsis of one"),
      einsum_case("...ii->...i", {{{2, 3, 3}}}, "ellipsis and diagonal"),
      einsum_case("i...j->j...", {{{2, 3, 4, 5}}}, "ellipsis between"),
      einsum_case("...,...", {{Shape{}}, {{2}}}, "ellipsis of nothing"),
      einsum_case("ij,jk,kl->il", {{{2, 3}}, {{3, 4}}, {{4, 5}}}, "chain"),
      einsum_case("ij,kj,lj->ikl", {{{2, 3}}, {{4, 3}}, {{5, 3}}}, "a letter of three"),
      einsum_case("i,ij,j->", {{{3}}, {{3, 4}}, {{4}}}, "form"),
      einsum_case("ik,jk->ji", {{{2, 3}}, {{4, 3}}}, "transposed result"),
      einsum_case("ijk,lk->jl", {{{2, 3, 4}}, {{5, 4}}}, "summed before"),
      einsum_case("ij,jk->ik", {{{3, 1}}, {{4, 5}}}, "size 1 broadcasts"),
      einsum_case("bij,bjk->bik", {{{1, 3, 4}}, {{2, 4, 5}}}, "a batch of 1 broadcasts"),
      einsum_case("ij,jk->ik", {{{3, 4}}, {{1, 5}}}, "size 1 of the second broadcasts"),
      einsum_case("ij,jk->ik", {{{3, 0}}, {{0, 5}}}, "empty sum"),
      einsum_case("->", {{Shape{}}}, "a number"),
      einsum_case(",->", {{Shape{}}, {Shape{}}}, "two numbers"),
      einsum_case("bA,aB->abAB", {{{2, 3}}, {{4, 2}}}, "capitals"),
      einsum_case("zZ->Zz", {{{2, 3}}}, "last letters"),
      einsum_case("bA,aB", {{{2, 3}}, {{4, 2}}}, "capitals come first"),
      einsum_case("ij,jk->ik",
                  {{.shape = {2, 3}, .dtype = DType::i64}, {.shape = {3, 2}, .dtype = DType::i64}},
                  "integers"),
      einsum_case("ij->i", {{.shape = {2, 3}, .dtype = DType::i32}}, "sum of int32"),
      refused_einsum(
          "ij,jk->ik", {{{3, 4}}, {{5, 2}}},
          "einsum: letter j has size 5 in tensor 1 but 4 in one before it; they must be equal"),
      refused_einsum("...i,...i", {{{2, 3}}, {{4, 3}}},
                     "einsum: axis -1 of ... has size 4 in tensor 1 but 2 in one before it"),
      refused_einsum("ii->i", {{{3, 4}}}, "einsum: letter i has sizes 3 and 4 in one tensor"),
      refused_einsum("ij->i", {{{3}}}, "einsum: \"ij\" names 2 axes, but tensor 0 has 1"),
      refused_einsum("ij...->i", {{{3}}}, "einsum: \"ij...\" names 2 axes, but tensor 0 has 1"),
      refused_einsum("i,j->ij", {{{3}}}, "is for 2 tensors, got 1"),
      refused_einsum("i->k", {{{3}}},
                     "einsum: the equation \"i->k\" has letter k in the result but in no tensor"),
      refused_einsum("i->ii", {{{3}}}, "has letter i twice in the result"),
      refused_einsum("......->", {{{3}}}, "has two ellipses for one tensor"),
      refused_einsum("i1->i", {{{3, 3}}}, "contains '1'; it takes letters"),
      refused_einsum("i..->i", {{{3, 3}}}, "contains '.'"),
      refused_einsum("", {}, "einsum: needs at least one tensor"),
  };
}

std::vector<Case> Tensordot::cases() {
  const auto over = [](std::int64_t dims) {
    return [=](std::span<const Tensor> in) { return Tensors(tensordot(in[0], in[1], dims)); };
  };
  const auto pairs = [](Shape a, Shape b) {
    return [=](std::span<const Tensor> in) { return Tensors(tensordot(in[0], in[1], a, b)); };
  };
  return {
      {.name = "two axes",
       .inputs = {{{2, 3, 4}}, {{3, 4, 5}}},
       .call = over(2),
       .torch = "torch.tensordot(a, b, 2)"},
      {.name = "one axis of three",
       .inputs = {{{2, 3}}, {{3, 4, 5}}},
       .call = over(1),
       .torch = "torch.tensordot(a, b, 1)"},
      {.name = "no axes",
       .inputs = {{{2, 3}}, {{4}}},
       .call = over(0),
       .torch = "torch.tensordot(a, b, 0)"},
      {.name = "all axes",
       .inputs = {{{2, 3}}, {{2, 3}}},
       .call = over(2),
       .torch = "torch.tensordot(a, b, 2)"},
      {.name = "pairs",
       .inputs = {{{3, 4, 5}}, {{4, 3, 2}}},
       .call = pairs({1, 0}, {0, 1}),
       .torch = "torch.tensordot(a, b, ((1, 0), (0, 1)))"},
      {.name = "negative axes",
       .inputs = {{{3, 4}}, {{2, 4}}},
       .call = pairs({-1}, {-1}),
       .torch = "torch.tensordot(a, b, ((-1,), (-1,)))"},
      {.name = "sizes differ",
       .inputs = {{{3, 4}}, {{2, 5}}},
       .call = pairs({1}, {1}),
       .error = "tensordot: dimension 1 of input (3, 4) has size 4 but dimension 1 of other (2, 5) "
                "has size 5"},
      {.name = "an axis twice",
       .inputs = {{{3, 3}}, {{3, 3}}},
       .call = pairs({0, 0}, {0, 1}),
       .error = "tensordot: dims (0, 0) and (0, 1) name an axis twice"},
      {.name = "another axis twice",
       .inputs = {{{3, 3}}, {{3, 3}}},
       .call = pairs({0, 1}, {1, -1}),
       .error = "name an axis twice"},
      {.name = "lists of two lengths",
       .inputs = {{{3, 3}}, {{3, 3}}},
       .call = pairs({0, 1}, {1}),
       .error = "tensordot: dims (0, 1) and (1,) must pair up"},
      {.name = "an axis of a 0-d tensor",
       .inputs = {{{}}, {{1}}},
       .call = pairs({0}, {0}),
       .error = "tensordot: a 0-d tensor has no axis to sum over [input (), other (1,)]"},
      {.name = "an axis of the other, 0-d",
       .inputs = {{{1}}, {{}}},
       .call = pairs({0}, {-1}),
       .error = "tensordot: a 0-d tensor has no axis to sum over [input (1,), other ()]"},
      {.name = "too many",
       .inputs = {{{3}}, {{3, 3}}},
       .call = over(2),
       .error = "tensordot: cannot sum over 2 axes of shapes (3,) and (3, 3)"},
  };
}

}  // namespace limpid
