#include "limpid/ops/all_ops/pointwise.h"

namespace limpid {

void append_pointwise_rows(std::vector<const OpInfo*>& rows) { append_rows(PointwiseOps{}, rows); }

}  // namespace limpid
