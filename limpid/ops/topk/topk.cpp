#include "limpid/ops/topk/topk.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/op/autocast.h"
#include "limpid/op/composite.h"
#include "limpid/ops/masked_select/masked_select.h"
#include "limpid/ops/max/max.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/scatter_add/scatter_add.h"
#include "limpid/ops/sort/sort.h"
#include "limpid/ops/stack/stack.h"
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
  return composite<Kthvalue>({input}, [&]() -> TopKResult {
    const std::int64_t n = size_along(input, dim);
    if (k < 1 || k > n)
      throw ValueError(str("k = ", k, " is out of range 1 ... ", n, " of dimension ",
                           normalize_axis(dim, input.dim())));
    const auto [values, indices] = topk(input, k, dim, /*largest=*/false);
    return {entry(values, dim, k - 1, keepdim), entry(indices, dim, k - 1, keepdim)};
  });
}

TopKResult median(const Tensor& input, std::int64_t dim, bool keepdim) {
  return composite<Median>({input}, [&]() -> TopKResult {
    const std::int64_t n = size_along(input, dim);
    if (n == 0)
      throw ValueError(
          str("dimension ", normalize_axis(dim, input.dim()), " is empty, so it has no middle"));
    TopKResult middle = kthvalue(input, (n + 1) / 2, dim, keepdim);
    if (!is_floating(input.dtype())) return middle;
    const auto [worst, place] = max(input, dim, keepdim);  // NaN where there is one
    const Tensor bad = isnan(worst);
    return {where(bad, worst, middle.values), where(bad, place, middle.indices)};
  });
}

Tensor median(const Tensor& input) {
  return composite<Median>({input}, [&]() -> Tensor {
    if (input.numel() > 0) {
      const Tensor flat = input.reshape({-1}), middle = median(flat, 0).values;
      if (!middle.requires_grad()) return middle;
      // All that are equal to it share its gradient, as those of max do.
      const Tensor equal = logical_or(eq(flat, middle), logical_and(isnan(flat), isnan(middle)));
      return max(masked_select(flat, equal));
    }
    if (!is_floating(input.dtype()))
      throw DTypeError(str("there are no elements, and ", input.dtype(), " has no NaN to say so"));
    return full({}, std::numeric_limits<double>::quiet_NaN(), {.dtype = input.dtype()});
  });
}

namespace {

/// The quantile of rank q (n - 1) along an axis that is sorted.
Tensor quantile_of_sorted(const Tensor& sorted, double q, std::int64_t dim, bool keepdim) {
  const std::int64_t n = sorted.size(dim);
  const double rank = q * static_cast<double>(n - 1), part = rank - std::floor(rank);
  const auto below = static_cast<std::int64_t>(rank);
  const Tensor low = entry(sorted, dim, below, keepdim);
  const Tensor high = entry(sorted, dim, std::min(below + 1, n - 1), keepdim);
  const Tensor last = entry(sorted, dim, n - 1, keepdim);  // NaN if there is one
  return where(isnan(last), last, part == 0 ? low : low + (high - low) * part);
}

}  // namespace

Tensor quantile(const Tensor& input, const std::vector<double>& q, std::optional<std::int64_t> dim,
                bool keepdim) {
  if (autocast_widens(input)) return quantile(input.to(DType::f32), q, dim, keepdim);
  return composite<Quantile>({input}, [&] {
    if (input.dtype() != DType::f32 && input.dtype() != DType::f64)
      throw DTypeError(str("input has dtype ", input.dtype(),
                           ", but it must be float32 or float64; convert it with .to(float32)"));
    for (double share : q)
      if (!(share >= 0 && share <= 1))
        throw ValueError(str("q = ", share, " is not within [0, 1]"));
    if (q.empty()) throw ValueError("q is empty; it needs at least one number");
    const Tensor x = dim && input.dim() ? input : input.reshape({-1});
    const std::int64_t axis = dim ? normalize_axis(*dim, input.dim()) : 0;
    if (x.size(axis) == 0) throw ValueError(str("dimension ", axis, " is empty"));
    const Tensor sorted = sort(x, axis).values;
    Shape shape = input.shape();
    for (int i = 0; i < shape.rank(); ++i)
      if (!dim || i == axis) shape[i] = 1;
    std::vector<Tensor> all;
    for (double share : q) {
      const Tensor one = quantile_of_sorted(sorted, share, axis, keepdim);
      all.push_back(keepdim ? one.reshape(shape) : one);
    }
    return stack(all, 0);
  });
}

Tensor quantile(const Tensor& input, double q, std::optional<std::int64_t> dim, bool keepdim) {
  return composite<Quantile>(
      {input}, [&] { return quantile(input, std::vector<double>{q}, dim, keepdim).select(0, 0); });
}

}  // namespace limpid
