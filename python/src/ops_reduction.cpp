#include "limpid/ops/all_ops/reduction.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

void add_reduction_ops(nb::module_& m) { (void)m; }

}  // namespace limpid::python
