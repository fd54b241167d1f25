#include "limpid/ops/attention/attention.h"

#include <cmath>
#include <limits>

#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/op/apply.h"
#include "limpid/op/autocast.h"
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

/// The weights of each query, from its scores. `mask` and `causal` are not both there.
Tensor weights_of(const Tensor& scores, const Tensor& mask, bool causal) {
  if (mask.defined() && scores.size(-1) > 0) return masked_weights(scores, mask);
  if (!causal) return softmax(scores, -1);
  const Tensor allowed = causal_mask(scores.size(-2), scores.size(-1), scores.device());
  return softmax(masked_fill(scores, logical_not(allowed), kMinusInfinity), -1);
}

/// For 16-bit floats and with dropout: op by op.
Tensor composed(const Tensor& query, const Tensor& key, const Tensor& value, const Tensor& mask,
                const Attention& op, double dropout_p) {
  const Tensor scores = matmul(query * op.scale, key.transpose(-2, -1));
  const Tensor weights = weights_of(scores, mask, op.is_causal);
  return matmul(dropout(weights, dropout_p), value);
}

/// `t` as a view with the axes `batch` in front of its last two.
Tensor with_batch(const Tensor& t, Shape batch) {
  batch.push_back(t.size(-2)), batch.push_back(t.size(-1));
  return t.shape() == batch ? t : t.expand(batch);
}

Tensor fused(const Tensor& query, const Tensor& key, const Tensor& value, Tensor mask,
             const Attention& op) {
  const Shape batch =
      broadcast_shapes(broadcast_shapes(batch_of(query), batch_of(key)), batch_of(value));
  if (mask.defined()) {
    Shape all = batch;
    all.push_back(query.size(-2)), all.push_back(key.size(-2));
    if (!(mask.shape() == all)) mask = mask.expand(all);
  }
  return apply_many(op, with_batch(query, batch), with_batch(key, batch), with_batch(value, batch),
                    mask)[0];
}

}  // namespace

// ---- the card

std::array<Spec, 2> Attention::infer(const Inputs& in) const {
  const Spec &q = in[0], &k = in[1], &v = in[2];
  if (!is_floating(q.dtype) || k.dtype != q.dtype || v.dtype != q.dtype)
    throw DTypeError(str("query, key and value must be floats of one dtype, got ", q.dtype, ", ",
                         k.dtype, " and ", v.dtype));
  const int rank = q.rank();
  if (rank < 2 || k.rank() != rank || v.rank() != rank)
    throw ShapeError("query, key and value must have as many dimensions, at least 2");
  Shape key = q.shape, value = q.shape, scores = q.shape;
  key[rank - 2] = value[rank - 2] = scores[rank - 1] = k[rank - 2];
  value[rank - 1] = v[rank - 1];
  if (!(k.shape == key)) throw ShapeError(str("key must be ", key, " (..., S, E)"));
  if (!(v.shape == value)) throw ShapeError(str("value must be ", value, " (..., S, Ev)"));
  if (in.defined(3)) {
    if (in[3].dtype != DType::boolean && in[3].dtype != q.dtype)
      throw DTypeError(str("attn_mask is ", in[3].dtype, "; it must be bool or ", q.dtype));
    if (!(in[3].shape == scores)) throw ShapeError(str("attn_mask must be ", scores));
    if (is_causal) throw ValueError("is_causal beside attn_mask; make one mask of both");
  }
  Shape out = q.shape, rows = q.shape;
  out[rank - 1] = v[rank - 1];
  rows.erase(rank - 1);
  return {Spec(std::move(out), q.dtype, q.device), Spec(std::move(rows), q.dtype, q.device)};
}

// Two products, and about 20 operations for each weight.
double Attention::flops(const Inputs& in) const {
  const int rank = in[0].rank();
  const double scores = static_cast<double>(numel(in[0].shape)) /
                        static_cast<double>(std::max<std::int64_t>(in[0][rank - 1], 1)) *
                        static_cast<double>(in[1][rank - 2]);
  return scores * (2.0 * static_cast<double>(in[0][rank - 1] + in[2][rank - 1]) + 20);
}

namespace {

/// The score of a query and a key with what the mask has at `at`: -infinity, whatever it was, where
/// the key may not be looked at.
template <class T>
Wide<T> masked(Wide<T> score, const AnyView& mask, std::int64_t at, bool allowed) {
  if (mask.dtype == DType::boolean && mask.defined())
    allowed = static_cast<const bool*>(mask.data)[at];
  if (!allowed) return -std::numeric_limits<Wide<T>>::infinity();
  const bool added = mask.defined() && mask.dtype != DType::boolean;
  return added ? score + static_cast<Wide<T>>(static_cast<const T*>(mask.data)[at]) : score;
}

/// Strides of a matrix's axes.
struct Axes {
  std::int64_t row = 0, column = 0;
  explicit Axes(const AnyView& v) {
    if (v.rank < 2) return;
    row = v.strides[v.rank - 2], column = v.strides[v.rank - 1];
  }
};

}  // namespace

