// The fast log_softmax: three passes over a row in vector instructions. What these are made of is
// told in softmax_cpu.cpp.

#include <cmath>

#include "limpid/backends/cpu/dense_rows.h"
#include "limpid/backends/cpu/row_loops.h"
#include "limpid/ops/log_softmax/log_softmax.h"
#include "limpid/tensor/creation.h"

namespace limpid {

void LogSoftmax::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  const int axis = normalize_axis(dim, x.rank);
  const std::int64_t n = row_length(x, axis);
  visit_float(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const RowLoops<RowType<T>>& loops = row_loops().of<RowType<T>>();
    for_each_row<T, 1>({x}, &y, axis, [&](std::int64_t, const auto& from, auto* to) {
      const auto largest = loops.max(from[0], n);
      const auto total = loops.exp_minus(from[0], largest, nullptr, n);
      loops.minus(from[0], largest, std::log(total), to, n);
    });
  });
}

// dx = dy - e^y sum of dy
Tensors LogSoftmax::backward(Cpu, const Backward& b) const {
  const Tensor y = b.output(), dy = b.dy();
  const Tensor dx = empty(y.shape(), {.dtype = y.dtype()});
  const AnyView out = dx->as_view();
  const int axis = normalize_axis(dim, out.rank);
  const std::int64_t n = row_length(out, axis);
  visit_float(y.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    const RowLoops<RowType<T>>& loops = row_loops().of<RowType<T>>();
    for_each_row<T, 2>({y->as_view(), dy->as_view()}, &out, axis,
                       [&](std::int64_t, const auto& from, auto* to) {
                         loops.minus_exp(from[1], from[0], loops.sum(from[1], n), to, n);
                       });
  });
  return {dx};
}

}  // namespace limpid
