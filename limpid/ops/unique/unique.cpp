#include "limpid/ops/unique/unique.h"

#include "limpid/ops/cat/cat.h"
#include "limpid/ops/cumsum/cumsum.h"
#include "limpid/ops/diff/diff.h"
#include "limpid/ops/masked_select/masked_select.h"
#include "limpid/ops/nonzero/nonzero.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/scatter_add/scatter_add.h"
#include "limpid/ops/sort/sort.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// Where a 1-d tensor begins something new.
Tensor starts(const Tensor& row) {
  const std::int64_t n = row.numel();
  if (n == 0) return zeros({0}, {.dtype = DType::boolean, .device = row.device()});
  const Tensor first = ones({1}, {.dtype = DType::boolean, .device = row.device()});
  return cat({first, ne(row.narrow(0, 1, n - 1), row.narrow(0, 0, n - 1))});
}

/// The number of the run that each element belongs to.
Tensor run_of(const Tensor& start) { return cumsum(start, 0) - 1; }

/// How long the runs are.
Tensor run_lengths(const Tensor& start) {
  const Tensor end = full({1}, start.numel(), {.dtype = DType::i64, .device = start.device()});
  return diff(nonzero(start).reshape({-1}), 1, 0, {}, end);
}

}  // namespace

UniqueResult unique(const Tensor& input, UniqueOptions options) {
  const auto [sorted, order] = sort(input.reshape({-1}), 0);
  const Tensor start = starts(sorted.detach());
  UniqueResult result{masked_select(sorted, start), {}, {}};
  if (options.return_inverse)
    result.inverse = scatter_add(zeros_like(order), 0, order, run_of(start)).reshape(input.shape());
  if (options.return_counts) result.counts = run_lengths(start);
  return result;
}

UniqueResult unique_consecutive(const Tensor& input, bool return_inverse, bool return_counts) {
  const Tensor row = input.reshape({-1}), start = starts(row.detach());
  UniqueResult result{masked_select(row, start), {}, {}};
  if (return_inverse) result.inverse = run_of(start).reshape(input.shape());
  if (return_counts) result.counts = run_lengths(start);
  return result;
}

}  // namespace limpid
