#include <cmath>

#include "limpid/op/make_case.h"
#include "limpid/ops/attention/attention.h"

namespace limpid {

namespace {

/// The fourth input, where there is one, is the mask.
std::function<Tensors(std::span<const Tensor>)> attention_call(AttentionOptions options = {}) {
  return [options](std::span<const Tensor> in) {
    AttentionOptions o = options;
    if (in.size() > 3) o.attn_mask = in[3];
    return Tensors(scaled_dot_product_attention(in[0], in[1], in[2], o));
  };
}

const std::string kTorchAttention = "F.scaled_dot_product_attention(a, b, c";
const CaseInput kQuery{{2, 2, 3, 4}}, kKey{{2, 2, 5, 4}}, kValue{{2, 2, 5, 6}};

// Blocks are of 128 keys (attention_cpu.cpp); 150 keys end amid a vector.
constexpr std::int64_t kManyKeys = 150;
const CaseInput kManyQueries{{1, 5, 4}}, kManyKey{{1, kManyKeys, 4}}, kManyValue{{1, kManyKeys, 3}};

/// The same without a gradient, where all of it would be NaN.
CaseInput fixed(CaseInput input) {
  input.requires_grad = false;
  return input;
}

/// Rows of a mask over many keys, where row i has value(i, j) for key j.
template <class F>
std::vector<double> mask_rows(int rows, const F& value) {
  std::vector<double> out;
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < kManyKeys; ++j) out.push_back(value(i, j));
  return out;
}

/// A first block of which some queries see nothing; one query sees nothing at all.
CaseInput late_keys() {
  return mask({1, 5, kManyKeys}, mask_rows(5, [](int query, int key) {
                if (query == 0) return key >= 128;
                if (query == 1) return false;
                if (query == 2) return key == 149;
                return query == 4 || (key < 128 && key % 3 == 0);
              }));
}

/// Of a row: in the first block, in a later one, and behind its whole vectors.
constexpr int kHoles[] = {5, 130, 149};

/// Rows with NaN in one place, then rows with infinity; two more have a block of -infinity.
CaseInput mask_with_holes() {
  return {.shape = {1, 8, kManyKeys},
          .values = mask_rows(8,
                              [](int query, int key) {
                                if (query == 6) return key < 128 ? -kInf : 0.5;
                                if (query == 7) return key < 128 ? 0.5 : -kInf;
                                if (key == kHoles[query % 3]) return query < 3 ? kNan : kInf;
                                return 0.25 * (key % 5);
                              }),
          .requires_grad = false};
}

/// Keys of one feature; NaN, infinity or -infinity at one place of each head.
CaseInput keys_with_holes() {
  return {.shape = {9, kManyKeys, 1},
          .values = mask_rows(9, [](int head, int key) {
            constexpr double kBad[] = {kNan, kInf, -kInf};
            return key == kHoles[head % 3] ? kBad[head / 3] : 0.25 * ((head + 7 * key) % 9 - 4);
          })};
}
/// True but for those keys.
CaseInput mask_of_holes() {
  return mask({9, 5, kManyKeys},
              mask_rows(9 * 5, [](int row, int key) { return key != kHoles[row / 5 % 3]; }));
}
const CaseInput kQueriesOfHoles{{9, 5, 1}}, kValuesOfHoles{{9, kManyKeys, 2}};

const CaseInput kQueriesWithHoles{
    .shape = {1, 5, 4},
    .values = {1, 2, -1, 0.5, 1, kNan, 1, 1, kInf, 1, 2, 3, 1, 1, 1, -kInf, 0.5, 0.25, -1, 1}};

std::vector<Case> right_attention() {
  constexpr double inf = INFINITY;
  const CaseInput added{
      .shape = {3, 5},
      .values = {0, 1, -1, 0.5, 2, -inf, -inf, -inf, -inf, -inf, 0, -inf, 1, 0, -inf},
      .requires_grad = false};
  return {
      {.name = "heads",
       .inputs = {kQuery, kKey, kValue},
       .call = attention_call(),
       .torch = kTorchAttention + ")"},
      {.name = "two axes",
       .inputs = {{{3, 4}}, {{4, 4}}, {{4, 2}}},
       .call = attention_call(),
       .torch = kTorchAttention + ")"},
      {.name = "causal",
       .inputs = {{{2, 4, 3}}, {{2, 4, 3}}, {{2, 4, 3}}},
       .call = attention_call({.is_causal = true}),
       .torch = kTorchAttention + ", is_causal=True)"},
      {.name = "causal, more keys than queries",
       .inputs = {kQuery, kKey, kValue},
       .call = attention_call({.is_causal = true}),
       .torch = kTorchAttention + ", is_causal=True)"},
      {.name = "causal, fewer keys than queries",
       .inputs = {kKey, kQuery, {{2, 2, 3, 6}}},
       .call = attention_call({.is_causal = true}),
       .torch = kTorchAttention + ", is_causal=True)"},
      {.name = "a scale",
       .inputs = {kQuery, kKey, kValue},
       .call = attention_call({.scale = 0.25}),
       .torch = kTorchAttention + ", scale=0.25)"},
      {.name = "bool mask",
       .inputs = {kQuery, kKey, kValue,
                  mask({3, 5}, {1, 0, 0, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1})},
       .call = attention_call(),
       .torch = kTorchAttention + ", d)"},
      {.name = "a mask over no keys",
       .inputs = {{{2, 3}}, {{0, 3}}, {{0, 4}}, mask({2, 0}, {})},
       .call = attention_call(),
       .torch = kTorchAttention + ", d)"},
      {.name = "f16, a mask over no keys",
       .inputs = {{.shape = {2, 3}, .dtype = DType::f16},
                  {.shape = {0, 3}, .dtype = DType::f16},
                  {.shape = {0, 4}, .dtype = DType::f16},
                  mask({2, 0}, {})},
       .call = attention_call(),
       .torch = kTorchAttention + ", d)",
       .smooth = false},
      {.name = "a query that may attend to nothing",
       .inputs = {kQuery, kKey, kValue,
                  mask({3, 5}, {1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1})},
       .call = attention_call(),
       .torch = kTorchAttention + ", d)"},
      {.name = "a first block of keys masked for some queries, and all for one",
       .inputs = {kManyQueries, kManyKey, kManyValue, late_keys()},
       .call = attention_call(),
       .torch = kTorchAttention + ", d)"},
      {.name = "not finite, a mask that is added",
       .inputs = {{{1, 8, 4}}, fixed(kManyKey), fixed(kManyValue), mask_with_holes()},
       .call = attention_call(),
       .torch = kTorchAttention + ", d)",
       .smooth = false},
      {.name = "not finite, queries",
       .inputs = {kQueriesWithHoles, fixed(kManyKey), fixed(kManyValue)},
       .call = attention_call(),
       .torch = kTorchAttention + ")",
       .smooth = false},
      {.name = "not finite, keys",
       .inputs = {kQueriesOfHoles, fixed(keys_with_holes()), fixed(kValuesOfHoles)},
       .call = attention_call(),
       .torch = kTorchAttention + ")",
       .smooth = false},
      {.name = "padding, one mask a sample",
       .inputs = {kQuery, kKey, kValue, mask({2, 1, 1, 5}, {1, 1, 0, 0, 0, 1, 1, 1, 1, 0})},
       .call = attention_call(),
       .torch = kTorchAttention + ", d)"},
      {.name = "a mask that is added",
       .inputs = {kQuery, kKey, kValue, added},
       .call = attention_call(),
       .torch = kTorchAttention + ", d)"},
      {.name = "a mask that learns",
       .inputs = {kQuery, kKey, kValue, {{2, 1, 3, 5}}},
       .call = attention_call(),
       .torch = kTorchAttention + ", d)"},
      {.name = "shared heads",
       .inputs = {{{1, 4, 3, 2}}, {{1, 2, 5, 2}}, {{1, 2, 5, 2}}},
       .call = attention_call({.enable_gqa = true}),
       .torch = kTorchAttention + ", enable_gqa=True)"},
      {.name = "one head of keys for all heads",
       .inputs = {{{3, 2, 2}}, {{1, 4, 2}}, {{1, 4, 2}}},
       .call = attention_call({.enable_gqa = true}),
       .torch = kTorchAttention + ", enable_gqa=True)"},
      {.name = "one key for all samples",
       .inputs = {kQuery, {{1, 2, 5, 4}}, {{1, 2, 5, 4}}},
       .call = attention_call(),
       .torch = kTorchAttention + ")"},
      {.name = "all weights dropped",
       .inputs = {{{3, 4}}, {{5, 4}}, {{5, 2}}},
       .call = attention_call({.dropout_p = 1}),
       .torch = kTorchAttention + ", dropout_p=1.0)"},
      {.name = "f16",
       .inputs = {{.shape = {3, 4}, .dtype = DType::f16},
                  {.shape = {5, 4}, .dtype = DType::f16},
                  {.shape = {5, 2}, .dtype = DType::f16}},
       .call = attention_call(),
       .torch = kTorchAttention + ")",
       .smooth = false},
  };
}

std::vector<Case> wrong_attention() {
  const auto refused = [](std::string name, std::vector<CaseInput> inputs, AttentionOptions o,
                          std::string error) {
    return Case{.name = std::move(name),
                .inputs = std::move(inputs),
                .call = attention_call(std::move(o)),
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
              "scaled_dot_product_attention: query, key and value must be floats of one dtype, got "
              "float32, float64 and float32; convert them with .to()"),
      refused("a query of one axis", {{{4}}, {{5, 4}}, {{5, 4}}}, {}, "need at least 2 dimensions"),
      refused("keys of one axis", {{{5, 4}}, {{4}}, {{5, 4}}}, {}, "need at least 2 dimensions"),
      refused("heads that do not divide", {{{1, 3, 3, 2}}, {{1, 2, 5, 2}}, {{1, 2, 5, 2}}},
              {.enable_gqa = true},
              "query has 3 heads (dimension -3), which 2 heads of key or value do not divide"),
      refused("no axis of heads", {{{3, 2}}, {{5, 2}}, {{5, 2}}}, {.enable_gqa = true},
              "enable_gqa needs an axis of heads"),
      refused("no axis of heads of keys", {{{1, 3, 2}}, {{5, 2}}, {{1, 5, 2}}},
              {.enable_gqa = true}, "enable_gqa needs an axis of heads"),
      refused("dropout above 1", {kQuery, kKey, kValue}, {.dropout_p = 1.5},
              "dropout_p is a probability and must lie in [0, 1], got 1.5"),
  };
}

}  // namespace

