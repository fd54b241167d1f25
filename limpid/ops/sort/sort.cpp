#include "limpid/ops/sort/sort.h"

#include <algorithm>
#include <numeric>

#include "limpid/core/rows.h"
#include "limpid/op/composite.h"
#include "limpid/ops/scatter_add/scatter_add.h"
#include "limpid/tensor/creation.h"

namespace limpid {

std::array<Spec, 2> Sort::infer(const Inputs& in) const {
  normalize_axis(dim, in[0].rank());
  return {in[0], Spec(in[0].shape, DType::i64, in[0].device)};
}

void Sort::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &values = io.out[0], &indices = io.out[1];
  const int axis = normalize_axis(dim, x.rank);
  const std::int64_t n = row_length(x, axis), dx = row_step(x, axis), dy = row_step(values, axis);
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::vector<std::int64_t> order(static_cast<std::size_t>(n));
    walk_rows<2>(shape_of(x), axis, {x.strides, values.strides}, [&](const auto& at) {
      const T* row = static_cast<const T*>(x.data) + at[0];
      const auto before = [&](std::int64_t i, std::int64_t j) {
        const Wide<T> a(row[i * dx]), b(row[j * dx]);
        if (descending) return a > b || (is_nan(a) && !is_nan(b));
        return a < b || (is_nan(b) && !is_nan(a));
      };
      std::iota(order.begin(), order.end(), 0);
      std::stable_sort(order.begin(), order.end(), before);
      for (std::int64_t i = 0; i < n; ++i) {
        const std::int64_t from = order[static_cast<std::size_t>(i)];
        static_cast<T*>(values.data)[at[1] + i * dy] = row[from * dx];
        static_cast<std::int64_t*>(indices.data)[at[1] + i * dy] = from;
      }
    });
  });
}

// Each element gets the gradient of the place where it went.
Tensors Sort::gradient(const Backward& b) const {
  const Spec& x = b.input_spec();
  const Tensor nothing = zeros(x.shape, {.dtype = x.dtype, .device = x.device});
  return {scatter_add(nothing, dim, b.output(1), b.dy())};
}

SortResult sort(const Tensor& input, std::int64_t dim, bool descending, bool /*stable*/) {
  Tensors out = apply_many(Sort{dim, descending}, input);
  return {std::move(out[0]), std::move(out[1])};
}
Tensor argsort(const Tensor& input, std::int64_t dim, bool descending, bool stable) {
  return composite<Argsort>({input}, [&] { return sort(input, dim, descending, stable).indices; });
}
Tensor msort(const Tensor& input) {
  return composite<Msort>({input}, [&] { return sort(input, 0).values; });
}

}  // namespace limpid
