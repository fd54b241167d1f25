#pragma once
// The reduction ops.

#include "limpid/ops/argmax/argmax.h"
#include "limpid/ops/log_softmax/log_softmax.h"
#include "limpid/ops/max/max.h"
#include "limpid/ops/mean/mean.h"
#include "limpid/ops/op_list.h"
#include "limpid/ops/softmax/softmax.h"
#include "limpid/ops/sum/sum.h"

namespace limpid {

using ReductionOps = OpList<Sum, Mean, Max, Min, Amax, Amin, Argmax, Argmin, Softmax, LogSoftmax>;
using ReductionComposites = CompositeList<>;

}  // namespace limpid
