#include "limpid/ops/embedding/embedding.h"

#include "limpid/core/place.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/ops/embedding/embedding_ids.h"
#include "limpid/ops/index_put/index_put.h"
#include "limpid/ops/masked_fill/masked_fill.h"
#include "limpid/ops/pointwise/comparison.h"
#include "limpid/tensor/creation.h"

namespace limpid {

Spec Embedding::infer(const Inputs& in) const {
  const Spec &weight = in[0], &ids = in[1];
  if (weight.rank() != 2)
    throw ShapeError(str("weight must be a table (rows, d), got shape ", weight.shape));
  if (ids.dtype != DType::i64 && ids.dtype != DType::i32)
    throw DTypeError(str("ids have dtype ", ids.dtype, ", but they must be int64 (or int32)"));
  if (padding_idx < -1 || padding_idx >= weight[0])
    throw IndexError(
        str("padding_idx ", padding_idx, " is no row of a table of ", weight[0], " rows"));
  Shape shape = ids.shape;
  shape.push_back(weight[1]);
  return Spec(std::move(shape), weight.dtype, weight.device);
}

std::vector<std::int64_t> checked_ids(const AnyView& ids, std::int64_t rows) {
  std::vector<std::int64_t> out;
  out.reserve(static_cast<std::size_t>(ids.numel));
  walk<1>(shape_of(ids), {ids.strides}, [&](const auto& at) {
    out.push_back(ids.dtype == DType::i64 ? static_cast<const std::int64_t*>(ids.data)[at[0]]
                                          : static_cast<const std::int32_t*>(ids.data)[at[0]]);
    if (out.back() >= 0 && out.back() < rows) return;
    const auto k = static_cast<std::int64_t>(out.size()) - 1;
    throw IndexError(str("id ", out.back(), " at position ", place_of(k, Shape(shape_of(ids))),
                         " is out of range for a table of ", rows, " rows"));
  });
  return out;
}

void Embedding::forward(Reference, const Io& io) const {
  const AnyView &weight = io.in[0], &y = io.out[0];
  const std::vector<std::int64_t> ids = checked_ids(io.in[1], weight.shape[0]);
  visit_dtype(weight.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    T* to = static_cast<T*>(y.data);
    for (std::int64_t id : ids)
      for (std::int64_t j = 0; j < weight.shape[1]; ++j)
        *to++ = static_cast<const T*>(weight.data)[id * weight.strides[0] + j * weight.strides[1]];
  });
}

// dweight[ids] += dy, without the gradients of padding_idx.
Tensors Embedding::gradient(const Backward& b) const {
  const Spec& weight = b.input_spec();
  const Tensor ids = b.input(1);
  Tensor dy = b.dy();
  if (padding_idx >= 0) dy = masked_fill(dy, eq(ids, padding_idx).unsqueeze(-1), 0);
  const Tensor nothing = zeros(weight.shape, {.dtype = weight.dtype, .device = weight.device});
  const Tensor in[] = {nothing, dy, ids};
  return {limpid::apply(IndexPut{{0}, /*accumulate=*/true}, std::span<const Tensor>(in)), Tensor()};
}

Tensor embedding(const Tensor& weight, const Tensor& ids, std::optional<std::int64_t> padding_idx) {
  if (!padding_idx) return apply(Embedding{}, weight, ids);
  const std::int64_t rows = weight.dim() ? weight.shape()[0] : 0;
  if (*padding_idx < -rows || *padding_idx >= rows)
    throw IndexError(str("embedding: padding_idx ", *padding_idx, " is no row of a table of ", rows,
                         " rows [weight ", weight.shape(), "]"));
  return apply(Embedding{*padding_idx < 0 ? *padding_idx + rows : *padding_idx}, weight, ids);
}

}  // namespace limpid
