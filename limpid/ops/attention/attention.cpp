#include "limpid/ops/attention/attention.h"

#include <cmath>
#include <limits>

#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/dropout/dropout.h"
#include "limpid/ops/masked_fill/masked_fill.h"
#include "limpid/ops/matmul/matmul.h"
#include "limpid/ops/max/max.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/softmax/softmax.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

constexpr double kMinusInfinity = -std::numeric_limits<double>::infinity();

void check_dtypes(const Tensor& query, const Tensor& key, const Tensor& value) {
  const DType dtype = query.dtype();
  if (!is_floating(dtype) || key.dtype() != dtype || value.dtype() != dtype)
    throw DTypeError(str("query, key and value must be floats of one dtype, got ", dtype, ", ",
                         key.dtype(), " and ", value.dtype(), "; convert them with .to()"));
}

/// The axes before the last two, which broadcast.
Shape batch_of(const Tensor& t) {
  return Shape(std::span(t.shape().data(), static_cast<std::size_t>(t.dim() - 2)));
}

void check_shapes(const Tensor& query, const Tensor& key, const Tensor& value) {
  if (query.dim() < 2 || key.dim() < 2 || value.dim() < 2)
    throw ShapeError("query, key and value need at least 2 dimensions, (..., length, features)");
  if (query.size(-1) != key.size(-1))
    throw ShapeError(str("query has ", query.size(-1), " features (the last dimension) but key ",
                         key.size(-1), "; their products need as many"));
  if (key.size(-2) != value.size(-2))
    throw ShapeError(str("there are ", key.size(-2), " keys (dimension -2) but ", value.size(-2),
                         " values; each key needs its value"));
}

void check_mask(const Tensor& mask, const Tensor& query, const Shape& scores) {
  if (mask.dtype() != DType::boolean && mask.dtype() != query.dtype())
    throw DTypeError(str("attn_mask is ", mask.dtype(), "; it must be bool, or ", query.dtype(),
                         " as query; convert it with .to()"));
  if (!broadcasts_to(mask.shape(), scores))
    throw ShapeError(str("attn_mask has shape ", mask.shape(), ", which does not broadcast to ",
                         scores, ", a score for each query and key",
                         mask.dim() == 2 && scores.rank() > 2 && mask.shape()[0] == scores[0] &&
                                 mask.shape()[1] == scores.back()
                             ? "; one mask a sample needs axes for heads and queries, "
                               "attn_mask.unsqueeze(1).unsqueeze(1)"
                             : ""));
}

/// (..., L, S)
Shape scores_shape(const Tensor& query, const Tensor& key) {
  Shape shape = broadcast_shapes(batch_of(query), batch_of(key));
  shape.push_back(query.size(-2));
  shape.push_back(key.size(-2));
  return shape;
}

/// Each head of a key or value repeated for its group of queries.
Tensor repeat_heads(const Tensor& t, std::int64_t heads) {
  const int axis = t.dim() - 3;
  const std::int64_t own = t.size(axis), group = heads / own;
  if (group == 1) return t;
  Shape grouped = t.shape(), whole = t.shape();
  grouped.insert(axis + 1, group);
  whole[axis] = heads;
  return t.unsqueeze(axis + 1).expand(grouped).reshape(whole);
}

void check_heads(const Tensor& query, const Tensor& key, const Tensor& value) {
  if (query.dim() < 3 || key.dim() < 3 || value.dim() < 3)
    throw ShapeError("enable_gqa needs an axis of heads, (..., heads, length, features)");
  for (const Tensor& t : {key, value})
    if (t.size(-3) < 1 || query.size(-3) % t.size(-3) != 0)
      throw ShapeError(str("enable_gqa: query has ", query.size(-3),
                           " heads (dimension -3), which ", t.size(-3),
                           " heads of key or value do not divide"));
}

void check_options(const AttentionOptions& o) {
  if (!(o.dropout_p >= 0 && o.dropout_p <= 1))
    throw ValueError(str("dropout_p is a probability and must lie in [0, 1], got ", o.dropout_p));
  if (o.is_causal && o.attn_mask.defined())
    throw ValueError(
        "is_causal beside attn_mask; make one mask of both, for example logical_and(mask, "
        "ge(arange(L).unsqueeze(1), arange(S)))");
}

/// True for key j and query i where j <= i.
Tensor causal_mask(std::int64_t queries, std::int64_t keys, Device device) {
  return ge(arange(queries, {.device = device}).unsqueeze(1), arange(keys, {.device = device}));
}

/// softmax(scores + mask) V. Softmax of a row that is masked as a whole would be 0 / 0: its scores
/// count as 0 there, and its weights become 0 afterwards, so that gradients are 0 and not NaN.
Tensor masked_weights(const Tensor& scores, const Tensor& mask) {
  const std::int64_t last[] = {-1};
  const bool chooses = mask.dtype() == DType::boolean;
  const Tensor best = amax(mask.detach(), last, /*keepdim=*/true);
  const Tensor nothing = chooses ? logical_not(best) : eq(best, kMinusInfinity);
  const Tensor masked =
      chooses ? masked_fill(scores, logical_not(mask), kMinusInfinity) : scores + mask;
  return masked_fill(softmax(masked_fill(masked, nothing, 0), -1), nothing, 0);
}

}  // namespace

Tensor scaled_dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                                    const AttentionOptions& o) {
  return composite<ScaledDotProductAttention>({query, key, value, o.attn_mask}, [&] {
    Tensor k = key, v = value;
    check_options(o);
    check_dtypes(query, key, value);
    check_shapes(query, key, value);
    if (o.enable_gqa) {
      check_heads(query, key, value);
      k = repeat_heads(key, query.size(-3));
      v = repeat_heads(value, query.size(-3));
    }
    const Shape shape = scores_shape(query, k);
    if (o.attn_mask.defined()) check_mask(o.attn_mask, query, shape);
    const double scale = o.scale.value_or(1 / std::sqrt(static_cast<double>(query.size(-1))));
    const Tensor scores = matmul(query * scale, k.transpose(-2, -1));
    Tensor weights;
    if (o.attn_mask.defined() && k.size(-2) > 0) {
      weights = masked_weights(scores, o.attn_mask);
    } else if (o.is_causal) {
      const Tensor allowed = causal_mask(query.size(-2), k.size(-2), query.device());
      weights = softmax(masked_fill(scores, logical_not(allowed), kMinusInfinity), -1);
    } else {
      weights = softmax(scores, -1);
    }
    if (o.dropout_p > 0) weights = dropout(weights, o.dropout_p);
    return matmul(weights, v);
  });
}

}  // namespace limpid
