// The kernels of average pooling: the ladder's rung for this call (ops/algorithms.h) does the work.

#include "limpid/core/walk.h"
#include "limpid/ops/avg_pool2d/ladder.h"
#include "limpid/ops/pooling/pool_ladder.h"

namespace limpid {

PoolLadder& avg_pool_ladder() {
  static PoolLadder ladder("avg_pool2d",
                           {&kAvgPoolLoops, &kAvgPoolRows, &kAvgPoolIm2col, &kAvgPoolDirect});
  return ladder;
}

AlgorithmPlan avg_pool_plan(const AnyOp& op, std::span<const Shape> inputs, DType dtype) {
  return pool_plan<AvgPool2d>(avg_pool_ladder(), op, inputs[0], dtype);
}

void AvgPool2d::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  if (y.numel == 0) return;
  avg_pool_ladder().run(pool_problem(*this, shape_of(x), shape_of(y), x.dtype), io);
}

Tensors AvgPool2d::backward(Cpu, const Backward& b) const {
  const Spec& x = b.input_spec();
  const Tensor dx = b.empty_input();
  if (dx.numel() == 0) return {dx};
  const AnyView in[] = {b.dy()->as_view()}, out[] = {dx->as_view()};
  avg_pool_ladder().run(pool_problem(*this, x.shape, b.dy().shape(), x.dtype, true), {in, out});
  return {dx};
}

}  // namespace limpid
