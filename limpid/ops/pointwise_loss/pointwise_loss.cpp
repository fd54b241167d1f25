#include "limpid/ops/pointwise_loss/pointwise_loss.h"

#include <algorithm>
#include <cmath>

#include "limpid/core/place.h"
#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/pointwise_loss/probabilities.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

Spec loss_spec(const Inputs& in, const std::string& reduction) {
  check_reduction(reduction);
  check_equal_shapes(in[0].shape, in[1].shape);
  check_float("input", in[0]);
  return Spec(reduction == "none" ? in[0].shape : Shape(), in[0].dtype, in[0].device);
}

/// Every loss, or their sum or mean, with l_i = loss(x_i, t_i) in the wide type.
template <class Loss>
void reference_loss(const Io& io, const std::string& reduction, const Loss& loss) {
  const AnyView &x = io.in[0], &t = io.in[1];
  visit_float(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using W = Wide<T>;
    T* y = static_cast<T*>(io.out[0].data);
    const W share = reduction == "mean" ? W(1) / W(x.numel) : W(1);
    W total = 0;
    walk<2>(shape_of(x), {x.strides, t.strides}, [&](const auto& at) {
      const W value =
          loss(W(static_cast<const T*>(x.data)[at[0]]), W(static_cast<const T*>(t.data)[at[1]]));
      if (reduction == "none") *y++ = convert<T>(value);
      else total += value * share;
    });
    if (reduction != "none") *y = convert<T>(x.numel || reduction == "sum" ? total : share * 0);
  });
}

/// The gradient that arrives at every single loss.
Tensor each(const Backward& b, const std::string& reduction) {
  const std::int64_t n = b.input(0).numel();
  return reduction == "mean" ? b.dy() / static_cast<double>(n) : b.dy();
}

/// Where the loss depends on x - t alone, with slope dl/d(x - t) at dy = 1.
Tensors of_difference(const Backward& b, const std::string& reduction, const Tensor& slope) {
  const Tensor dx = each(b, reduction) * slope;
  return {dx, b.needs(1) ? neg(dx) : Tensor()};
}

Tensor difference(const Backward& b) { return b.input(0) - b.input(1); }

}  // namespace

// l = d^2 with d = x - t;  dl/dd = 2 d
Spec MseLoss::infer(const Inputs& in) const { return loss_spec(in, reduction); }
void MseLoss::forward(Reference, const Io& io) const {
  reference_loss(io, reduction, [](auto x, auto t) { return (x - t) * (x - t); });
}
Tensors MseLoss::gradient(const Backward& b) const {
  return of_difference(b, reduction, difference(b) * 2);
}

// l = |d|;  dl/dd = sign(d)
Spec L1Loss::infer(const Inputs& in) const { return loss_spec(in, reduction); }
void L1Loss::forward(Reference, const Io& io) const {
  reference_loss(io, reduction, [](auto x, auto t) { return std::fabs(x - t); });
}
Tensors L1Loss::gradient(const Backward& b) const {
  return of_difference(b, reduction, sign(difference(b)));
}

// l = d^2 / (2 beta) or |d| - beta / 2;  dl/dd = d / beta within [-1, 1]
Spec SmoothL1Loss::infer(const Inputs& in) const {
  if (!(beta >= 0)) throw ValueError(str("beta must not be negative, got ", beta));
  return loss_spec(in, reduction);
}
void SmoothL1Loss::forward(Reference, const Io& io) const {
  reference_loss(io, reduction, [this](auto x, auto t) {
    using W = decltype(x);
    const W d = std::fabs(x - t), width = static_cast<W>(beta);
    return d < width ? d * d / (2 * width) : d - width / 2;
  });
}
Tensors SmoothL1Loss::gradient(const Backward& b) const {
  const Tensor d = difference(b);
  return of_difference(b, reduction, beta == 0 ? sign(d) : clamp(d / beta, -1, 1));
}

// l = d^2 / 2 or delta (|d| - delta / 2);  dl/dd = d within [-delta, delta]
Spec HuberLoss::infer(const Inputs& in) const {
  if (!(delta > 0)) throw ValueError(str("delta must be above 0, got ", delta));
  return loss_spec(in, reduction);
}
void HuberLoss::forward(Reference, const Io& io) const {
  reference_loss(io, reduction, [this](auto x, auto t) {
    using W = decltype(x);
    const W d = std::fabs(x - t), width = static_cast<W>(delta);
    return d < width ? d * d / 2 : width * (d - width / 2);
  });
}
Tensors HuberLoss::gradient(const Backward& b) const {
  return of_difference(b, reduction, clamp(difference(b), -delta, delta));
}

