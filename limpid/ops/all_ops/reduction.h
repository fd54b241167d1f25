#pragma once
// The reduction ops.

#include "limpid/ops/any/any.h"
#include "limpid/ops/argmax/argmax.h"
#include "limpid/ops/cov/cov.h"
#include "limpid/ops/log_softmax/log_softmax.h"
#include "limpid/ops/logsumexp/logsumexp.h"
#include "limpid/ops/max/max.h"
#include "limpid/ops/mean/mean.h"
#include "limpid/ops/nansum/nansum.h"
#include "limpid/ops/op_list.h"
#include "limpid/ops/prod/prod.h"
#include "limpid/ops/softmax/softmax.h"
#include "limpid/ops/sum/sum.h"
#include "limpid/ops/var/var.h"
#include "limpid/ops/vector_norm/vector_norm.h"

namespace limpid {

using ReductionOps = OpList<Sum, Mean, Max, Min, Amax, Amin, Argmax, Argmin, Softmax, LogSoftmax,
                            Prod, Var, Std, LogSumExp, VectorNorm, Any, All>;
using ReductionComposites = CompositeList<VarMean, StdMean, Norm, Normalize, Nansum, Nanmean,
                                          CountNonzero, Aminmax, Cov, Corrcoef>;

}  // namespace limpid
