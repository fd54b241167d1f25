// limpid._C: the C++ library as a Python module.

#include "errors.h"
#include "python_types.h"
#include "tables.h"
#include "tensor_object.h"

namespace limpid::python {

NB_MODULE(_C, m) {
  nanobind::set_implicit_cast_warnings(false);  // refusals.cpp says what did not fit
  nanobind::set_leak_warnings(false);           // Python itself keeps some objects to its end
  load_python_types();
  if (!add_errors(m.ptr()) || !add_tensor_types(m.ptr())) throw nanobind::python_error();
  add_return_types(m);
  add_device(m);
  add_creation(m);
  add_tensor_methods(m);
  add_autograd(m);
  add_autograd_function(m);
  add_current_pass(m);
  add_interchange(m);
  add_files(m);
  add_random(m);
  add_runtime(m);
  add_profiler(m);
  add_autocast(m);
  add_pictures(m);
  add_data(m);
  add_pointwise_ops(m);
  add_activation_ops(m);
  add_special_ops(m);
  add_view_ops(m);
  add_reduction_ops(m);
  add_ordering_ops(m);
  add_indexing_ops(m);
  add_rearrange_ops(m);
  add_matrix_ops(m);
  add_convolution_ops(m);
  add_layer_ops(m);
  add_loss_ops(m);
  add_op_names(m);
  add_aliases(m);
  add_nn(m);
  add_optim(m);
  add_refusals(m);  // the last: of all that is bound
}

}  // namespace limpid::python