// l = -t log x - (1 - t) log(1 - x), with logarithms of at least -100
//   dl/dx = (x - t) / (x (1 - x)), the divisor at least 1e-12;  dl/dt = log(1 - x) - log x, which
//   has no bound in PyTorch either
Spec BinaryCrossEntropy::infer(const Inputs& in) const { return loss_spec(in, reduction); }
void BinaryCrossEntropy::forward(Reference, const Io& io) const {
  check_probabilities("input", io.in[0]);
  check_probabilities("target", io.in[1]);
  reference_loss(io, reduction, [](auto x, auto t) {
    using W = decltype(x);
    const W yes = std::max(std::log(x), W(-100)), no = std::max(std::log1p(-x), W(-100));
    return -t * yes - (1 - t) * no;
  });
}
Tensors BinaryCrossEntropy::gradient(const Backward& b) const {
  const Tensor x = b.input(0), t = b.input(1), dy = each(b, reduction);
  Tensors gradients(2);
  if (b.needs(0)) gradients[0] = dy * ((x - t) / clamp((1 - x) * x, 1e-12));
  if (b.needs(1)) gradients[1] = dy * (log(1 - x) - log(x));
  return gradients;
}

void check_probabilities(const std::string& name, const AnyView& x) {
  visit_float(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::int64_t i = 0;
    walk<1>(shape_of(x), {x.strides}, [&](const auto& at) {
      const auto value = static_cast<double>(static_cast<const T*>(x.data)[at[0]]);
      if (!(value >= 0 && value <= 1))
        throw ValueError(str(name, " at position ", place_of(i, Shape(shape_of(x))), " is ", value,
                             ", but probabilities lie in [0, 1]",
                             name == "input" ? "; of scores of any size, take "
                                               "binary_cross_entropy_with_logits"
                                             : ""));
      ++i;
    });
  });
}

// l = max(x, 0) - x t + log(1 + e^-|x|);  dl/dx = sigmoid(x) - t,  dl/dt = -x
Spec BinaryCrossEntropyWithLogits::infer(const Inputs& in) const {
  return loss_spec(in, reduction);
}
void BinaryCrossEntropyWithLogits::forward(Reference, const Io& io) const {
  reference_loss(io, reduction, [](auto x, auto t) {
    using W = decltype(x);
    return (x > 0 ? x : x * 0) - x * t + std::log1p(std::exp(-std::fabs(W(x))));
  });
}
Tensors BinaryCrossEntropyWithLogits::gradient(const Backward& b) const {
  const Tensor x = b.input(0), t = b.input(1), dy = each(b, reduction);
  Tensors gradients(2);
  if (b.needs(0)) gradients[0] = dy * (sigmoid(x) - t);
  if (b.needs(1)) gradients[1] = neg(dy * x);
  return gradients;
}

// -- functions

Tensor mse_loss(const Tensor& input, const Tensor& target, const LossOptions& options) {
  return apply(MseLoss(options.reduction), input, target);
}
Tensor l1_loss(const Tensor& input, const Tensor& target, const LossOptions& options) {
  return apply(L1Loss(options.reduction), input, target);
}
Tensor smooth_l1_loss(const Tensor& input, const Tensor& target,
                      const SmoothL1LossOptions& options) {
  return apply(SmoothL1Loss(options.reduction, options.beta), input, target);
}
Tensor huber_loss(const Tensor& input, const Tensor& target, const HuberLossOptions& options) {
  return apply(HuberLoss(options.reduction, options.delta), input, target);
}

/// Chances are floats; other targets are classes by mistake, and refused as in PyTorch.
void check_float_target(const char* op, const Tensor& target) {
  if (target.defined() && !is_floating(target.dtype()))
    throw DTypeError(str(op, ": target must hold floats, not ", target.dtype(),
                         "; convert it with .to(DType::f32)"));
}

Tensor binary_cross_entropy(const Tensor& input, const Tensor& target,
                            const BinaryCrossEntropyOptions& o) {
  check_float_target("binary_cross_entropy", target);
  if (!o.weight.defined()) return apply(BinaryCrossEntropy(o.reduction), input, target);
  return composite<BinaryCrossEntropy>({input, target}, [&] {
    check_reduction(o.reduction);
    check_broadcasts("weight", o.weight, input.shape());
    return reduce_losses(apply(BinaryCrossEntropy("none"), input, target) * o.weight, o.reduction);
  });
}

// With a weight p of positives: l = p t s(-x) + (1 - t) s(x), where s(x) = log(1 + e^x); that is
// the loss without p and (p - 1) t s(-x) more, and s(-x) is the loss of x for a target of 1.
Tensor binary_cross_entropy_with_logits(const Tensor& input, const Tensor& target,
                                        const BinaryCrossEntropyWithLogitsOptions& o) {
  using Loss = BinaryCrossEntropyWithLogits;
  check_float_target("binary_cross_entropy_with_logits", target);
  if (!o.weight.defined() && !o.pos_weight.defined())
    return apply(Loss(o.reduction), input, target);
  return composite<Loss>({input, target}, [&] {
    check_reduction(o.reduction);
    check_broadcasts("weight", o.weight, input.shape());
    check_broadcasts("pos_weight", o.pos_weight, input.shape());
    Tensor losses = apply(Loss("none"), input, target);
    if (o.pos_weight.defined())
      losses = losses + (o.pos_weight - 1) * target * apply(Loss("none"), input, ones_like(input));
    return reduce_losses(o.weight.defined() ? losses * o.weight : losses, o.reduction);
  });
}

}  // namespace limpid
