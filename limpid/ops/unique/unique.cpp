#include "limpid/ops/unique/unique.h"

#include <algorithm>
#include <numeric>
#include <ranges>

#include "limpid/core/str.h"
#include "limpid/op/composite.h"
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

/// Rows of a table (n, m): how they compare, element by element.
template <class T>
struct Rows {
  const T* data;
  std::int64_t m;
  std::span<const T> operator[](std::int64_t i) const {
    return {data + i * m, static_cast<std::size_t>(m)};
  }
  bool less(std::int64_t a, std::int64_t b) const {
    return std::ranges::lexicographical_compare((*this)[a], (*this)[b]);
  }
  bool equal(std::int64_t a, std::int64_t b) const {
    return std::ranges::equal((*this)[a], (*this)[b]);
  }
};

/// The order of the rows of a table, and which of them, in that order, differ from the one before.
struct RowOrder {
  std::vector<std::int64_t> order;
  std::vector<bool> is_new;

  explicit RowOrder(const Tensor& table) : order(static_cast<std::size_t>(table.size(0))) {
    std::iota(order.begin(), order.end(), 0);
    visit_dtype(table.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      const Rows<T> rows{table.data<T>(), table.size(1)};
      std::stable_sort(order.begin(), order.end(),
                       [&](std::int64_t a, std::int64_t b) { return rows.less(a, b); });
      for (std::size_t i = 0; i < order.size(); ++i)
        is_new.push_back(i == 0 || !rows.equal(order[i - 1], order[i]));
    });
  }
};

UniqueResult unique_entries(const Tensor& input, int axis, const UniqueOptions& options) {
  if (input.numel() == 0 && input.size(axis) > 0)
    throw ShapeError(str("the entries along dimension ", axis, " of shape ", input.shape(),
                         " are empty, so none differs from another"));
  const std::int64_t n = input.size(axis);
  const Tensor table = input.detach().movedim(axis, 0).reshape({n, n ? -1 : 0}).contiguous();
  const RowOrder rows(table);
  std::vector<std::int64_t> first, inverse(static_cast<std::size_t>(n)), counts;
  for (std::size_t i = 0; i < rows.order.size(); ++i) {
    if (rows.is_new[i]) first.push_back(rows.order[i]), counts.push_back(0);
    ++counts.back();
    inverse[static_cast<std::size_t>(rows.order[i])] = std::ssize(counts) - 1;
  }
  return {input.index_select(axis, tensor(first)),
          options.return_inverse ? tensor(inverse) : Tensor(),
          options.return_counts ? tensor(counts) : Tensor()};
}

}  // namespace

UniqueResult unique(const Tensor& input, UniqueOptions options) {
  return composite<Unique>({input}, [&]() -> UniqueResult {
    if (options.dim) {
      const int axis = normalize_axis(*options.dim, input.dim());
      return unique_entries(input, axis, options);
    }
    const auto [sorted, order] = sort(input.reshape({-1}), 0);
    const Tensor start = starts(sorted.detach());
    UniqueResult result{masked_select(sorted, start), {}, {}};
    if (options.return_inverse)
      result.inverse =
          scatter_add(zeros_like(order), 0, order, run_of(start)).reshape(input.shape());
    if (options.return_counts) result.counts = run_lengths(start);
    return result;
  });
}

UniqueResult unique_consecutive(const Tensor& input, bool return_inverse, bool return_counts) {
  return composite<UniqueConsecutive>({input}, [&] {
    const Tensor row = input.reshape({-1}), start = starts(row.detach());
    UniqueResult result{masked_select(row, start), {}, {}};
    if (return_inverse) result.inverse = run_of(start).reshape(input.shape());
    if (return_counts) result.counts = run_lengths(start);
    return result;
  });
}

}  // namespace limpid
