#pragma once
// The ops that sort, scan and count.

#include "limpid/ops/bincount/bincount.h"
#include "limpid/ops/cummax/cummax.h"
#include "limpid/ops/cumprod/cumprod.h"
#include "limpid/ops/cumsum/cumsum.h"
#include "limpid/ops/diff/diff.h"
#include "limpid/ops/logcumsumexp/logcumsumexp.h"
#include "limpid/ops/op_list.h"
#include "limpid/ops/searchsorted/searchsorted.h"
#include "limpid/ops/sort/sort.h"
#include "limpid/ops/topk/topk.h"
#include "limpid/ops/unique/unique.h"

namespace limpid {

using OrderingOps = OpList<Cumsum, Cumprod, LinearRecurrence, Cummax, Cummin, LogCumsumExp, Sort,
                           TopK, SearchSorted, Bincount>;
using OrderingComposites = CompositeList<Diff, Argsort, Msort, Kthvalue, Median, Quantile, Unique,
                                         UniqueConsecutive, Bucketize, Histc>;

}  // namespace limpid
