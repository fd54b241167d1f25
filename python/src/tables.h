#pragma once
// The parts of the module, in the order in which module.cpp adds them.

#include <nanobind/nanobind.h>

namespace limpid::python {

// Tensors
void add_return_types(nanobind::module_& m);
void add_device(nanobind::module_& m);
void add_creation(nanobind::module_& m);
void add_tensor_methods(nanobind::module_& m);
void add_autograd(nanobind::module_& m);
void add_autograd_function(nanobind::module_& m);
void add_current_pass(nanobind::module_& m);
void add_interchange(nanobind::module_& m);
void add_files(nanobind::module_& m);
void add_random(nanobind::module_& m);
void add_runtime(nanobind::module_& m);
void add_profiler(nanobind::module_& m);
void add_autocast(nanobind::module_& m);
void add_pictures(nanobind::module_& m);
void add_data(nanobind::module_& m);

// Layers and optimisers
void add_nn(nanobind::module_& m);
void add_optim(nanobind::module_& m);

// Ops, a family each as in limpid/ops/all_ops/
void add_pointwise_ops(nanobind::module_& m);
void add_activation_ops(nanobind::module_& m);
void add_special_ops(nanobind::module_& m);
void add_view_ops(nanobind::module_& m);
void add_reduction_ops(nanobind::module_& m);
void add_ordering_ops(nanobind::module_& m);
void add_indexing_ops(nanobind::module_& m);
void add_rearrange_ops(nanobind::module_& m);
void add_matrix_ops(nanobind::module_& m);
void add_convolution_ops(nanobind::module_& m);
void add_layer_ops(nanobind::module_& m);
void add_loss_ops(nanobind::module_& m);
void add_op_names(nanobind::module_& m);
void add_aliases(nanobind::module_& m);

// What all of them say of wrong arguments
void add_refusals(nanobind::module_& m);

}  // namespace limpid::python
