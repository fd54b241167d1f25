#pragma once
// The reduction ops.

#include "limpid/ops/cross_entropy/cross_entropy.h"
#include "limpid/ops/gather/gather.h"
#include "limpid/ops/log_softmax/log_softmax.h"
#include "limpid/ops/op_list.h"
#include "limpid/ops/max_pool2d/max_pool2d.h"
#include "limpid/ops/scatter_add/scatter_add.h"
#include "limpid/ops/softmax/softmax.h"
#include "limpid/ops/sum/sum.h"

namespace limpid {

using ReductionOps = OpList<Sum, Softmax, LogSoftmax, CrossEntropy, Gather, ScatterAdd, MaxPool2d>;
using ReductionComposites = CompositeList<>;

}  // namespace limpid
