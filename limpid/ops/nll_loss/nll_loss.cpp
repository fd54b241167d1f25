#include "limpid/ops/nll_loss/nll_loss.h"

#include "limpid/core/rows.h"
#include "limpid/op/piecewise.h"
#include "limpid/ops/cross_entropy/class_targets.h"
#include "limpid/ops/gather/gather.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/pointwise_loss/loss_reduction.h"
#include "limpid/ops/scatter_add/scatter_add.h"
#include "limpid/tensor/creation.h"

namespace limpid {

Spec NllLoss::infer(const Inputs& in) const {
  check_reduction(reduction);
  const Spec& x = in[0];
  check_scores(x);
  const int axis = class_axis(x.rank());
  check_class_target(x, in[1], axis);
  if (in.defined(2)) check_class_weight(x, in[2], axis);
  return Spec(reduction == "none" ? in[1].shape : Shape(), x.dtype, x.device);
}

void NllLoss::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &target = io.in[1], &weight = io.in[2];
  const int axis = class_axis(x.rank);
  const std::int64_t n = row_length(x, axis), step = row_step(x, axis);
  std::vector<std::int64_t> classes(static_cast<std::size_t>(target.numel));
  read_classes(target, n, ignore_index, classes.data());
  visit_float(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using W = Wide<T>;
    T* y = static_cast<T*>(io.out[0].data);
    W total = 0, counted = 0;
    std::size_t i = 0;
    walk_rows<1>(shape_of(x), axis, {x.strides}, [&](const auto& at) {
      const std::int64_t t = classes[i++];
      W loss = 0;
      if (t >= 0) {
        const W w =
            weight.defined() ? W(static_cast<const T*>(weight.data)[t * weight.strides[0]]) : W(1);
        loss = -w * W(static_cast<const T*>(x.data)[at[0] + t * step]);
        counted += w;
      }
      total += loss;
      if (reduction == "none") y[i - 1] = convert<T>(loss);
    });
    if (reduction != "none") *y = convert<T>(reduction == "mean" ? total / counted : total);
  });
}

// dl_i/dx_i[t] = -w_t where position i counts; every other element has slope 0.
Tensors NllLoss::gradient(const Backward& b) const {
  const Tensor target = b.input(1).to(DType::i64);  // ignore_index beside uint8 would wrap around
  const Tensor weight = b.input(2);
  if (weight.defined() && b.needs(2))
    throw GraphError("nll_loss has no gradient for weight; pass weight.detach()");
  const Spec& x = b.input_spec(0);
  const int axis = class_axis(x.rank());
  const Tensor counts = ne(target, ignore_index);
  const Tensor chosen = where(counts, target, 0);
  Tensor w = counts.to(x.dtype);
  if (weight.defined()) w = w * gather(weight, 0, chosen.reshape({-1})).reshape(target.shape());
  Tensor slope = w;
  if (reduction == "mean") {
    const Tensor total = w.sum();
    slope = w / where(eq(total, 0), 1, total);  // nothing counts: w is 0, and so is the gradient
  }
  const Tensor nothing = zeros(x.shape, {.dtype = x.dtype, .device = x.device});
  const Tensor dx =
      scatter_add(nothing, axis, chosen.unsqueeze(axis), neg(b.dy() * slope).unsqueeze(axis));
  return {piecewise(dx), Tensor(), Tensor()};
}

Tensor nll_loss(const Tensor& input, const Tensor& target, const NllLossOptions& options) {
  if (options.weight.defined() && options.weight.requires_grad())
    throw GraphError(
        "nll_loss: weight requires a gradient, which the op does not give; pass weight.detach()");
  return apply(NllLoss{options.ignore_index, options.reduction}, input, target, options.weight);
}

}  // namespace limpid
