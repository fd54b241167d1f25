#include "limpid/ops/scatter_reduce/scatter_reduce.h"

#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/ops/gather/axis_index.h"
#include "limpid/ops/gather/gather.h"
#include "limpid/ops/masked_fill/masked_fill.h"
#include "limpid/ops/pointwise/comparison.h"
#include "limpid/ops/pointwise/select.h"
#include "limpid/ops/scatter/scatter.h"
#include "limpid/ops/scatter_add/scatter_add.h"
#include "limpid/tensor/creation.h"

namespace limpid {

Spec ScatterReduce::infer(const Inputs& in) const {
  if (reduce != "sum" && reduce != "prod" && reduce != "mean" && reduce != "amax" &&
      reduce != "amin")
    throw ValueError(str("there is no reduce \"", reduce,
                         "\"; use \"sum\", \"prod\", \"mean\", \"amax\" or \"amin\""));
  if (is_bool(in[0].dtype))
    throw DTypeError("bool is not supported; convert input and src with .to(DType::u8)");
  check_scattered(in[0], in[1], in[2], dim);
  return in[0];
}

void ScatterReduce::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &src = io.in[2], &y = io.out[0];
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using W = Wide<T>;
    std::vector<std::vector<W>> sent(static_cast<std::size_t>(y.numel));  // to each place
    AxisIndex(y, io.in[1], src, dim).walk_all([&](std::int64_t to, std::int64_t from) {
      sent[static_cast<std::size_t>(to)].push_back(W(static_cast<const T*>(src.data)[from]));
    });
    std::size_t place = 0;
    walk<1>(shape_of(x), {x.strides}, [&](const auto& at) {
      std::vector<W>& all = sent[place];
      const W own(static_cast<const T*>(x.data)[at[0]]);
      if (include_self || all.empty()) all.insert(all.begin(), own);
      W total = all[0];
      for (std::size_t i = 1; i < all.size(); ++i) {
        const W v = all[i];
        if (reduce == "sum" || reduce == "mean") total += v;
        else if (is_nan(total)) break;
        else if (reduce == "amax") total = v > total || is_nan(v) ? v : total;
        else if (reduce == "amin") total = v < total || is_nan(v) ? v : total;
        else if constexpr (std::is_integral_v<W>)  // wraps around
          total = static_cast<W>(static_cast<std::uint64_t>(total) * static_cast<std::uint64_t>(v));
        else total *= v;
      }
      if (const auto n = static_cast<W>(all.size()); reduce == "mean") {
        const W below = std::is_integral_v<W> && total < 0 ? n - 1 : 0;  // rounds down
        total = (total - below) / n;
      }
      static_cast<T*>(y.data)[place++] = convert<T>(total);
    });
  });
}

namespace {

/// 1 where input takes part in a reduction with what is sent there, or alone; else 0.
Tensor takes_part(const ScatterReduce& op, const Tensor& input, const Tensor& index) {
  const Tensor one = ones_like(input);
  return op.include_self ? one : scatter(one, op.dim, index, 0);
}

/// mean: each of the n elements of a place gets dy / n.
Tensors mean_gradient(const ScatterReduce& op, const Backward& b) {
  const Tensor index = b.input(1), self = takes_part(op, b.input(0), index);
  const Tensor count = scatter_add(self, op.dim, index, ones_like(b.input(2)));
  const Tensor each = b.dy() / count;  // a place has at least its own element or one that is sent
  return {each * self, Tensor(), gather(each, op.dim, index)};
}

/// amax, amin: those that equal the result share dy.
Tensors extreme_gradient(const ScatterReduce& op, const Backward& b) {
  const Tensor index = b.input(1), y = b.output();
  const DType dtype = y.dtype();
  const Tensor self = eq(b.input(0), y).to(dtype) * takes_part(op, b.input(0), index);
  const Tensor sent = eq(b.input(2), gather(y, op.dim, index)).to(dtype);
  const Tensor each = b.dy() / scatter_add(self, op.dim, index, sent);
  return {each * self, Tensor(), gather(each, op.dim, index) * sent};
}

/// prod: dy times the product of all the others. With one 0 in a place that is the product without
/// it for the 0, and 0 for the others; with several it is 0 for all.
Tensors product_gradient(const ScatterReduce& op, const Backward& b) {
  const Tensor index = b.input(1), x = b.input(0), src = b.input(2);
  const Tensor self = takes_part(op, x, index);
  const Tensor x_zero = eq(x, 0).to(x.dtype()) * self, src_zero = eq(src, 0).to(x.dtype());
  const Tensor zeros_there = scatter_add(x_zero, op.dim, index, src_zero);
  // The product with ones in place of zeros, of what takes part.
  const Tensor factors = where(eq(x, 0), Scalar(1), x), sent = where(eq(src, 0), Scalar(1), src);
  const Tensor rest =
      b.dy() * scatter_reduce(factors, op.dim, index, sent, "prod", op.include_self);
  const Tensor dx = where(eq(zeros_there, x_zero), rest / factors, Scalar(0)) * self;
  const Tensor others_zero = ne(gather(zeros_there, op.dim, index), src_zero);
  return {dx, Tensor(), where(others_zero, Scalar(0), gather(rest, op.dim, index) / sent)};
}

}  // namespace

// sum: what takes part gets dy.
Tensors ScatterReduce::gradient(const Backward& b) const {
  if (reduce == "mean") return mean_gradient(*this, b);
  if (reduce == "amax" || reduce == "amin") return extreme_gradient(*this, b);
  if (reduce == "prod") return product_gradient(*this, b);
  const Tensor index = b.input(1);
  return {b.dy() * takes_part(*this, b.input(0), index), Tensor(), gather(b.dy(), dim, index)};
}

Tensor scatter_reduce(const Tensor& input, std::int64_t dim, const Tensor& index, const Tensor& src,
                      const std::string& reduce, bool include_self) {
  return apply(ScatterReduce{dim, reduce, include_self}, input, index, indexed_part(src, index));
}

}  // namespace limpid
