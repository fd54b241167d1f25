#include "limpid/ops/all_ops/special.h"

namespace limpid {

void append_special_rows(std::vector<const OpInfo*>& rows) { append_rows(SpecialOps{}, rows); }

}  // namespace limpid
