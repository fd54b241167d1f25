#include <algorithm>

#include "limpid/ops/cross_entropy/class_targets.h"
#include "limpid/ops/cross_entropy/cross_entropy.h"
#include "limpid/ops/log_softmax/log_softmax.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/pointwise_loss/loss_reduction.h"

namespace limpid {

namespace {

void check(const Tensor& input, const Tensor& target, const CrossEntropyOptions& o) {
  check_cross_entropy_options(o.reduction, o.label_smoothing);
  check_scores(input.spec());
  if (!(input.shape() == target.shape()))
    throw ShapeError(
        str("target holds floats, and so class probabilities, which need the shape of "
            "input, ",
            input.shape(), ", but has shape ", target.shape(), "; class indices are int64"));
  if (o.weight.defined())
    check_class_weight(input.spec(), o.weight.spec(), class_axis(input.dim()));
}

}  // namespace

Tensor cross_entropy_of_probabilities(const Tensor& input, const Tensor& target,
                                      const CrossEntropyOptions& o) {
  check(input, target, o);
  const int axis = class_axis(input.dim());
  const std::int64_t classes = input.size(axis);
  const double s = o.label_smoothing;
  Tensor q = s > 0 ? target * (1 - s) + s / static_cast<double>(classes) : target;
  if (o.weight.defined()) {
    Shape along(input.dim());
    std::fill(along.begin(), along.end(), 1);
    along[axis] = classes;
    q = q * o.weight.reshape(along);
  }
  return reduce_losses(neg((q * log_softmax(input, axis)).sum({axis})), o.reduction);
}

}  // namespace limpid
