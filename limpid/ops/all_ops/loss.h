#pragma once
// The losses.

#include "limpid/ops/cross_entropy/cross_entropy.h"
#include "limpid/ops/ctc_loss/ctc_loss.h"
#include "limpid/ops/distribution_loss/distribution_loss.h"
#include "limpid/ops/focal_loss/focal_loss.h"
#include "limpid/ops/margin_loss/margin_loss.h"
#include "limpid/ops/nll_loss/nll_loss.h"
#include "limpid/ops/op_list.h"
#include "limpid/ops/pointwise_loss/pointwise_loss.h"

namespace limpid {

using LossOps = OpList<CrossEntropy, NllLoss, MseLoss, L1Loss, SmoothL1Loss, HuberLoss,
                       BinaryCrossEntropy, BinaryCrossEntropyWithLogits>;
using LossComposites =
    CompositeList<CrossEntropyOfProbabilities, SigmoidFocalLoss, KlDiv, GaussianNllLoss,
                  PoissonNllLoss, HingeEmbeddingLoss, SoftMarginLoss, MarginRankingLoss,
                  MultiMarginLoss, TripletMarginLoss, CosineEmbeddingLoss, CtcLoss>;

}  // namespace limpid
