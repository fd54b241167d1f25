#include "limpid/ops/all_ops/convolution.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

void add_convolution_ops(nb::module_& m) { (void)m; }

}  // namespace limpid::python
