// The kernels of average pooling: the ladder's rung for this call (ops/algorithms.h) does the work.

#include "limpid/core/walk.h"
#include "limpid/ops/avg_pool2d/ladder.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// Windows over images of shape (..., H, W), of which there are (..., OH, OW).
PoolProblem problem_of(const AvgPool2d& op, std::span<const std::int64_t> x,
                       std::span<const std::int64_t> y, DType dtype, bool backward) {
  const auto [rows, columns] = window_axes(op, x);
  PoolProblem p{.rows = rows,
                .columns = columns,
                .out_rows = y[y.size() - 2],
                .out_columns = y.back(),
                .dtype = dtype,
                .backward = backward,
                .count_padding = op.count_include_pad,
                .divisor_override = op.divisor_override};
  p.planes = numel(Shape(x)) / std::max<std::int64_t>(p.plane(), 1);
  return p;
}

}  // namespace

PoolLadder& avg_pool_ladder() {
  static PoolLadder ladder("avg_pool2d",
                           {&kAvgPoolLoops, &kAvgPoolRows, &kAvgPoolIm2col, &kAvgPoolDirect});
  return ladder;
}

AlgorithmPlan avg_pool_plan(const AnyOp& op, std::span<const Shape> inputs, DType dtype) {
  const auto& card = as<AvgPool2d>(op.get());
  Shape out = inputs[0];
  const auto [rows, columns] = window_axes(card, inputs[0]);
  out[out.rank() - 2] = rows.windows(card.ceil_mode);
  out[out.rank() - 1] = columns.windows(card.ceil_mode);
  return avg_pool_ladder().plan(problem_of(card, inputs[0], out, dtype, false));
}

void AvgPool2d::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  if (y.numel == 0) return;
  avg_pool_ladder().run(problem_of(*this, shape_of(x), shape_of(y), x.dtype, false), io);
}

Tensors AvgPool2d::backward(Cpu, const Backward& b) const {
  const Spec& x = b.input_spec();
  const Tensor dx = empty(x.shape, {.dtype = x.dtype});
  if (dx.numel() == 0) return {dx};
  const AnyView in[] = {b.dy()->as_view()}, out[] = {dx->as_view()};
  avg_pool_ladder().run(problem_of(*this, x.shape, b.dy().shape(), x.dtype, true), {in, out});
  return {dx};
}

}  // namespace limpid
