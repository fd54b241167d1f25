#include "limpid/ops/topk/topk.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/ops/max/max.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/scatter_add/scatter_add.h"
#include "limpid/ops/sort/sort.h"
#include "limpid/tensor/creation.h"

namespace limpid {

std::array<Spec, 2> TopK::infer(const Inputs& in) const {
  const int axis = normalize_axis(dim, in[0].rank());
  const std::int64_t n = in[0].rank() ? in[0][axis] : 1;
  if (k < 0 || k > n)
    throw ValueError(str("k = ", k, " is out of range: dimension ", axis, " has ", n,
                         n == 1 ? " element" : " elements"));
  Shape shape = in[0].shape;
  if (shape.rank()) shape[axis] = k;
  else if (k == 0) shape = {0};
  return {Spec(shape, in[0].dtype, in[0].device), Spec(shape, DType::i64, in[0].device)};
}

void TopK::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &values = io.out[0], &indices = io.out[1];
  const int axis = normalize_axis(dim, x.rank);
  const std::int64_t n = row_length(x, axis), dx = row_step(x, axis), dy = row_step(values, axis);
  if (values.numel == 0) return;
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::vector<std::int64_t> order(static_cast<std::size_t>(n));
    walk_rows<2>(shape_of(x), axis, {x.strides, values.strides}, [&](const auto& at) {
      const T* row = static_cast<const T*>(x.data) + at[0];
      const auto before = [&](std::int64_t i, std::int64_t j) {
        const Wide<T> a(row[i * dx]), b(row[j * dx]);
        if (largest) return a > b || (is_nan(a) && !is_nan(b));
        return a < b || (is_nan(b) && !is_nan(a));
      };
      std::iota(order.begin(), order.end(), 0);
      std::stable_sort(order.begin(), order.end(), before);
      for (std::int64_t i = 0; i < k; ++i) {
        const std::int64_t from = order[static_cast<std::size_t>(i)];
        static_cast<T*>(values.data)[at[1] + i * dy] = row[from * dx];
        static_cast<std::int64_t*>(indices.data)[at[1] + i * dy] = from;
      }
    });
  });
}

// Each chosen element gets its gradient, all others 0.
Tensors TopK::gradient(const Backward& b) const {
  const Spec& x = b.input_spec();
  const Tensor nothing = zeros(x.shape, {.dtype = x.dtype, .device = x.device});
  if (k == 0) return {nothing};
  return {scatter_add(nothing, dim, b.output(1), b.dy())};
}

TopKResult topk(const Tensor& input, std::int64_t k, std::int64_t dim, bool largest,
                bool /*sorted*/) {
  Tensors out = apply_many(TopK{k, dim, largest}, input);
  return {std::move(out[0]), std::move(out[1])};
}

// ---- single elements

namespace {

/// Entry i along an axis, which goes or stays with size 1.
Tensor entry(const Tensor& x, std::int64_t dim, std::int64_t i, bool keepdim) {
  if (x.dim() == 0) return x;
  return keepdim ? x.narrow(dim, i, 1) : x.select(dim, i);
}

std::int64_t size_along(const Tensor& x, std::int64_t dim) {
  const int axis = normalize_axis(dim, x.dim());
  return x.dim() ? x.shape()[axis] : 1;
}

}  // namespace

TopKResult kthvalue(const Tensor& input, std::int64_t k, std::int64_t dim, bool keepdim) {
  const std::int64_t n = size_along(input, dim);
  if (k < 1 || k > n)
    throw ValueError(str("kthvalue: k = ", k, " is out of range 1 ... ", n, " of dimension ",
                         normalize_axis(dim, input.dim()), " [input ", input.shape(), "]"));
  const auto [values, indices] = topk(input, k, dim, /*largest=*/false);
  return {entry(values, dim, k - 1, keepdim), entry(indices, dim, k - 1, keepdim)};
}

TopKResult median(const Tensor& input, std::int64_t dim, bool keepdim) {
  const std::int64_t n = size_along(input, dim);
  if (n == 0)
    throw ValueError(str("median: dimension ", normalize_axis(dim, input.dim()),
                         " is empty, so it has no middle [input ", input.shape(), "]"));
  TopKResult middle = kthvalue(input, (n + 1) / 2, dim, keepdim);
  if (!is_floating(input.dtype())) return middle;
  const auto [worst, place] = max(input, dim, keepdim);  // NaN where there is one
  const Tensor bad = isnan(worst);
  return {where(bad, worst, middle.values), where(bad, place, middle.indices)};
}

Tensor median(const Tensor& input) {
  if (input.numel() > 0) return median(input.reshape({-1}), 0).values;
  if (!is_floating(input.dtype()))
    throw DTypeError(str("median: there are no elements, and ", input.dtype(),
                         " has no NaN to say so [input ", input.shape(), "]"));
  return full({}, std::numeric_limits<double>::quiet_NaN(), {.dtype = input.dtype()});
}

Tensor quantile(const Tensor& input, double q, std::optional<std::int64_t> dim, bool keepdim) {
  if (input.dtype() != DType::f32 && input.dtype() != DType::f64)
    throw DTypeError(str("quantile: input has dtype ", input.dtype(),
                         ", but it must be float32 or float64; convert it with .to(float32)"));
  if (!(q >= 0 && q <= 1)) throw ValueError(str("quantile: q = ", q, " is not within [0, 1]"));
  if (!dim) {
    const Tensor result = quantile(input.reshape({-1}), q, 0);
    Shape ones(input.dim());
    std::fill(ones.begin(), ones.end(), 1);
    return keepdim ? result.reshape(ones) : result;
  }
  const std::int64_t n = size_along(input, *dim);
  if (n == 0)
    throw ValueError(str("quantile: dimension ", normalize_axis(*dim, input.dim()),
                         " is empty [input ", input.shape(), "]"));
  const Tensor sorted = sort(input, *dim).values;
  const double rank = q * static_cast<double>(n - 1), part = rank - std::floor(rank);
  const auto below = static_cast<std::int64_t>(rank);
  const Tensor low = entry(sorted, *dim, below, keepdim);
  const Tensor high = entry(sorted, *dim, std::min(below + 1, n - 1), keepdim);
  const Tensor last = entry(sorted, *dim, n - 1, keepdim);  // NaN if there is one
  return where(isnan(last), last, part == 0 ? low : low + (high - low) * part);
}

}  // namespace limpid
