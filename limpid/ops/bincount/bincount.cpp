#include "limpid/ops/bincount/bincount.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/gather/gather.h"
#include "limpid/ops/masked_select/masked_select.h"
#include "limpid/ops/max/max.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// Element i of a 1-d tensor of integers.
std::int64_t integer_at(const AnyView& x, std::int64_t i) {
  return visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    return convert<std::int64_t>(static_cast<const T*>(x.data)[i * x.strides[0]]);
  });
}

}  // namespace

Spec Bincount::infer(const Inputs& in) const {
  if (!is_integer(in[0].dtype))
    throw DTypeError(str("input has dtype ", in[0].dtype, ", but it must be integers to count"));
  if (in[0].rank() != 1)
    throw ShapeError(str("input must have one axis, not shape ", in[0].shape,
                         "; flatten it with .reshape({-1})"));
  if (minlength < 0) throw ValueError(str("minlength must be at least 0, not ", minlength));
  if (!in.defined(1)) return Spec({-1}, DType::i64, in[0].device);
  if (!(in[1].shape == in[0].shape))
    throw ShapeError(str("weights have shape ", in[1].shape, " but input has ", in[0].shape));
  return Spec({-1}, is_floating(in[1].dtype) ? in[1].dtype : DType::f64, in[0].device);
}

Shape Bincount::measure(Reference, const Inputs& in) const {
  const AnyView x = in.view(0);
  std::int64_t largest = -1;
  for (std::int64_t i = 0; i < x.numel; ++i) {
    const std::int64_t value = integer_at(x, i);
    if (value < 0) throw ValueError(str("element ", i, " is ", value, ", but counts begin at 0"));
    largest = std::max(largest, value);
  }
  if (largest == std::numeric_limits<std::int64_t>::max())
    throw ValueError(str("the largest element, ", largest, ", leaves no room for its count"));
  return {std::max(largest + 1, minlength)};
}

void Bincount::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &w = io.in[1], &y = io.out[0];
  visit_dtype(y.dtype, [&](auto out_tag) {
    using Y = typename decltype(out_tag)::type;
    std::vector<Wide<Y>> total(static_cast<std::size_t>(y.numel));
    visit_dtype(w.defined() ? w.dtype : DType::i64, [&](auto tag) {
      using W = typename decltype(tag)::type;
      for (std::int64_t i = 0; i < x.numel; ++i)
        total[static_cast<std::size_t>(integer_at(x, i))] +=
            w.defined() ? convert<Wide<Y>>(static_cast<const W*>(w.data)[i * w.strides[0]])
                        : Wide<Y>(1);
    });
    for (std::int64_t i = 0; i < y.numel; ++i)
      static_cast<Y*>(y.data)[i] = convert<Y>(total[static_cast<std::size_t>(i)]);
  });
}

// A weight is a term of the sum of its number: d weight_i = dy at x_i.
Tensors Bincount::gradient(const Backward& b) const {
  if (!b.needs(1)) return {Tensor(), Tensor()};
  return {Tensor(), gather(b.dy(), 0, b.input(0).to(DType::i64))};
}

Tensor bincount(const Tensor& input, const Tensor& weights, std::int64_t minlength) {
  return apply(Bincount{minlength}, input, weights);
}

Tensor histc(const Tensor& input, HistcOptions options) {
  return composite<Histc>({input}, [&] {
    if (!is_floating(input.dtype()))
      throw DTypeError(str("input has dtype ", input.dtype(),
                           ", but it must be a float; convert it with .to(float32)"));
    const auto [bins, given_min, given_max] = options;
    if (bins < 1) throw ValueError(str("needs at least 1 bin, not ", bins));
    if (bins > std::int64_t{1} << 48)  // more than any machine has memory for
      throw ValueError(str("needs at most 2^48 bins, not ", bins));
    double low = given_min, high = given_max;
    const Tensor x = input.detach().reshape({-1});
    if (low == high && x.numel() > 0) {
      low = min(x).item();
      high = max(x).item();
    }
    if (low == high) {
      low -= 1;
      high += 1;
    }
    if (!(low < high) || !std::isfinite(high - low))
      throw ValueError(str("no bins lie between min ", low, " and max ", high));
    const Tensor inside = masked_select(x, ge(x, low) & le(x, high));
    const Tensor bin = ((inside - low) * static_cast<double>(bins) / (high - low)).to(DType::i64);
    return bincount(clamp(bin, std::nullopt, bins - 1), {}, bins).to(input.dtype());
  });
}

}  // namespace limpid
