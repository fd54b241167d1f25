#include "limpid/ops/logsumexp/logsumexp.h"

#include <cmath>
#include <limits>

#include "limpid/core/reduction.h"
#include "limpid/core/rows.h"
#include "limpid/ops/pointwise/arithmetic.h"
#include "limpid/ops/pointwise/exponential.h"

namespace limpid {

Spec LogSumExp::infer(const Inputs& in) const {
  const std::uint64_t axes = reduced_axes(dim, in[0].rank());
  return Spec(reduced_shape(in[0].shape, axes, keepdim), in[0].dtype, in[0].device);
}

// A maximum, a difference, an exponential (about ten operations) and a sum for each element.
double LogSumExp::flops(const Inputs& in) const {
  const auto n = static_cast<double>(numel(in[0].shape));
  return 13.0 * n;  // mutate: equivalent -- only timings read it
}

void LogSumExp::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const Strides into = reduced_strides(x, y, reduced_axes(dim, x.rank), keepdim);
  visit_float(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using W = Wide<T>;
    const auto element = [&](std::int64_t at) { return W(static_cast<const T*>(x.data)[at]); };
    const auto count = static_cast<std::size_t>(y.numel);
    std::vector<W> largest(count, -std::numeric_limits<W>::infinity()), total(count);
    walk<2>(shape_of(x), {x.strides, into.data()}, [&](const auto& at) {
      W& m = largest[static_cast<std::size_t>(at[1])];
      m = std::max(m, element(at[0]));
    });
    for (W& m : largest)
      if (!std::isfinite(m)) m = 0;  // infinity - infinity is no number
    walk<2>(shape_of(x), {x.strides, into.data()}, [&](const auto& at) {
      const auto place = static_cast<std::size_t>(at[1]);
      total[place] += std::exp(element(at[0]) - largest[place]);
    });
    for (std::size_t i = 0; i < count; ++i)
      static_cast<T*>(y.data)[i] = convert<T>(largest[i] + std::log(total[i]));
  });
}

// dx = dy e^(x - y): the share of each term in the sum. Of nothing but -infinity they are NaN.
Tensors LogSumExp::gradient(const Backward& b) const {
  const Tensor x = b.input();
  const Shape kept = reduced_shape(x.shape(), reduced_axes(dim, x.dim()), /*keepdim=*/true);
  return {b.dy().reshape(kept) * exp(x - b.output().reshape(kept))};
}

Tensor logsumexp(const Tensor& input, const Shape& dim, bool keepdim) {
  return apply(LogSumExp{dim, keepdim}, input);
}
Tensor Tensor::logsumexp(std::initializer_list<std::int64_t> dims, bool keepdim) const {
  return limpid::logsumexp(*this, Shape(dims), keepdim);
}

}  // namespace limpid
