#include "limpid/ops/dropout/dropout.h"

#include "limpid/core/random.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/op/composite.h"

namespace limpid {

namespace {
void check_probability(double p) {
  if (!(p >= 0 && p <= 1))
    throw ValueError(str("p is a probability and must lie in [0, 1], got ", p));
}
}  // namespace

Spec Dropout::infer(const Inputs& in) const {
  check_probability(p);
  if (!is_floating(in[0].dtype))
    throw DTypeError(str("works on floating dtypes (float16, bfloat16, float32, float64), not on ",
                         in[0].dtype, "; convert with .to(DType::f32)"));
  return in[0];
}

// Element i, counted in row-major order of the shape whatever the strides, is kept iff u_i >= p.
void Dropout::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const RandomStream random{seed, offset};
  visit_dtype(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::uint64_t i = 0;
    walk<2>(shape_of(x), {x.strides, y.strides}, [&](const auto& at) {
      const bool kept = static_cast<double>(random.uniform(i++)) >= p;
      const auto value = static_cast<Wide<T>>(static_cast<const T*>(x.data)[at[0]]);
      static_cast<T*>(y.data)[at[1]] = convert<T>(value * Wide<T>(kept ? scale() : 0));
    });
  });
}

// y = m x with m drawn from (seed, offset): dx = m dy, the same op.
Tensors Dropout::gradient(const Backward& b) const { return {apply(*this, b.dy())}; }

Tensor dropout(const Tensor& input, double p, bool training) {
  Dropout op{.p = p};
  if (training && p > 0 && p < 1 && input.defined()) {
    const RandomStream random =
        default_generator().reserve(static_cast<std::uint64_t>(input.numel()));
    op.seed = random.seed;
    op.offset = random.offset;
  }
  if (!training || p == 0) {
    TensorImpl* in[] = {input.impl()};
    const Inputs inputs(in, std::size(in));
    try {
      require_defined(describe<Dropout>, inputs);
      op.infer(inputs);  // a wrong p or dtype is wrong in evaluation too
    } catch (Error& error) {
      add_context(error, describe<Dropout>, inputs);
      throw;
    }
    return input;
  }
  return apply(op, input);
}

}  // namespace limpid
