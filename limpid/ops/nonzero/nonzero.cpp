#include "limpid/ops/nonzero/nonzero.h"

#include "limpid/core/walk.h"

namespace limpid {

Shape Nonzero::measure(Reference, const Inputs& in) const {
  const AnyView x = in.view(0);
  std::int64_t count = 0;
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    walk<1>(shape_of(x), {x.strides},
            [&](const auto& at) { count += convert<bool>(static_cast<const T*>(x.data)[at[0]]); });
  });
  return {count, x.rank};
}

void Nonzero::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const Shape shape(shape_of(x));
  const Strides counting = contiguous_strides(shape);
  auto* out = static_cast<std::int64_t*>(y.data);
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    walk<2>(shape, {x.strides, counting.data()}, [&](const auto& at) {
      if (!convert<bool>(static_cast<const T*>(x.data)[at[0]])) return;
      for (int i = 0; i < x.rank; ++i) *out++ = at[1] / counting[i] % shape[i];
    });
  });
}

Tensor nonzero(const Tensor& input) { return apply(Nonzero{}, input); }

}  // namespace limpid
