#include "limpid/ops/all_ops/view.h"

namespace limpid {

void append_view_rows(std::vector<const OpInfo*>& rows) { append_rows(ViewOps{}, rows); }

}  // namespace limpid
