#include "limpid/ops/focal_loss/focal_loss.h"

#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/pointwise_loss/pointwise_loss.h"

namespace limpid {

Tensor sigmoid_focal_loss(const Tensor& input, const Tensor& target,
                          const SigmoidFocalLossOptions& o) {
  return composite<SigmoidFocalLoss>({input, target}, [&] {
    check_reduction(o.reduction);
    check_equal_shapes(input.shape(), target.shape());
    check_float("input", input.spec());
    if (!(o.alpha <= 1))
      throw ValueError(str("alpha must be at most 1 (below 0: no weighting), got ", o.alpha));
    if (!(o.gamma >= 0)) throw ValueError(str("gamma must not be negative, got ", o.gamma));
    const Tensor entropy = binary_cross_entropy_with_logits(input, target, {.reduction = "none"});
    // How wrong the model is: 1 - p of what happened. sigmoid(-x) keeps digits that 1 - sigmoid(x)
    // would lose.
    const Tensor missed = sigmoid(neg(input)) * target + sigmoid(input) * (1 - target);
    Tensor losses = entropy * (o.gamma == 2 ? missed * missed : pow(missed, o.gamma));
    if (o.alpha >= 0) losses = losses * (target * o.alpha + (1 - target) * (1 - o.alpha));
    return reduce_losses(losses, o.reduction);
  });
}

}  // namespace limpid
