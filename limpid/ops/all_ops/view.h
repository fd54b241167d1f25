#pragma once
// The view ops.

#include "limpid/ops/as_strided/as_strided.h"
#include "limpid/ops/axes/axes.h"
#include "limpid/ops/diagonal/diagonal.h"
#include "limpid/ops/op_list.h"
#include "limpid/ops/unfold_view/unfold_view.h"
#include "limpid/ops/view/view.h"

namespace limpid {

using ViewOps = OpList<View, Permute, Expand, Diagonal, UnfoldView, AsStrided>;
using ViewComposites =
    CompositeList<Reshape, Flatten, Unflatten, Transpose, Movedim, Squeeze, Unsqueeze, BroadcastTo,
                  Unbind, TensorSplit, Hsplit, Vsplit, Dsplit>;

}  // namespace limpid