void Attention::forward(Reference, const Io& io) const {
  const AnyView &q = io.in[0], &k = io.in[1], &v = io.in[2], &mask = io.in[3], &y = io.out[0],
                &log_sums = io.out[1];
  const std::int64_t queries = q.shape[q.rank - 2], keys = k.shape[k.rank - 2],
                     features = q.shape[q.rank - 1], outputs = v.shape[v.rank - 1];
  const Axes qs(q), ks(k), vs(v), ms(mask), ys(y);
  const std::int64_t none[Shape::kMaxRank] = {};
  const std::span batch(q.shape, static_cast<std::size_t>(q.rank - 2));
  visit_float(q.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using W = Wide<T>;
    std::vector<W> score(static_cast<std::size_t>(keys));
    const auto row = [&](const auto& at, std::int64_t i) {
      const T *qi = static_cast<const T*>(q.data) + at[0] + i * qs.row,
              *kj = static_cast<const T*>(k.data) + at[1],
              *vj = static_cast<const T*>(v.data) + at[2];
      W best = -std::numeric_limits<W>::infinity(), total = 0;
      for (std::int64_t j = 0; j < keys; ++j) {
        W s = 0;
        for (std::int64_t e = 0; e < features; ++e)
          s += W(qi[e * qs.column]) * W(kj[j * ks.row + e * ks.column]);
        s = masked<T>(s * W(scale), mask, at[3] + i * ms.row + j * ms.column, !is_causal || j <= i);
        score[static_cast<std::size_t>(j)] = s;
        best = std::max(best, s);
      }
      const W from = best == -std::numeric_limits<W>::infinity() ? W(0) : best;
      for (W& s : score) total += s = std::exp(s - from);
      for (W& s : score) s = total == 0 ? W(0) : s / total;
      for (std::int64_t e = 0; e < outputs; ++e) {
        W sum = 0;
        for (std::int64_t j = 0; j < keys; ++j)
          sum += score[static_cast<std::size_t>(j)] * W(vj[j * vs.row + e * vs.column]);
        static_cast<T*>(y.data)[at[4] + i * ys.row + e * ys.column] = convert<T>(sum);
      }
      static_cast<T*>(log_sums.data)[at[5] + i] = convert<T>(from + std::log(total));
    };
    const std::int64_t* sums = batch.empty() ? none : log_sums.strides;
    walk<6>(
        batch,
        {q.strides, k.strides, v.strides, mask.defined() ? mask.strides : none, y.strides, sums},
        [&](const auto& at) {
          for (std::int64_t i = 0; i < queries; ++i) row(at, i);
        });
  });
}

// With P the weights: dV = P^T dO and dP = dO V^T; through the softmax dS = P (dP - sum over the
// row of P dP), which is also the gradient of the mask; dQ = scale dS K, dK = scale dS^T Q.
Tensors Attention::gradient(const Backward& b) const {
  const Tensor q = b.input(0), k = b.input(1), v = b.input(2), mask = b.input(3), dy = b.dy();
  const Tensor scores = matmul(q * scale, k.transpose(-2, -1));
  const Tensor p = weights_of(scores, mask, is_causal), dp = matmul(dy, v.transpose(-2, -1));
  const Tensor ds = p * (dp - (p * dp).sum({-1}, /*keepdim=*/true)), scaled = ds * scale;
  return {matmul(scaled, k), matmul(scaled.transpose(-2, -1), q), matmul(p.transpose(-2, -1), dy),
          b.needs(3) ? ds : Tensor()};
}

// ---- the function

/// What a product is computed in under an Autocast; otherwise as it is.
static Tensor as_computed(const Tensor& t) {
  return is_autocast_enabled() && t.defined() && t.dtype() == DType::f32 ? t.to(autocast_dtype())
                                                                         : t;
}

Tensor scaled_dot_product_attention(const Tensor& given_query, const Tensor& given_key,
                                    const Tensor& given_value, const AttentionOptions& given) {
  const Tensor query = as_computed(given_query), key = as_computed(given_key),
               value = as_computed(given_value);
  AttentionOptions o = given;
  // A float mask is added to scores of query's dtype.
  if (o.attn_mask.defined() && query.defined() && is_floating(o.attn_mask.dtype()) &&
      is_floating(query.dtype()))
    o.attn_mask = o.attn_mask.to(query.dtype());
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
    if (o.attn_mask.defined()) check_mask(o.attn_mask, query, scores_shape(query, k));
    const Attention op{o.scale.value_or(1 / std::sqrt(static_cast<double>(query.size(-1)))),
                       o.is_causal};
    if (o.dropout_p > 0 || size_of(query.dtype()) == 2)
      return composed(query, k, v, o.attn_mask, op, o.dropout_p);
    return fused(query, k, v, o.attn_mask, op);
  });
}

}  // namespace limpid
