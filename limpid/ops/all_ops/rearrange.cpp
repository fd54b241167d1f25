#include "limpid/ops/all_ops/rearrange.h"

namespace limpid {

void append_rearrange_rows(std::vector<const OpInfo*>& rows) { append_rows(RearrangeOps{}, rows); }

}  // namespace limpid
