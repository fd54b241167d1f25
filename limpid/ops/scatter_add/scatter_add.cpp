#include "limpid/ops/scatter_add/scatter_add.h"

#include "limpid/op/inplace.h"
#include "limpid/ops/gather/axis_index.h"
#include "limpid/ops/gather/gather.h"

namespace limpid {

Spec ScatterAdd::infer(const Inputs& in) const {
  check_scattered(in[0], in[1], in[2], dim);
  return in[0];
}

void ScatterAdd::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &src = io.in[2], &y = io.out[0];
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using Total = std::conditional_t<is_float_type<T>, Wide<T>, std::uint64_t>;  // wraps around
    std::vector<Total> total;
    walk<1>(shape_of(x), {x.strides}, [&](const auto& at) {
      total.push_back(static_cast<Total>(Wide<T>(static_cast<const T*>(x.data)[at[0]])));
    });
    AxisIndex(y, io.in[1], src, dim).walk_all([&](std::int64_t to, std::int64_t from) {
      total[static_cast<std::size_t>(to)] +=
          static_cast<Total>(Wide<T>(static_cast<const T*>(src.data)[from]));
    });
    for (std::size_t i = 0; i < total.size(); ++i)
      static_cast<T*>(y.data)[i] = convert<T>(total[i]);
  });
}

// y = x + (src moved): x gets dy as it is, src what dy has at the places it went to.
Tensors ScatterAdd::gradient(const Backward& b) const {
  return {b.needs(0) ? b.dy() : Tensor(), Tensor(),
          b.needs(2) ? gather(b.dy(), dim, b.input(1)) : Tensor()};
}

Tensor scatter_add(const Tensor& input, std::int64_t dim, const Tensor& index, const Tensor& src) {
  return apply(ScatterAdd{dim}, input, index, indexed_part(src, index));
}

Tensor Tensor::scatter_add(std::int64_t dim, const Tensor& index, const Tensor& source) const {
  return limpid::scatter_add(*this, dim, index, source);
}
Tensor& Tensor::scatter_add_(std::int64_t dim, const Tensor& index, const Tensor& source) {
  apply_inplace(ScatterAdd{dim}, "scatter_add_", *this, index, indexed_part(source, index));
  return *this;
}

}  // namespace limpid