std::vector<Case> Attention::cases() {
  const auto of = [](std::string name, std::vector<CaseInput> in, Attention op = {},
                     std::string torch = "") {
    if (in.size() == 3) in.push_back({.shape = {1}, .defined = false});
    return Case{
        .name = std::move(name), .inputs = std::move(in), .op = any(op), .torch = std::move(torch)};
  };
  const auto heads = [](std::int64_t n, std::int64_t length, std::int64_t features) {
    return CaseInput{.shape = {n, length, features}, .low = -1, .high = 1};
  };
  const CaseInput q = heads(2, 3, 4), k = heads(2, 5, 4), v = heads(2, 5, 6);
  const auto masked = [&](std::string name, CaseInput mask) {
    return of(std::move(name), {q, k, v, std::move(mask)});
  };
  std::vector<double> far_apart;  // scores that are exact in float
  for (int i = 0; i < 300; ++i) far_apart.push_back(20 * (i * 37 % 301 - 150));
  std::vector<Case> all = {
      of("heads", {q, k, v}, {.scale = 0.5},
         kTorchAttention + ", scale=0.5), torch.logsumexp(0.5 * a @ b.mT, -1).detach()"),
      of("no axes in front", {{{3, 4}}, {{5, 4}}, {{5, 2}}}),
      of("four axes", {{{2, 3, 3, 4}}, {{2, 3, 5, 4}}, {{2, 3, 5, 2}}}),
      of("causal", {q, k, v}, {.is_causal = true}),
      of("causal, two queries", {heads(1, 2, 3), heads(1, 2, 3), heads(1, 2, 3)},
         {.is_causal = true}),
      of("causal, fewer keys than queries", {heads(1, 5, 2), heads(1, 3, 2), heads(1, 3, 2)},
         {.is_causal = true}),
      of("a scale below 0, causal", {q, k, v}, {.scale = -0.5, .is_causal = true}),
      masked("bool mask", {.shape = {2, 3, 5}, .dtype = DType::boolean}),
      masked("nothing to look at", mask({2, 3, 5}, {1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1,
                                                    0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 1, 0, 1, 0})),
      masked("a mask that is added", {{2, 3, 5}}),
      of("several blocks", {heads(1, 100, 9), heads(1, 300, 9), heads(1, 300, 5)}, {.scale = 0.3}),
      of("several blocks, causal", {heads(2, 170, 3), heads(2, 190, 3), heads(2, 190, 35)},
         {.scale = 0.7, .is_causal = true}),
      of("several blocks, masked",
         {heads(1, 60, 4), heads(1, 150, 4), heads(1, 150, 4), {{1, 60, 150}}}),
      of("several blocks, f64",
         {{.shape = {2, 60, 4}, .dtype = DType::f64},
          {.shape = {2, kManyKeys, 4}, .dtype = DType::f64},
          {.shape = {2, kManyKeys, 5}, .dtype = DType::f64}},
         {.scale = 0.3}),
      of("several blocks, the first masked for some queries, and all for one",
         {kManyQueries, kManyKey, kManyValue, late_keys()}, {.scale = 0.5}),
      of("not finite, a mask that is added", {{{1, 8, 4}}, kManyKey, kManyValue, mask_with_holes()},
         {.scale = 0.5}),
      of("not finite, queries", {kQueriesWithHoles, kManyKey, kManyValue}, {.scale = 0.5}),
      of("not finite, keys", {kQueriesOfHoles, keys_with_holes(), kValuesOfHoles}),
      of("not finite, keys that are masked",
         {kQueriesOfHoles, keys_with_holes(), kValuesOfHoles, mask_of_holes()}),
      of("weights down to nothing, a best score in every block",
         {{.shape = {1, 3, 1}, .values = {1, -1, 0.5}},
          {.shape = {1, 300, 1}, .values = far_apart},
          heads(1, 300, 2)},
         {.scale = 0.0625}),
      of("one query, one key", {heads(1, 1, 1), heads(1, 1, 1), heads(1, 1, 1)}),
      of("no keys", {{{2, 3, 4}}, {{2, 0, 4}}, {{2, 0, 6}}}),
      of("no queries", {{{2, 0, 4}}, {{2, 5, 4}}, {{2, 5, 6}}}),
      of("no heads", {{{0, 3, 4}}, {{0, 5, 4}}, {{0, 5, 6}}}),
      of("f64", {{.shape = {2, 3, 20}, .dtype = DType::f64},
                 {.shape = {2, 50, 20}, .dtype = DType::f64},
                 {.shape = {2, 50, 9}, .dtype = DType::f64}}),
      of("f16", {{.shape = {3, 4}, .dtype = DType::f16},
                 {.shape = {5, 4}, .dtype = DType::f16},
                 {.shape = {5, 2}, .dtype = DType::f16}}),
  };
  for (Case& c : all) {
    // Gradients are checked with fewer numbers; keys of 3000 cancel in them.
    if (c.name.starts_with("several") || c.name.starts_with("not finite") || c.name == "f16")
      c.smooth = false;
    if (c.name.starts_with("weights down")) c.well_conditioned = false;
  }
  const auto refused = [&](std::string name, std::vector<CaseInput> in, std::string error,
                           Attention op = {}) {
    if (in.size() == 3) in.push_back({.shape = {1}, .defined = false});
    all.push_back({.name = std::move(name),
                   .inputs = std::move(in),
                   .op = any(op),
                   .error = "attention: " + error});
  };
  refused("one axis", {{{4}}, {{4}}, {{4}}}, "query, key and value must have as many dimensions");
  refused("features differ", {q, heads(2, 5, 3), v}, "key must be (2, 5, 4)");
  refused("keys without values", {q, k, heads(2, 4, 6)}, "value must be (2, 5, 6)");
  refused("a mask of one head", {q, k, v, {{1, 3, 5}}}, "attn_mask must be (2, 3, 5)");
  refused("a mask of integers", {q, k, v, {.shape = {2, 3, 5}, .dtype = DType::i64}},
          "attn_mask is int64; it must be bool or float32");
  refused("two masks", {q, k, v, {{2, 3, 5}}}, "is_causal beside attn_mask", {.is_causal = true});
  refused("integers", {{.shape = {2, 3, 4}, .dtype = DType::i64}, k, v},
          "query, key and value must be floats of one dtype");
  const CaseInput x{{16, 8, 128, 32}};
  all.push_back(of("transformer", {x, x, x}, {.scale = 0.18}));
  all.back().speed = true;
  return all;
}

std::vector<Case> ScaledDotProductAttention::cases() {
  std::vector<Case> all = right_attention();
  for (Case& c : wrong_attention()) all.push_back(std::move(c));
  const CaseInput x{{16, 8, 128, 32}};
  all.push_back({.name = "transformer",
                 .inputs = {x, x, x},
                 .call = attention_call(),
                 .torch = kTorchAttention + ")",
                 .speed = true});
  return all;
}

}  // namespace limpid
