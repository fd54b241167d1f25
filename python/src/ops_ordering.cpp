#include "limpid/ops/all_ops/ordering.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

void add_ordering_ops(nb::module_& m) { (void)m; }

}  // namespace limpid::python
