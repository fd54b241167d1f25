#pragma once
// The indexing ops.

#include "limpid/ops/cat/cat.h"
#include "limpid/ops/gather/gather.h"
#include "limpid/ops/index/index.h"
#include "limpid/ops/index_put/index_put.h"
#include "limpid/ops/index_select/index_select.h"
#include "limpid/ops/masked_fill/masked_fill.h"
#include "limpid/ops/masked_select/masked_select.h"
#include "limpid/ops/nonzero/nonzero.h"
#include "limpid/ops/op_list.h"
#include "limpid/ops/scatter/scatter.h"
#include "limpid/ops/scatter_add/scatter_add.h"
#include "limpid/ops/scatter_reduce/scatter_reduce.h"
#include "limpid/ops/slice/slice.h"
#include "limpid/ops/split/split.h"
#include "limpid/ops/stack/stack.h"

namespace limpid {

using IndexingOps =
    OpList<StridedSlice, SliceBackward, Cat, AdvancedIndex, IndexPut, MaskedSelect, MaskedScatter,
           MaskedFill, Nonzero, Gather, ScatterAdd, Scatter, ScatterReduce>;
using IndexingComposites =
    CompositeList<Stack, Split, Chunk, Hstack, Vstack, Dstack, IndexSelect, IndexAdd, IndexCopy,
                  IndexFill, IndexReduce, Take, TakeAlongDim, OneHot>;

}  // namespace limpid
