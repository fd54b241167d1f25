#include "limpid/ops/all_ops/layer.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

void add_layer_ops(nb::module_& m) { (void)m; }

}  // namespace limpid::python
