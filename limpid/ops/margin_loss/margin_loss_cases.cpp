#include <limits>

#include "limpid/op/case.h"
#include "limpid/ops/margin_loss/margin_loss.h"

namespace limpid {

namespace {

CaseInput signs(Shape shape, std::vector<double> values) {
  return {.shape = std::move(shape), .values = std::move(values), .requires_grad = false};
}
CaseInput classes(Shape shape, std::vector<double> values) {
  return {.shape = std::move(shape), .dtype = DType::i64, .values = std::move(values)};
}

}  // namespace

std::vector<Case> HingeEmbeddingLoss::cases() {
  const auto of = [](HingeEmbeddingLossOptions o) {
    return
        [o](std::span<const Tensor> in) { return Tensors(hinge_embedding_loss(in[0], in[1], o)); };
  };
  const CaseInput t = signs({2, 3}, {1, -1, -1, 1, 1, -1}), x{{2, 3}};
  return {
      {.name = "mean", .inputs = {x, t}, .call = of({}), .torch = "F.hinge_embedding_loss(a, b)"},
      {.name = "sum, margin",
       .inputs = {x, t},
       .call = of({.margin = 0.5, .reduction = "sum"}),
       .torch = "F.hinge_embedding_loss(a, b, 0.5, reduction='sum')"},
      {.name = "none",
       .inputs = {x, t},
       .call = of({.reduction = "none"}),
       .torch = "F.hinge_embedding_loss(a, b, reduction='none')"},
      {.name = "other targets",
       .inputs = {{{3}}, signs({3}, {0, 1, -1})},
       .call = of({.reduction = "none"}),
       .torch = "F.hinge_embedding_loss(a, b, reduction='none')"},
      {.name = "integer targets",
       .inputs = {{{3}}, classes({3}, {1, 1, -1})},
       .call = of({}),
       .torch = "F.hinge_embedding_loss(a, b)"},
      {.name = "unequal shapes",
       .inputs = {x, signs({3}, {1, 1, -1})},
       .call = of({}),
       .error = "hinge_embedding_loss: input has shape (2, 3) but target has shape (3,); a loss "
                "needs equal shapes; if it is meant to repeat, target.expand((2, 3)) says so "
                "[input (2, 3), target (3,)]"},
      {.name = "unknown reduction",
       .inputs = {x, t},
       .call = of({.reduction = "average"}),
       .error = "hinge_embedding_loss: reduction is 'average'"},
  };
}

std::vector<Case> SoftMarginLoss::cases() {
  const auto of = [](SoftMarginLossOptions o) {
    return [o](std::span<const Tensor> in) { return Tensors(soft_margin_loss(in[0], in[1], o)); };
  };
  const CaseInput t = signs({2, 3}, {1, -1, -1, 1, 1, -1}), x{{2, 3}};
  return {
      {.name = "mean", .inputs = {x, t}, .call = of({}), .torch = "F.soft_margin_loss(a, b)"},
      {.name = "none",
       .inputs = {x, t},
       .call = of({"none"}),
       .torch = "F.soft_margin_loss(a, b, reduction='none')"},
      {.name = "targets with a gradient", .inputs = {x, x}, .call = of({"sum"})},
      {.name = "column against row",
       .inputs = {{{3}}, {{3, 1}}},
       .call = of({}),
       .error = "soft_margin_loss: input has shape (3,) but target has shape (3, 1)"},
  };
}

std::vector<Case> MarginRankingLoss::cases() {
  const auto of = [](MarginRankingLossOptions o) {
    return [o](std::span<const Tensor> in) {
      return Tensors(margin_ranking_loss(in[0], in[1], in[2], o));
    };
  };
  const CaseInput t = signs({2, 3}, {1, -1, -1, 1, 1, -1}), x{{2, 3}};
  return {
      {.name = "mean",
       .inputs = {x, x, t},
       .call = of({}),
       .torch = "F.margin_ranking_loss(a, b, c)"},
      {.name = "sum, margin",
       .inputs = {x, x, t},
       .call = of({.margin = 0.5, .reduction = "sum"}),
       .torch = "F.margin_ranking_loss(a, b, c, 0.5, reduction='sum')"},
      {.name = "none",
       .inputs = {x, x, t},
       .call = of({.reduction = "none"}),
       .torch = "F.margin_ranking_loss(a, b, c, reduction='none')"},
      {.name = "scores of two shapes",
       .inputs = {x, {{3}}, t},
       .call = of({}),
       .error = "margin_ranking_loss: input1 has shape (2, 3) but input2 has shape (3,)"},
      {.name = "target of another shape",
       .inputs = {x, x, signs({1}, {1})},
       .call = of({}),
       .error = "input1 has shape (2, 3) but target has shape (1,)"},
  };
}

std::vector<Case> MultiMarginLoss::cases() {
  const auto of = [](MultiMarginLossOptions o) {
    return [o](std::span<const Tensor> in) {
      MultiMarginLossOptions all = o;
      if (in.size() > 2) all.weight = in[2];
      return Tensors(multi_margin_loss(in[0], in[1], all));
    };
  };
  const CaseInput x{{3, 4}}, t = classes({3}, {0, 3, 1});
  const CaseInput w{.shape = {4}, .low = 0.5, .high = 2, .requires_grad = false};
  return {
      {.name = "mean", .inputs = {x, t}, .call = of({}), .torch = "F.multi_margin_loss(a, b)"},
      {.name = "squares, margin, sum",
       .inputs = {x, t},
       .call = of({.p = 2, .margin = 0.5, .reduction = "sum"}),
       .torch = "F.multi_margin_loss(a, b, p=2, margin=0.5, reduction='sum')"},
      {.name = "weights, none",
       .inputs = {x, t, w},
       .call = of({.reduction = "none"}),
       .torch = "F.multi_margin_loss(a, b, weight=c, reduction='none')"},
      {.name = "one sample",
       .inputs = {{{5}}, classes({}, {2})},
       .call = of({}),
       .torch = "F.multi_margin_loss(a, b)"},
      {.name = "class out of range",
       .inputs = {x, classes({3}, {0, 4, 1})},
       .call = of({}),
       .error = "multi_margin_loss: class 4 at position 1, but there are 4 classes (0 to 3)"},
      {.name = "p of 3",
       .inputs = {x, t},
       .call = of({.p = 3}),
       .error = "multi_margin_loss: p must be 1 or 2, got 3"},
      {.name = "pixels",
       .inputs = {{{2, 3, 4}}, classes({2, 3}, {0, 0, 0, 0, 0, 0})},
       .call = of({}),
       .error = "input must be (N, C) or (C,), got (2, 3, 4)"},
      {.name = "weights of other classes",
       .inputs = {x, t, {{3}}},
       .call = of({}),
       .error = "weight has shape (3,) but there are 4 classes"},
  };
}

std::vector<Case> TripletMarginLoss::cases() {
  const auto of = [](TripletMarginLossOptions o) {
    return [o](std::span<const Tensor> in) {
      return Tensors(triplet_margin_loss(in[0], in[1], in[2], o));
    };
  };
  const CaseInput x{{4, 3}};
  return {
      {.name = "mean",
       .inputs = {x, x, x},
       .call = of({}),
       .torch = "F.triplet_margin_loss(a, b, c)"},
      {.name = "sum, margin, p 1",
       .inputs = {x, x, x},
       .call = of({.margin = 2.5, .p = 1, .reduction = "sum"}),
       .torch = "F.triplet_margin_loss(a, b, c, margin=2.5, p=1, reduction='sum')"},
      {.name = "none, p 3",
       .inputs = {x, x, x},
       .call = of({.margin = 2, .p = 3, .reduction = "none"}),
       .torch = "F.triplet_margin_loss(a, b, c, margin=2, p=3, reduction='none')"},
      {.name = "the largest coordinate",
       .inputs = {x, x, x},
       .call = of({.margin = 2, .p = std::numeric_limits<double>::infinity()}),
       .torch = "F.triplet_margin_loss(a, b, c, margin=2, p=inf)"},
      {.name = "swapped",
       .inputs = {x, x, x},
       .call = of({.margin = 3, .swap = true, .reduction = "none"}),
       .torch = "F.triplet_margin_loss(a, b, c, margin=3, swap=True, reduction='none')"},
      {.name = "one triplet",
       .inputs = {{{5}}, {{5}}, {{5}}},
       .call = of({.margin = 4}),
       .torch = "F.triplet_margin_loss(a, b, c, margin=4)"},
      {.name = "other shapes",
       .inputs = {x, {{1, 3}}, x},
       .call = of({}),
       .error = "triplet_margin_loss: anchor has shape (4, 3) but positive has shape (1, 3)"},
      {.name = "no margin",
       .inputs = {x, x, x},
       .call = of({.margin = 0}),
       .error = "triplet_margin_loss: margin must be above 0, got 0"},
      {.name = "negative p",
       .inputs = {x, x, x},
       .call = of({.p = -2}),
       .error = "triplet_margin_loss: p must be above 0, got -2"},
      {.name = "0-d",
       .inputs = {{Shape{}}, {Shape{}}, {Shape{}}},
       .call = of({}),
       .error = "triplet_margin_loss: anchor is 0-d"},
  };
}

std::vector<Case> CosineEmbeddingLoss::cases() {
  const auto of = [](CosineEmbeddingLossOptions o) {
    return [o](std::span<const Tensor> in) {
      return Tensors(cosine_embedding_loss(in[0], in[1], in[2], o));
    };
  };
  const CaseInput x{{4, 3}}, t = signs({4}, {1, -1, -1, 1});
  return {
      {.name = "mean",
       .inputs = {x, x, t},
       .call = of({}),
       .torch = "F.cosine_embedding_loss(a, b, c)"},
      {.name = "sum, margin",
       .inputs = {x, x, t},
       .call = of({.margin = -0.5, .reduction = "sum"}),
       .torch = "F.cosine_embedding_loss(a, b, c, -0.5, reduction='sum')"},
      {.name = "none",
       .inputs = {x, x, t},
       .call = of({.margin = 0.2, .reduction = "none"}),
       .torch = "F.cosine_embedding_loss(a, b, c, 0.2, reduction='none')"},
      {.name = "one pair",
       .inputs = {{{5}}, {{5}}, signs({}, {1})},
       .call = of({}),
       .torch = "F.cosine_embedding_loss(a, b, c)"},
      {.name = "a vector of length 0",
       .inputs = {{.shape = {1, 2}, .values = {0, 0}, .requires_grad = false},
                  {.shape = {1, 2}, .values = {1, 2}, .requires_grad = false},
                  signs({1}, {1})},
       .call = of({}),
       .torch = "F.cosine_embedding_loss(a, b, c)"},
      {.name = "one target for all",
       .inputs = {x, x, signs({1}, {1})},
       .call = of({}),
       .error = "cosine_embedding_loss: target has shape (1,); it needs one number for each pair "
                "of vectors, shape (4,)"},
      {.name = "vectors of two lengths",
       .inputs = {x, {{4, 2}}, t},
       .call = of({}),
       .error = "input1 has shape (4, 3) but input2 has shape (4, 2)"},
  };
}

}  // namespace limpid
