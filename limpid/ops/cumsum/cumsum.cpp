#include "limpid/ops/cumsum/cumsum.h"

#include "limpid/core/rows.h"

namespace limpid {

Spec Cumsum::infer(const Inputs& in) const {
  normalize_axis(dim, in[0].rank());
  return Spec(in[0].shape, is_floating(in[0].dtype) ? in[0].dtype : DType::i64, in[0].device);
}

void Cumsum::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const int axis = normalize_axis(dim, x.rank);
  const std::int64_t n = row_length(x, axis), dx = row_step(x, axis), dy = row_step(y, axis);
  visit_dtype(x.dtype, [&](auto tag) {
    using X = typename decltype(tag)::type;
    using Y = std::conditional_t<is_float_type<X>, X, std::int64_t>;
    using Total = std::conditional_t<is_float_type<X>, Wide<X>, std::uint64_t>;  // wraps around
    walk_rows<2>(shape_of(x), axis, {x.strides, y.strides}, [&](const auto& at) {
      const X* from = static_cast<const X*>(x.data) + at[0];
      Y* to = static_cast<Y*>(y.data) + at[1];
      Total total{};
      for (std::int64_t k = 0; k < n; ++k) {
        const std::int64_t i = reverse ? n - 1 - k : k;
        total += static_cast<Total>(Wide<X>(from[i * dx]));
        to[i * dy] = convert<Y>(total);
      }
    });
  });
}

// x_i is a term of y_i and of all behind it, so dx_i = dy_i + ... + dy_(n-1): a sum from the end.
Tensors Cumsum::gradient(const Backward& b) const { return {apply(Cumsum{dim, !reverse}, b.dy())}; }

Tensor cumsum(const Tensor& input, std::int64_t dim) { return apply(Cumsum{dim}, input); }
Tensor Tensor::cumsum(std::int64_t dim) const { return limpid::cumsum(*this, dim); }

}  // namespace limpid
