#include "limpid/ops/scatter_add/scatter_add.h"

#include "limpid/core/str.h"
#include "limpid/ops/gather/axis_index.h"
#include "limpid/ops/gather/gather.h"

namespace limpid {

Spec ScatterAdd::infer(const Inputs& in) const {
  check_axis_index(in[0], in[1], dim);
  if (in[0].dtype != in[2].dtype)
    throw DTypeError(str("src has dtype ", in[2].dtype, " but input ", in[0].dtype,
                         "; convert src with .to(", in[0].dtype, ")"));
  if (!(in[1].shape == in[2].shape) && numel(in[1].shape) > 0)
    throw ShapeError(str("src has shape ", in[2].shape, " but index ", in[1].shape,
                         "; each index needs an element of src"));
  return in[0];
}

void ScatterAdd::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &src = io.in[2], &y = io.out[0];
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::vector<Wide<T>> total;
    walk<1>(shape_of(x), {x.strides}, [&](const auto& at) {
      total.push_back(Wide<T>(static_cast<const T*>(x.data)[at[0]]));
    });
    AxisIndex(y, io.in[1], src, dim).walk_all([&](std::int64_t to, std::int64_t from) {
      total[static_cast<std::size_t>(to)] += Wide<T>(static_cast<const T*>(src.data)[from]);
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
  Tensor used = src;  // the part of src that has indices
  const bool same_rank = src.dim() == index.dim() && index.numel() > 0;
  for (int i = 0; same_rank && i < src.dim(); ++i)
    if (index.shape()[i] < src.shape()[i]) used = used.narrow(i, 0, index.shape()[i]);
  return apply(ScatterAdd{dim}, input, index, used);
}

}  // namespace limpid
