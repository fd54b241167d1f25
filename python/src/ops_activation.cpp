#include "limpid/ops/all_ops/activation.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

void add_activation_ops(nb::module_& m) { (void)m; }

}  // namespace limpid::python
