#include "limpid/ops/cross_entropy/cross_entropy.h"

#include <cmath>
#include <limits>

#include "limpid/core/rows.h"
#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/cross_entropy/class_targets.h"
#include "limpid/ops/gather/gather.h"
#include "limpid/ops/pointwise/comparison.h"
#include "limpid/ops/pointwise/select.h"
#include "limpid/ops/pointwise_loss/loss_reduction.h"
#include "limpid/ops/scatter_add/scatter_add.h"
#include "limpid/ops/softmax/softmax.h"
#include "limpid/tensor/creation.h"

namespace limpid {

void check_cross_entropy_options(const std::string& reduction, double label_smoothing) {
  check_reduction(reduction);
  if (!(label_smoothing >= 0 && label_smoothing <= 1))
    throw ValueError(str("label_smoothing is ", label_smoothing, "; it must lie in [0, 1]"));
}

Spec CrossEntropy::infer(const Inputs& in) const {
  check_cross_entropy_options(reduction, label_smoothing);
  const Spec& x = in[0];
  check_scores(x);
  const int axis = class_axis(x.rank());
  check_class_target(x, in[1], axis);
  if (in.defined(2)) check_class_weight(x, in[2], axis);
  return Spec(reduction == "none" ? in[1].shape : Shape(), x.dtype, x.device);
}

double CrossEntropy::flops(const Inputs& in) const {
  return 12.0 * static_cast<double>(numel(in[0].shape));
}

// -log p_c = log(sum over j of e^(x_j - m)) + m - x_c, with m = max x.
void CrossEntropy::forward(Reference, const Io& io) const {
  const AnyView &x = io.in[0], &target = io.in[1], &weight = io.in[2];
  const int axis = class_axis(x.rank);
  const std::int64_t n = row_length(x, axis), step = row_step(x, axis);
  std::vector<std::int64_t> classes(static_cast<std::size_t>(target.numel));
  read_classes(target, n, ignore_index, classes.data());
  visit_float(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using W = Wide<T>;
    const auto weight_of = [&](std::int64_t c) {
      return weight.defined() ? W(static_cast<const T*>(weight.data)[c * weight.strides[0]]) : W(1);
    };
    T* y = static_cast<T*>(io.out[0].data);
    W total = 0, counted = 0;
    std::size_t i = 0;
    walk_rows<1>(shape_of(x), axis, {x.strides}, [&](const auto& at) {
      const T* row = static_cast<const T*>(x.data) + at[0];
      const std::int64_t t = classes[i++];
      W loss = 0;
      if (t >= 0) {
        W largest = -std::numeric_limits<W>::infinity(), sum = 0;
        for (std::int64_t c = 0; c < n; ++c) largest = std::max(largest, W(row[c * step]));
        for (std::int64_t c = 0; c < n; ++c) sum += std::exp(W(row[c * step]) - largest);
        const auto surprise = [&](std::int64_t c) {
          return std::log(sum) + (largest - W(row[c * step]));
        };
        loss = W(1 - label_smoothing) * weight_of(t) * surprise(t);
        for (std::int64_t c = 0; label_smoothing > 0 && c < n; ++c)
          loss += W(label_smoothing) / W(n) * weight_of(c) * surprise(c);
        counted += weight_of(t);
      }
      total += loss;
      if (reduction == "none") y[i - 1] = convert<T>(loss);
    });
    if (reduction != "none") *y = convert<T>(reduction == "mean" ? total / counted : total);
  });
}

// The target at a position is a row q of weights: q_c = (1 - s) w_t [c = t] + (s / C) w_c, and 0 if
// it is ignored. The loss is l = sum over c of q_c (log(sum over j of e^x_j) - x_c), so dl/dx_c =
// p_c (sum of q) - q_c, with p = softmax(x).
Tensors CrossEntropy::gradient(const Backward& b) const {
  const Tensor weight = b.input(2);
  const Tensor target = b.input(1).to(DType::i64);  // ignore_index beside uint8 would wrap around
  if (weight.defined() && b.needs(2))
    throw GraphError("cross_entropy has no gradient for weight; pass weight.detach()");
  const int axis = class_axis(b.input(0).dim());
  const Tensor counts = ne(target, ignore_index);
  // An ignored position has no gradient, whatever its scores are: NaN times 0 would be NaN.
  const Tensor x = where(counts.unsqueeze(axis), b.input(0), 0);
  const std::int64_t classes = x.shape()[axis];
  const TensorOptions like{.dtype = x.dtype(), .device = x.device()};

  const Tensor chosen = where(counts, target, 0);
  Tensor w = counts.to(x.dtype());
  if (weight.defined()) w = w * gather(weight, 0, chosen.reshape({-1})).reshape(target.shape());
  Tensor q = scatter_add(zeros(x.shape(), like), axis, chosen.unsqueeze(axis),
                         w.unsqueeze(axis) * (1 - label_smoothing));
  if (label_smoothing > 0) {
    Shape along(x.dim());
    for (int i = 0; i < x.dim(); ++i) along[i] = i == axis ? classes : 1;
    const Tensor each = weight.defined() ? weight : ones({classes}, like);
    q = q + counts.unsqueeze(axis).to(x.dtype()) * each.reshape(along) *
                (label_smoothing / static_cast<double>(classes));
  }
  Tensor dy = b.dy();
  if (reduction == "mean") {
    const Tensor total = w.sum();
    dy = dy / where(eq(total, 0), 1, total);  // nothing counts: q is 0, and so is the gradient
  }
  if (reduction == "none") dy = dy.unsqueeze(axis);
  return {dy * (softmax(x, axis) * q.sum({axis}, /*keepdim=*/true) - q), Tensor(), Tensor()};
}

Tensor cross_entropy(const Tensor& input, const Tensor& target,
                     const CrossEntropyOptions& options) {
  return composite<CrossEntropy>({input, target, options.weight}, [&] {
    if (is_floating(target.dtype())) return cross_entropy_of_probabilities(input, target, options);
    if (options.weight.defined() && options.weight.requires_grad())
      throw GraphError(
          "weight requires a gradient, which the op does not give; pass weight.detach()");
    return apply(CrossEntropy{options.ignore_index, options.reduction, options.label_smoothing},
                 input, target, options.weight);
  });
}

}  // namespace limpid
