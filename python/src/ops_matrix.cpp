#include "limpid/ops/all_ops/matrix.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

void add_matrix_ops(nb::module_& m) { (void)m; }

}  // namespace limpid::python
