#include "limpid/ops/all_ops/ordering.h"

namespace limpid {

void append_ordering_rows(std::vector<const OpInfo*>& rows) { append_rows(OrderingOps{}, rows); }

}  // namespace limpid
