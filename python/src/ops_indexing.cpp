#include "limpid/ops/all_ops/indexing.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

void add_indexing_ops(nb::module_& m) { (void)m; }

}  // namespace limpid::python
