#include "limpid/ops/all_ops/reduction.h"

namespace limpid {

void append_reduction_rows(std::vector<const OpInfo*>& rows) { append_rows(ReductionOps{}, rows); }

}  // namespace limpid
