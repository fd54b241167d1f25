#include <cmath>

#include "limpid/op/case.h"
#include "limpid/ops/attention/attention.h"

namespace limpid {

namespace {

/// The fourth input, where there is one, is the mask.
std::function<Tensors(std::span<const Tensor>)> of(AttentionOptions options = {}) {
  return [options](std::span<const Tensor> in) {
    AttentionOptions o = options;
    if (in.size() > 3) o.attn_mask = in[3];
    return Tensors(scaled_dot_product_attention(in[0], in[1], in[2], o));
  };
}

CaseInput mask(Shape shape, std::vector<double> values) {
  return {.shape = std::move(shape), .dtype = DType::boolean, .values = std::move(values)};
}

const std::string kTorch = "F.scaled_dot_product_attention(a, b, c";
const CaseInput kQuery{{2, 2, 3, 4}}, kKey{{2, 2, 5, 4}}, kValue{{2, 2, 5, 6}};

std::vector<Case> right() {
  constexpr double inf = INFINITY;
  const CaseInput added{
      .shape = {3, 5},
      .values = {0, 1, -1, 0.5, 2, -inf, -inf, -inf, -inf, -inf, 0, -inf, 1, 0, -inf},
      .requires_grad = false};
  return {
      {.name = "heads", .inputs = {kQuery, kKey, kValue}, .call = of(), .torch = kTorch + ")"},
      {.name = "two axes",
       .inputs = {{{3, 4}}, {{4, 4}}, {{4, 2}}},
       .call = of(),
       .torch = kTorch + ")"},
      {.name = "causal",
       .inputs = {{{2, 4, 3}}, {{2, 4, 3}}, {{2, 4, 3}}},
       .call = of({.is_causal = true}),
       .torch = kTorch + ", is_causal=True)"},
      {.name = "causal, more keys than queries",
       .inputs = {kQuery, kKey, kValue},
       .call = of({.is_causal = true}),
       .torch = kTorch + ", is_causal=True)"},
      {.name = "causal, fewer keys than queries",
       .inputs = {kKey, kQuery, {{2, 2, 3, 6}}},
       .call = of({.is_causal = true}),
       .torch = kTorch + ", is_causal=True)"},
      {.name = "a scale",
       .inputs = {kQuery, kKey, kValue},
       .call = of({.scale = 0.25}),
       .torch = kTorch + ", scale=0.25)"},
      {.name = "bool mask",
       .inputs = {kQuery, kKey, kValue,
                  mask({3, 5}, {1, 0, 0, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1})},
       .call = of(),
       .torch = kTorch + ", d)"},
      {.name = "a mask over no keys",
       .inputs = {{{2, 3}}, {{0, 3}}, {{0, 4}}, mask({2, 0}, {})},
       .call = of(),
       .torch = kTorch + ", d)"},
      {.name = "a query that may attend to nothing",
       .inputs = {kQuery, kKey, kValue,
                  mask({3, 5}, {1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1})},
       .call = of(),
       .torch = kTorch + ", d)"},
      {.name = "padding, one mask a sample",
       .inputs = {kQuery, kKey, kValue, mask({2, 1, 1, 5}, {1, 1, 0, 0, 0, 1, 1, 1, 1, 0})},
       .call = of(),
       .torch = kTorch + ", d)"},
      {.name = "a mask that is added",
       .inputs = {kQuery, kKey, kValue, added},
       .call = of(),
       .torch = kTorch + ", d)"},
      {.name = "a mask that learns",
       .inputs = {kQuery, kKey, kValue, {{2, 1, 3, 5}}},
       .call = of(),
       .torch = kTorch + ", d)"},
      {.name = "shared heads",
       .inputs = {{{1, 4, 3, 2}}, {{1, 2, 5, 2}}, {{1, 2, 5, 2}}},
       .call = of({.enable_gqa = true}),
       .torch = kTorch + ", enable_gqa=True)"},
      {.name = "one key for all samples",
       .inputs = {kQuery, {{1, 2, 5, 4}}, {{1, 2, 5, 4}}},
       .call = of(),
       .torch = kTorch + ")"},
      {.name = "all weights dropped",
       .inputs = {{{3, 4}}, {{5, 4}}, {{5, 2}}},
       .call = of({.dropout_p = 1}),
       .torch = kTorch + ", dropout_p=1.0)"},
      {.name = "f16",
       .inputs = {{.shape = {3, 4}, .dtype = DType::f16},
                  {.shape = {5, 4}, .dtype = DType::f16},
                  {.shape = {5, 2}, .dtype = DType::f16}},
       .call = of(),
       .torch = kTorch + ")",
       .smooth = false},
  };
}

std::vector<Case> wrong() {
  const auto refused = [](std::string name, std::vector<CaseInput> inputs, AttentionOptions o,
                          std::string error) {
    return Case{.name = std::move(name),
                .inputs = std::move(inputs),
                .call = of(std::move(o)),
                .error = std::move(error)};
  };
  return {
      refused("features differ", {kQuery, {{2, 2, 5, 3}}, kValue}, {},
              "scaled_dot_product_attention: query has 4 features (the last dimension) but key 3; "
              "their products need as many [query (2, 2, 3, 4), key (2, 2, 5, 3)"),
      refused("keys without values", {kQuery, kKey, {{2, 2, 4, 6}}}, {},
              "there are 5 keys (dimension -2) but 4 values"),
      refused("mask of another size",
              {kQuery, kKey, kValue, {.shape = {3, 4}, .dtype = DType::boolean}}, {},
              "attn_mask has shape (3, 4), which does not broadcast to (2, 2, 3, 5), a score for "
              "each query and key [query"),
      refused("mask of samples without their axes",
              {kQuery, kKey, kValue, {.shape = {2, 5}, .dtype = DType::boolean}}, {},
              "one mask a sample needs axes for heads and queries, "
              "attn_mask.unsqueeze(1).unsqueeze(1)"),
      refused("integer mask", {kQuery, kKey, kValue, {.shape = {3, 5}, .dtype = DType::i64}}, {},
              "attn_mask is int64; it must be bool, or float32 as query"),
      refused("mask and causal", {kQuery, kKey, kValue, {.shape = {3, 5}, .dtype = DType::boolean}},
              {.is_causal = true}, "is_causal beside attn_mask; make one mask of both"),
      refused("two dtypes", {kQuery, {.shape = {2, 2, 5, 4}, .dtype = DType::f64}, kValue}, {},
              "query, key and value must be floats of one dtype, got float32, float64 and float32"),
      refused("one axis", {{{4}}, {{5, 4}}, {{5, 4}}}, {}, "need at least 2 dimensions"),
      refused("heads that do not divide", {{{1, 3, 3, 2}}, {{1, 2, 5, 2}}, {{1, 2, 5, 2}}},
              {.enable_gqa = true},
              "query has 3 heads (dimension -3), which 2 heads of key or value do not divide"),
      refused("no axis of heads", {{{3, 2}}, {{5, 2}}, {{5, 2}}}, {.enable_gqa = true},
              "enable_gqa needs an axis of heads"),
      refused("dropout above 1", {kQuery, kKey, kValue}, {.dropout_p = 1.5},
              "dropout_p is a probability and must lie in [0, 1], got 1.5"),
  };
}

}  // namespace

std::vector<Case> ScaledDotProductAttention::cases() {
  std::vector<Case> all = right();
  for (Case& c : wrong()) all.push_back(std::move(c));
  const CaseInput x{{16, 8, 128, 32}};
  all.push_back({.name = "transformer",
                 .inputs = {x, x, x},
                 .call = of(),
                 .torch = kTorch + ")",
                 .speed = true});
  return all;
}

}  // namespace limpid
