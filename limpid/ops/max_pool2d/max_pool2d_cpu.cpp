// The kernels of max pooling: the ladder's rung for this call (ops/algorithms.h) does the work.

#include "limpid/core/walk.h"
#include "limpid/ops/max_pool2d/ladder.h"
#include "limpid/ops/max_pool2d/windows.h"
#include "limpid/ops/pooling/pool_ladder.h"
#include "limpid/tensor/layout.h"

namespace limpid {

PoolLadder& max_pool_ladder() {
  static PoolLadder ladder("max_pool2d",
                           {&kMaxPoolLoops, &kMaxPoolRows, &kMaxPoolIm2col, &kMaxPoolDirect});
  return ladder;
}

AlgorithmPlan max_pool_plan(const AnyOp& op, std::span<const Shape> inputs, DType dtype) {
  return pool_plan<MaxPool2d>(max_pool_ladder(), op, inputs[0], dtype);
}

void MaxPool2d::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &y = io.out[0];
  if (y.numel == 0) return;
  max_pool_ladder().run(pool_problem(*this, shape_of(x), shape_of(y), x.dtype), io);
}

Tensors MaxPool2d::backward(Cpu, const Backward& b) const {
  const Spec& x = b.input_spec();
  const Tensor dx = b.empty_input();
  if (dx.numel() == 0) return {dx};
  const Tensor dy = laid_as(b.dy(), *dx.impl()), indices = laid_as(b.output(1), *dx.impl());
  const AnyView in[] = {dy->as_view(), indices->as_view()}, out[] = {dx->as_view()};
  max_pool_ladder().run(pool_problem(*this, x.shape, dy.shape(), x.dtype, true), {in, out});
  return {dx};
}

}  // namespace limpid
