#include "limpid/ops/embedding_bag/embedding_bag.h"

#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/embedding/embedding.h"
#include "limpid/ops/index_select/index_select.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/scatter_reduce/scatter_reduce.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

using Numbers = std::vector<std::int64_t>;

void check(const Tensor& ids, const Tensor& weight, const Tensor& offsets,
           const EmbeddingBagOptions& o) {
  if (o.mode != "sum" && o.mode != "mean" && o.mode != "max")
    throw ValueError(str("mode is ", quote(o.mode), "; it must be 'sum', 'mean' or 'max'"));
  if (weight.dim() != 2)
    throw ShapeError(str("weight must be a table (rows, d), got shape ", weight.shape()));
  if (ids.dim() != 1 && ids.dim() != 2)
    throw ShapeError(str("ids must be (bags, n), or (m,) with offsets, got shape ", ids.shape()));
  if (ids.dim() == 2 && offsets.defined())
    throw ValueError("ids have a row for each bag, so there can be no offsets beside them");
  if (ids.dim() == 1 && !offsets.defined())
    throw ValueError("ids in one row need offsets, which say where each bag begins");
  if (offsets.defined() && (offsets.dim() != 1 || !is_integer(offsets.dtype())))
    throw ShapeError(str("offsets must be a vector of integers, got ", offsets.spec()));
  if (!o.per_sample_weights.defined()) return;
  if (o.mode != "sum") throw ValueError("per_sample_weights are for mode 'sum' alone");
  if (!(o.per_sample_weights.shape() == ids.shape()))
    throw ShapeError(str("per_sample_weights has shape ", o.per_sample_weights.shape(),
                         "; it needs a weight for each id, shape ", ids.shape()));
}

/// Where the bags begin among `count` ids, and the end of the last.
Numbers bounds_of(const Tensor& ids, const Tensor& offsets, bool include_last) {
  Numbers bounds;
  if (ids.dim() == 2) {
    for (std::int64_t b = 0; b <= ids.size(0); ++b) bounds.push_back(b * ids.size(1));
    return bounds;
  }
  bounds = offsets.to_vector<std::int64_t>();
  const std::int64_t count = ids.numel();
  if (!include_last) bounds.push_back(count);
  if (bounds.empty()) throw ValueError("offsets is empty; include_last_offset needs the end");
  for (std::size_t b = 0; b < bounds.size(); ++b) {
    const std::int64_t least = b == 0 ? 0 : bounds[b - 1], most = b == 0 ? 0 : count;
    if (bounds[b] < least || bounds[b] > most)
      throw ValueError(str("offset ", bounds[b], " at position ", b,
                           "; offsets begin with 0 and ascend up to the ", count, " ids"));
  }
  return bounds;
}

/// The ids that count: where they stand, to which bag each belongs, and how many each bag has.
struct Members {
  Numbers place, bag, count;

  Members(const Numbers& ids, const Numbers& bounds, std::optional<std::int64_t> padding)
      : count(bounds.size() - 1) {
    for (std::size_t b = 0; b < count.size(); ++b)
      for (std::int64_t i = bounds[b]; i < bounds[b + 1]; ++i) {
        if (padding && ids[static_cast<std::size_t>(i)] == *padding) continue;
        place.push_back(i);
        bag.push_back(static_cast<std::int64_t>(b));
        ++count[b];
      }
  }
};

std::optional<std::int64_t> row_of(std::optional<std::int64_t> padding, std::int64_t rows) {
  if (padding && (*padding < -rows || *padding >= rows))
    throw IndexError(str("padding_idx ", *padding, " is no row of a table of ", rows, " rows"));
  return padding && *padding < 0 ? *padding + rows : padding;
}

}  // namespace

Tensor embedding_bag(const Tensor& ids, const Tensor& weight, const Tensor& offsets,
                     const EmbeddingBagOptions& o) {
  return composite<EmbeddingBag>({ids, weight, offsets, o.per_sample_weights}, [&]() -> Tensor {
    check(ids, weight, offsets, o);
    const Numbers bounds = bounds_of(ids, offsets, o.include_last_offset);
    const auto padding = row_of(o.padding_idx, weight.size(0));
    const Members members(ids.to_vector<std::int64_t>(), bounds, padding);
    const std::int64_t bags = std::ssize(members.count), d = weight.size(1);
    const Tensor place = tensor(members.place), bag = tensor(members.bag);
    // All ids are looked up, so that one that is no row is found even where it is padding.
    Tensor rows = embedding(weight, ids.reshape({-1})).index_select(0, place);
    const Tensor nothing = zeros({bags, d}, {.dtype = weight.dtype(), .device = weight.device()});
    if (o.mode == "max") {
      const Tensor to = bag.unsqueeze(1).expand({bag.numel(), d});
      return scatter_reduce(nothing, 0, to, rows, "amax", /*include_self=*/false);
    }
    if (o.per_sample_weights.defined())
      rows = rows * o.per_sample_weights.reshape({-1}).index_select(0, place).unsqueeze(1);
    const Tensor sums = index_add(nothing, 0, bag, rows);
    if (o.mode == "sum") return sums;
    return sums / clamp(tensor(members.count), 1).to(weight.dtype()).unsqueeze(1);
  });
}

}  // namespace limpid
