#include "limpid/ops/margin_loss/margin_loss.h"

#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/op/piecewise.h"
#include "limpid/ops/cross_entropy/class_targets.h"
#include "limpid/ops/distance/distance.h"
#include "limpid/ops/gather/gather.h"
#include "limpid/ops/pointwise/pointwise.h"
#include "limpid/ops/pointwise_loss/pointwise_loss.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// max(x, 0), with slope 1 at 0 as PyTorch's clamp has it.
Tensor positive_part(const Tensor& x) { return clamp(x, 0); }

}  // namespace

Tensor hinge_embedding_loss(const Tensor& input, const Tensor& target,
                            const HingeEmbeddingLossOptions& o) {
  return composite<HingeEmbeddingLoss>({input, target}, [&] {
    check_reduction(o.reduction);
    check_float("input", input.spec());
    check_equal_shapes(input.shape(), target.shape());
    const Tensor near = where(ne(target, -1), input, 0);
    const Tensor far = where(ne(target, 1), positive_part(o.margin - input), 0);
    return reduce_losses(near + far, o.reduction);
  });
}

// log(1 + e^(-t x)) is the cross entropy of the score t x for a target of 1.
Tensor soft_margin_loss(const Tensor& input, const Tensor& target, const SoftMarginLossOptions& o) {
  return composite<SoftMarginLoss>({input, target}, [&] {
    check_reduction(o.reduction);
    check_float("input", input.spec());
    check_equal_shapes(input.shape(), target.shape());
    const Tensor agreement = input * target;
    return binary_cross_entropy_with_logits(agreement, ones_like(agreement),
                                            {.reduction = o.reduction});
  });
}

Tensor margin_ranking_loss(const Tensor& input1, const Tensor& input2, const Tensor& target,
                           const MarginRankingLossOptions& o) {
  return composite<MarginRankingLoss>({input1, input2, target}, [&] {
    check_reduction(o.reduction);
    check_equal_shapes(input1.shape(), input2.shape(), "input1", "input2");
    check_equal_shapes(input1.shape(), target.shape(), "input1", "target");
    check_float("input1", input1.spec());
    check_float("input2", input2.spec());
    return reduce_losses(positive_part(neg(target) * (input1 - input2) + o.margin), o.reduction);
  });
}

Tensor multi_margin_loss(const Tensor& input, const Tensor& target,
                         const MultiMarginLossOptions& o) {
  return composite<MultiMarginLoss>({input, target, o.weight}, [&] {
    const int axis = input.dim() - 1;
    check_reduction(o.reduction);
    if (o.p != 1 && o.p != 2) throw ValueError(str("p must be 1 or 2, got ", o.p));
    if (input.dim() != 1 && input.dim() != 2)
      throw ShapeError(str("input must be (N, C) or (C,), got ", input.shape()));
    check_scores(input.spec());
    check_class_target(input.spec(), target.spec(), axis);
    if (o.weight.defined()) check_class_weight(input.spec(), o.weight.spec(), axis);
    check_classes(target, input.size(axis));
    const Tensor right = target.to(DType::i64).unsqueeze(-1);
    const Tensor classes = arange(input.size(axis), {.device = input.device()});
    const Tensor x = with_corners(input);
    const Tensor excess = positive_part(x - gather(x, axis, right) + o.margin);
    Tensor losses = where(eq(classes, right), 0, o.p == 2 ? excess * excess : excess);
    if (o.weight.defined())
      losses = losses * gather(o.weight, 0, right.reshape({-1})).reshape(right.shape());
    losses = losses.sum({axis}) / static_cast<double>(input.size(axis));
    return reduce_losses(losses, o.reduction);
  });
}

Tensor triplet_margin_loss(const Tensor& anchor, const Tensor& positive, const Tensor& negative,
                           const TripletMarginLossOptions& o) {
  return composite<TripletMarginLoss>({anchor, positive, negative}, [&] {
    check_reduction(o.reduction);
    if (!(o.margin > 0)) throw ValueError(str("margin must be above 0, got ", o.margin));
    if (!(o.p > 0)) throw ValueError(str("p must be above 0, got ", o.p));
    if (anchor.dim() == 0)
      throw ShapeError("anchor is 0-d; it needs an axis of coordinates: (..., D)");
    check_equal_shapes(anchor.shape(), positive.shape(), "anchor", "positive");
    check_equal_shapes(anchor.shape(), negative.shape(), "anchor", "negative");
    check_float("anchor", anchor.spec());
    check_float("positive", positive.spec());
    check_float("negative", negative.spec());
    const DistanceOptions distance{.p = o.p, .eps = o.eps};
    const Tensor near = pairwise_distance(anchor, positive, distance);
    Tensor far = pairwise_distance(anchor, negative, distance);
    if (o.swap) far = minimum(far, pairwise_distance(positive, negative, distance));
    return reduce_losses(positive_part(near - far + o.margin), o.reduction);
  });
}

Tensor cosine_embedding_loss(const Tensor& input1, const Tensor& input2, const Tensor& target,
                             const CosineEmbeddingLossOptions& o) {
  return composite<CosineEmbeddingLoss>({input1, input2, target}, [&]() -> Tensor {
    check_reduction(o.reduction);
    check_equal_shapes(input1.shape(), input2.shape(), "input1", "input2");
    if (input1.dim() != 1 && input1.dim() != 2)
      throw ShapeError(str("input1 must be (N, D) or (D,), got ", input1.shape()));
    Shape expected = input1.shape();
    expected.erase(expected.rank() - 1);
    if (!(target.shape() == expected))
      throw ShapeError(str("target has shape ", target.shape(),
                           "; it needs one number for each pair of vectors, shape ", expected));
    check_float("input1", input1.spec());
    check_float("input2", input2.spec());
    constexpr double kTiny = 1e-12;  // keeps vectors of length 0 from dividing by it
    const auto dot = [](const Tensor& a, const Tensor& b) { return (a * b).sum({-1}); };
    const Tensor cosine =
        dot(input1, input2) / sqrt((dot(input1, input1) + kTiny) * (dot(input2, input2) + kTiny));
    const Tensor alike = where(eq(target, 1), 1 - cosine, 0);
    const Tensor unlike = where(eq(target, -1), positive_part(cosine - o.margin), 0);
    return reduce_losses(alike + unlike, o.reduction);
  });
}

}  // namespace limpid
