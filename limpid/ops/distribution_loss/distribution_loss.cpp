#include "limpid/ops/distribution_loss/distribution_loss.h"

#include <cmath>
#include <numbers>

#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/max/max.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/pointwise_loss/loss_reduction.h"
#include "limpid/tensor/creation.h"

namespace limpid {

Tensor kl_div(const Tensor& input, const Tensor& target, const KlDivOptions& o) {
  return composite<KlDiv>({input, target}, [&]() -> Tensor {
    const bool by_sample = o.reduction == "batchmean";
    if (!by_sample && o.reduction != "mean" && o.reduction != "sum" && o.reduction != "none")
      throw ValueError(str("reduction is ", quote(o.reduction),
                           "; it must be 'batchmean', 'mean', 'sum' or 'none'"));
    check_equal_shapes(input.shape(), target.shape());
    check_float("input", input.spec());
    check_float("target", target.spec());
    if (by_sample && input.dim() == 0)
      throw ShapeError("input is 0-d; reduction 'batchmean' needs an axis of samples");
    Tensor losses;
    if (o.log_target) {
      losses = exp(target) * (target - input);
    } else {
      const Tensor safe = where(eq(target, 0), 1, target);  // 0 log 0 counts as 0
      losses = target * log(safe) - target * input;
    }
    if (by_sample) return losses.sum() / static_cast<double>(input.size(0));
    return reduce_losses(losses, o.reduction);
  });
}

namespace {

/// var with an axis for those of the input, when it lacks the last one.
Tensor fitting_variance(const Shape& shape, const Tensor& var) {
  if (var.shape() == shape) return var;
  Shape short_shape = shape, single = shape;
  if (shape.rank() > 0) {
    short_shape.erase(shape.rank() - 1);
    single[shape.rank() - 1] = 1;
    if (var.shape() == short_shape) return var.unsqueeze(-1);
    if (var.shape() == single) return var;
  }
  throw ShapeError(str("var has shape ", var.shape(), "; it must be ", shape,
                       ", the shape of the input", shape.rank() > 0 ? str(", ", single) : "",
                       shape.rank() > 0 ? str(" or ", short_shape) : ""));
}

void check_variance(const Tensor& var) {
  if (var.device().type == DeviceType::meta || var.numel() == 0) return;
  const double least = amin(var.detach().to(DType::f64)).item();
  if (least < 0)
    throw ValueError(str("var has the negative element ", least,
                         "; variances are at least 0, for example exp() of what a model gives"));
}

}  // namespace

Tensor gaussian_nll_loss(const Tensor& input, const Tensor& target, const Tensor& var,
                         const GaussianNllLossOptions& o) {
  return composite<GaussianNllLoss>({input, target, var}, [&] {
    check_reduction(o.reduction);
    check_equal_shapes(input.shape(), target.shape());
    check_float("input", input.spec());
    check_float("var", var.spec());
    if (!(o.eps > 0)) throw ValueError(str("eps must be above 0, got ", o.eps));
    Tensor v = fitting_variance(input.shape(), var);
    check_variance(var);
    v = where(lt(v, o.eps), v + (o.eps - v).detach(), v);  // bounded, without a cut in the slope
    const Tensor distance = input - target;
    Tensor losses = (log(v) + distance * distance / v) * 0.5;
    if (o.full) losses = losses + 0.5 * std::log(2 * std::numbers::pi);
    return reduce_losses(losses, o.reduction);
  });
}

Tensor poisson_nll_loss(const Tensor& input, const Tensor& target, const PoissonNllLossOptions& o) {
  return composite<PoissonNllLoss>({input, target}, [&] {
    check_reduction(o.reduction);
    check_equal_shapes(input.shape(), target.shape());
    check_float("input", input.spec());
    Tensor losses = o.log_input ? exp(input) - target * input : input - target * log(input + o.eps);
    if (o.full) {  // Stirling: log t! ~ t log t - t + log(2 pi t) / 2
      const Tensor many = gt(target, 1), t = where(many, target, 1);
      const Tensor stirling = t * log(t) - t + log(t * (2 * std::numbers::pi)) * 0.5;
      losses = losses + where(many, stirling, 0);
    }
    return reduce_losses(losses, o.reduction);
  });
}

}  // namespace limpid
