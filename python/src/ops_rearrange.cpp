#include "limpid/ops/all_ops/rearrange.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

void add_rearrange_ops(nb::module_& m) { (void)m; }

}  // namespace limpid::python
