#include "limpid/ops/all_ops/loss.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

void add_loss_ops(nb::module_& m) { (void)m; }

}  // namespace limpid::python
