#include "limpid/ops/argmax/argmax.h"

#include "limpid/core/reduction.h"
#include "limpid/core/rows.h"
#include "limpid/core/str.h"

namespace limpid {

namespace {

template <class Beats>
void reference(std::int64_t dim, const Io& io, Beats beats) {
  const AnyView& x = io.in[0];
  const int axis = normalize_axis(dim, x.rank);
  const std::int64_t n = row_length(x, axis), step = row_step(x, axis);
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::int64_t* y = static_cast<std::int64_t*>(io.out[0].data);
    walk_rows<1>(shape_of(x), axis, {x.strides}, [&](const auto& at) {
      const T* row = static_cast<const T*>(x.data) + at[0];
      std::int64_t best = 0;
      for (std::int64_t i = 1; i < n; ++i) {
        const Wide<T> value(row[i * step]), so_far(row[best * step]);
        if ((is_nan(value) && !is_nan(so_far)) || beats(value, so_far)) best = i;
      }
      *y++ = best;
    });
  });
}

/// The flattened search gives its one index in as many dimensions as `input` had, where wanted.
template <class O>
Tensor search(const Tensor& input, std::optional<std::int64_t> dim, bool keepdim) {
  if (dim) return apply(O{{*dim, keepdim}}, input);
  const Tensor index = apply(O{{0, false}}, input.reshape({-1}));
  if (!keepdim) return index;
  Shape ones(input.dim());
  std::fill(ones.begin(), ones.end(), 1);
  return index.reshape(ones);
}

}  // namespace

Spec ArgExtreme::infer(const Inputs& in) const {
  const int axis = normalize_axis(dim, in[0].rank());
  if (is_bool(in[0].dtype))
    throw DTypeError("input is bool, which has no order; convert it with .to(uint8)");
  if (in[0].rank() && in[0][axis] == 0)
    throw IndexError(str("dimension ", axis, " is empty, so it has no extreme element"));
  const std::uint64_t axes = in[0].rank() ? std::uint64_t{1} << axis : 0;
  return Spec(reduced_shape(in[0].shape, axes, keepdim), DType::i64, in[0].device);
}

void Argmax::forward(Reference, const Io& io) const {
  reference(dim, io, [](auto x, auto y) { return x > y; });
}
void Argmin::forward(Reference, const Io& io) const {
  reference(dim, io, [](auto x, auto y) { return x < y; });
}

Tensor argmax(const Tensor& input, std::optional<std::int64_t> dim, bool keepdim) {
  return search<Argmax>(input, dim, keepdim);
}
Tensor argmin(const Tensor& input, std::optional<std::int64_t> dim, bool keepdim) {
  return search<Argmin>(input, dim, keepdim);
}
Tensor Tensor::argmax() const { return limpid::argmax(*this); }
Tensor Tensor::argmax(std::int64_t dim, bool keepdim) const {
  return limpid::argmax(*this, dim, keepdim);
}
Tensor Tensor::argmin() const { return limpid::argmin(*this); }
Tensor Tensor::argmin(std::int64_t dim, bool keepdim) const {
  return limpid::argmin(*this, dim, keepdim);
}

}  // namespace limpid
