#include "limpid/ops/all_ops/view.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

void add_view_ops(nb::module_& m) { (void)m; }

}  // namespace limpid::python
