#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/distance/distance.h"

namespace limpid {

std::vector<Case> Cdist::cases() {
  const auto by = [](double p) {
    return [=](std::span<const Tensor> in) { return Tensors(cdist(in[0], in[1], p)); };
  };
  const auto of = [&](std::string name, Shape a, Shape b, double p, std::string text) {
    return Case{.name = std::move(name),
                .inputs = {{std::move(a)}, {std::move(b)}},
                .call = by(p),
                .torch = "torch.cdist(a, b, " + text + ")"};
  };
  return {
      of("straight", {3, 4}, {5, 4}, 2, "2"),
      of("batches that broadcast", {2, 1, 3, 2}, {4, 5, 2}, 2, "2"),
      of("many", {30, 3}, {27, 3}, 2, "2"),
      {.name = "many in batches",
       .inputs = {{{2, 26, 3}}, {.shape = {2, 2, 3}, .low = 3, .high = 5}},
       .call = by(2),
       .torch = "torch.cdist(a, b, 2)"},
      of("along the axes", {3, 4}, {5, 4}, 1, "1"),
      of("p of 3", {3, 4}, {5, 4}, 3, "3.0"),
      of("p of 1.5", {3, 4}, {5, 4}, 1.5, "1.5"),
      of("largest", {3, 4}, {5, 4}, INFINITY, "inf"),
      of("number of differences", {3, 4}, {5, 4}, 0, "0"),
      of("no vectors", {0, 4}, {5, 4}, 2, "2"),
      of("vectors of nothing", {2, 0}, {3, 0}, INFINITY, "inf"),
      {.name = "slope 0 where they meet",
       .inputs = {{.shape = {2, 2}, .values = {1, 2, 3, 4}},
                  {.shape = {2, 2}, .values = {1, 2, 0, 4}}},
       .call = by(2),
       .torch = "torch.cdist(a, b, 2)",
       .smooth = false},
      {.name = "vectors of two sizes",
       .inputs = {{{2, 3}}, {{2, 4}}},
       .call = by(2),
       .error = "cdist: vectors of x1 (2, 3) have 3 elements but those of x2 (2, 4) have 4"},
      {.name = "a vector",
       .inputs = {{{3}}, {{2, 3}}},
       .call = by(2),
       .error = "cdist: takes sets"},
      {.name = "negative p",
       .inputs = {{{2, 3}}, {{2, 3}}},
       .call = by(-1),
       .error = "cdist: p must not be negative, got -1"},
      {.name = "integers",
       .inputs = {{.shape = {2, 3}, .dtype = DType::i32}, {{2, 3}}},
       .call = by(2),
       .error = "cdist: takes floats, not int32"},
  };
}

std::vector<Case> PairwiseDistance::cases() {
  const auto by = [](DistanceOptions options) {
    return [=](std::span<const Tensor> in) {
      return Tensors(pairwise_distance(in[0], in[1], options));
    };
  };
  return {
      {.name = "rows",
       .inputs = {{{3, 4}}, {{3, 4}}},
       .call = by({}),
       .torch = "F.pairwise_distance(a, b)"},
      {.name = "one for all, kept",
       .inputs = {{{3, 4}}, {{4}}},
       .call = by({.p = 1, .keepdim = true}),
       .torch = "F.pairwise_distance(a, b, 1, keepdim=True)"},
      {.name = "largest",
       .inputs = {{{2, 4}}, {{2, 4}}},
       .call = by({.p = INFINITY, .eps = 0}),
       .torch = "F.pairwise_distance(a, b, inf, eps=0)"},
      {.name = "p of 3",
       .inputs = {{{2, 4}}, {{2, 4}}},
       .call = by({.p = 3}),
       .torch = "F.pairwise_distance(a, b, 3)"},
      {.name = "eps is added to the differences",
       .inputs = {{{2, 4}}, {{2, 4}}},
       .call = by({.eps = 0.5}),
       .torch = "F.pairwise_distance(a, b, eps=0.5)"},
      {.name = "one number for all",
       .inputs = {{{4}}, {Shape{}}},
       .call = by({}),
       .torch = "F.pairwise_distance(a, b)"},
      {.name = "0-d",
       .inputs = {{Shape{}}, {Shape{}}},
       .call = by({}),
       .error = "pairwise_distance: takes vectors (..., d), got 0-d tensors"},
      {.name = "no number",
       .inputs = {{{2}}, {{2}}},
       .call = by({.p = NAN}),
       .error = "pairwise_distance: p must not be negative, got nan"},
  };
}

std::vector<Case> CosineSimilarity::cases() {
  const auto along = [](std::int64_t dim, double eps = 1e-8) {
    return [=](std::span<const Tensor> in) {
      return Tensors(cosine_similarity(in[0], in[1], dim, eps));
    };
  };
  return {
      {.name = "rows",
       .inputs = {{{3, 4}}, {{3, 4}}},
       .call = along(1),
       .torch = "F.cosine_similarity(a, b)"},
      {.name = "columns of broadcast",
       .inputs = {{{3, 4}}, {{3, 1}}},
       .call = along(0),
       .torch = "F.cosine_similarity(a, b, 0)"},
      {.name = "all pairs",
       .inputs = {{{3, 1, 4}}, {{1, 2, 4}}},
       .call = along(-1),
       .torch = "F.cosine_similarity(a, b, -1)"},
      {.name = "vector of zeros",
       .inputs = {{.shape = {2}, .values = {0, 0}}, {{2}}},
       .call = along(0),
       .torch = "F.cosine_similarity(a, b, 0)",
       .smooth = false},
      {.name = "eps is the least length",  // whose slope is then not that of a constant
       .inputs = {{.shape = {2, 2}, .values = {0.36, 0.48, 0.24, 0.32}}, {{2, 2}}},
       .call = along(1, 0.5),
       .torch = "F.cosine_similarity(a, b, 1, 0.5)",
       .smooth = false},
      {.name = "both shorter than eps",
       .inputs = {{.shape = {3, 2}, .low = -0.3, .high = 0.3},
                  {.shape = {3, 2}, .low = -0.3, .high = 0.3}},
       .call = along(1, 1.5),
       .torch = "F.cosine_similarity(a, b, 1, 1.5)",
       .smooth = false},
      {.name = "half",
       .inputs = {{.shape = {2, 4}, .dtype = DType::bf16}, {.shape = {2, 4}, .dtype = DType::bf16}},
       .call = along(1),
       .smooth = false},
      {.name = "shapes that do not meet",
       .inputs = {{{3, 4}}, {{3, 5}}},
       .call = along(1),
       .error = "(3, 4) and (3, 5)"},
      {.name = "integers",
       .inputs = {{.shape = {2}, .dtype = DType::i64}, {{2}}},
       .call = along(0),
       .error = "cosine_similarity: takes floats, not int64"},
  };
}

}  // namespace limpid
