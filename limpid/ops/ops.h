#pragma once
// Every public op.

#include "limpid/ops/all_ops/activation.h"
#include "limpid/ops/all_ops/convolution.h"
#include "limpid/ops/all_ops/indexing.h"
#include "limpid/ops/all_ops/layer.h"
#include "limpid/ops/all_ops/loss.h"
#include "limpid/ops/all_ops/matrix.h"
#include "limpid/ops/all_ops/ordering.h"
#include "limpid/ops/all_ops/pointwise.h"
#include "limpid/ops/all_ops/rearrange.h"
#include "limpid/ops/all_ops/reduction.h"
#include "limpid/ops/all_ops/special.h"
#include "limpid/ops/all_ops/view.h"
