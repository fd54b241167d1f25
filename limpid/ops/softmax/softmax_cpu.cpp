// The fast softmax. Steps from the reference to here:
//   1. The exponentials are computed once, not twice: they are kept in y until their sum is known.
//   2. One division a row, and a product an element.
//   3. Three passes over the row while it is in the cache, each of them in vector instructions
//      (backends/cpu/row_loops_simd.cpp); the exponential is a polynomial
//      (backends/cpu/simd_math.h).
//   4. Rows are shared among threads; rows that do not lie dense in memory pass through a dense
//   tile
//      (backends/cpu/dense_rows.h).

#include "limpid/backends/cpu/dense_rows.h"
#include "limpid/backends/cpu/row_loops.h"
#include "limpid/ops/softmax/softmax.h"
#include "limpid/tensor/creation.h"

namespace limpid {

void Softmax::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const int axis = normalize_axis(dim, x.rank);
  const std::int64_t n = row_length(x, axis);
  visit_float(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const RowLoops<RowType<T>>& loops = row_loops().of<RowType<T>>();
    for_each_row<T, 1>({x}, &y, axis, [&](std::int64_t, const auto& from, auto* to) {
      const auto largest = loops.max(from[0], n);
      const auto total = loops.exp_minus(from[0], largest, to, n);
      loops.scale(to, 1 / total, to, n);
    });
  });
}

// dx = y (dy - sum of dy y), in two passes.
Tensors Softmax::backward(Cpu, const Backward& b) const {
  const Tensor y = b.output(), dy = b.dy();
  const Tensor dx = empty(y.shape(), {.dtype = y.dtype()});
  const AnyView out = dx->as_view();
  const int axis = normalize_axis(dim, out.rank);
  const std::int64_t n = row_length(out, axis);
  visit_float(y.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    const RowLoops<RowType<T>>& loops = row_loops().of<RowType<T>>();
    for_each_row<T, 2>(
        {y->as_view(), dy->as_view()}, &out, axis, [&](std::int64_t, const auto& from, auto* to) {
          const auto mean = loops.dot(from[0], from[1], n);  // of dy, weighted by the probabilities
          loops.times_minus(from[0], from[1], mean, to, n);
        });
  });
  return {dx};
}

}  // namespace limpid
