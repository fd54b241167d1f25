#include "limpid/ops/all_ops/special.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

void add_special_ops(nb::module_& m) { (void)m; }

}  // namespace limpid::python
