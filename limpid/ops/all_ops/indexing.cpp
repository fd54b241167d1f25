#include "limpid/ops/all_ops/indexing.h"

namespace limpid {

void append_indexing_rows(std::vector<const OpInfo*>& rows) { append_rows(IndexingOps{}, rows); }

}  // namespace limpid
