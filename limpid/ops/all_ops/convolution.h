#pragma once
// The convolutions and poolings.

#include "limpid/ops/adaptive_pool/adaptive_pool.h"
#include "limpid/ops/avg_pool2d/avg_pool2d.h"
#include "limpid/ops/conv1d/conv1d.h"
#include "limpid/ops/conv2d/conv2d.h"
#include "limpid/ops/conv2d/conv2d_relu.h"
#include "limpid/ops/conv3d/conv3d.h"
#include "limpid/ops/conv_transpose/conv_transpose.h"
#include "limpid/ops/fold/fold.h"
#include "limpid/ops/lp_pool/lp_pool.h"
#include "limpid/ops/max_pool2d/max_pool2d.h"
#include "limpid/ops/max_pool_nd/max_pool_nd.h"
#include "limpid/ops/max_unpool/max_unpool.h"
#include "limpid/ops/op_list.h"

namespace limpid {

using ConvolutionOps = OpList<Conv2d, Conv2dRelu, Conv2dInputGradient, Conv2dWeightGradient,
                              MaxPool2d, AvgPool2d, AdaptiveAvgPool2d, AdaptiveMaxPool2d>;
using ConvolutionComposites =
    CompositeList<Conv1d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d, Unfold, Fold,
                  MaxPool1d, MaxPool3d, AvgPool1d, AvgPool3d, LpPool1d, LpPool2d, LpPool3d,
                  AdaptiveAvgPool1d, AdaptiveMaxPool1d, AdaptiveAvgPool3d, AdaptiveMaxPool3d,
                  MaxUnpool1d, MaxUnpool2d, MaxUnpool3d>;

}  // namespace limpid
