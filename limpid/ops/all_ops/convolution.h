#pragma once
// The convolutions and poolings.

#include "limpid/ops/conv1d/conv1d.h"
#include "limpid/ops/conv2d/conv2d.h"
#include "limpid/ops/conv3d/conv3d.h"
#include "limpid/ops/conv_transpose/conv_transpose.h"
#include "limpid/ops/max_pool2d/max_pool2d.h"
#include "limpid/ops/op_list.h"

namespace limpid {

using ConvolutionOps = OpList<Conv2d, Conv2dInputGradient, Conv2dWeightGradient, MaxPool2d>;
using ConvolutionComposites =
    CompositeList<Conv1d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d>;

}  // namespace limpid
