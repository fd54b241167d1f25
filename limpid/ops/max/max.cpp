#include "limpid/ops/max/max.h"

#include "limpid/core/reduction.h"
#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/pointwise/comparison.h"
#include "limpid/ops/scatter_add/scatter_add.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// Whether x takes the place of the best so far: NaN beats all numbers, and nothing beats NaN.
template <class W, class Beats>
bool wins(W x, W best, Beats beats) {
  return (is_nan(x) && !is_nan(best)) || beats(x, best);
}

template <class Beats>
void reference_along(std::int64_t dim, const Io& io, Beats beats) {
  const AnyView &x = io.in[0], &values = io.out[0], &indices = io.out[1];
  const int axis = normalize_axis(dim, x.rank);
  const std::int64_t n = row_length(x, axis), step = row_step(x, axis);
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::int64_t out = 0;  // both outputs are contiguous, in the order of the rows
    walk_rows<1>(shape_of(x), axis, {x.strides}, [&](const auto& at) {
      const T* row = static_cast<const T*>(x.data) + at[0];
      std::int64_t best = 0;
      for (std::int64_t i = 1; i < n; ++i)
        if (wins(Wide<T>(row[i * step]), Wide<T>(row[best * step]), beats)) best = i;
      static_cast<T*>(values.data)[out] = row[best * step];
      static_cast<std::int64_t*>(indices.data)[out++] = best;
    });
  });
}

template <class Beats>
void reference_over(const ExtremeOverAxes& op, const Io& io, Beats beats) {
  const AnyView &x = io.in[0], &y = io.out[0];
  const Strides into = reduced_strides(x, y, reduced_axes(op.dim, x.rank), op.keepdim);
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::vector<bool> seen(static_cast<std::size_t>(y.numel));
    walk<2>(shape_of(x), {x.strides, into.data()}, [&](const auto& at) {
      const T value = static_cast<const T*>(x.data)[at[0]];
      T& best = static_cast<T*>(y.data)[at[1]];
      const auto place = static_cast<std::size_t>(at[1]);
      if (!seen[place] || wins(Wide<T>(value), Wide<T>(best), beats)) best = value;
      seen[place] = true;
    });
  });
}

constexpr auto kLarger = [](auto x, auto y) { return x > y; };
constexpr auto kSmaller = [](auto x, auto y) { return x < y; };

}  // namespace

// ---- along an axis

std::array<Spec, 2> ExtremeAlongAxis::infer(const Inputs& in) const {
  const int axis = normalize_axis(dim, in[0].rank());
  if (in[0].rank() && in[0][axis] == 0)
    throw IndexError(str("dimension ", axis, " is empty, so it has no extreme element"));
  const Shape shape = reduced_shape(in[0].shape, std::uint64_t{1} << axis, keepdim);
  return {Spec(shape, in[0].dtype, in[0].device), Spec(shape, DType::i64, in[0].device)};
}

void Max::forward(Reference, const Io& io) const { reference_along(dim, io, kLarger); }
void Min::forward(Reference, const Io& io) const { reference_along(dim, io, kSmaller); }

// dx = dy at the winner, 0 elsewhere.
Tensors ExtremeAlongAxis::gradient(const Backward& b) const {
  const Spec& x = b.input_spec();
  const bool restore = !keepdim;  // with a 0-d x, an index of one element serves too
  const Tensor dy = restore ? b.dy().unsqueeze(dim) : b.dy();
  const Tensor index = restore ? b.output(1).unsqueeze(dim) : b.output(1);
  const Tensor nothing = zeros(x.shape, {.dtype = x.dtype, .device = x.device});
  return {scatter_add(nothing, dim, index, dy)};
}

ExtremeResult max(const Tensor& input, std::int64_t dim, bool keepdim) {
  Tensors out = apply_many(Max{{dim, keepdim}}, input);
  return {std::move(out[0]), std::move(out[1])};
}
ExtremeResult min(const Tensor& input, std::int64_t dim, bool keepdim) {
  Tensors out = apply_many(Min{{dim, keepdim}}, input);
  return {std::move(out[0]), std::move(out[1])};
}

// ---- over axes

Spec ExtremeOverAxes::infer(const Inputs& in) const {
  const std::uint64_t axes = reduced_axes(dim, in[0].rank());
  for (int i = 0; i < in[0].rank(); ++i)
    if ((axes >> i & 1) && in[0][i] == 0)
      throw IndexError(str("dimension ", i, " is empty, so there is no extreme element"));
  return Spec(reduced_shape(in[0].shape, axes, keepdim), in[0].dtype, in[0].device);
}

void Amax::forward(Reference, const Io& io) const { reference_over(*this, io, kLarger); }
void Amin::forward(Reference, const Io& io) const { reference_over(*this, io, kSmaller); }

// dx = dy / k at each of the k winners, 0 elsewhere.
Tensors ExtremeOverAxes::gradient(const Backward& b) const {
  const Tensor x = b.input();
  const std::uint64_t axes = reduced_axes(dim, x.dim());
  const Shape kept = reduced_shape(x.shape(), axes, /*keepdim=*/true);
  const Tensor y = b.output().reshape(kept), dy = b.dy().reshape(kept);
  const Tensor winners = logical_or(eq(x, y), logical_and(isnan(x), isnan(y)));
  return {winners.to(x.dtype()) * (dy / winners.sum(dim, /*keepdim=*/true))};
}

Tensor amax(const Tensor& input, std::span<const std::int64_t> dim, bool keepdim) {
  return apply(Amax{{Shape(dim), keepdim}}, input);
}
Tensor amin(const Tensor& input, std::span<const std::int64_t> dim, bool keepdim) {
  return apply(Amin{{Shape(dim), keepdim}}, input);
}
Tensor max(const Tensor& input) {
  return composite<Max>({input}, [&] { return amax(input); });
}
Tensor min(const Tensor& input) {
  return composite<Min>({input}, [&] { return amin(input); });
}
Tensor Tensor::max() const { return limpid::max(*this); }
Tensor Tensor::min() const { return limpid::min(*this); }
Tensor Tensor::amax(std::initializer_list<std::int64_t> dims, bool keepdim) const {
  return limpid::amax(*this, std::span(dims.begin(), dims.size()), keepdim);
}
Tensor Tensor::amin(std::initializer_list<std::int64_t> dims, bool keepdim) const {
  return limpid::amin(*this, std::span(dims.begin(), dims.size()), keepdim);
}

}  // namespace limpid
