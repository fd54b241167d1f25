// Starting values and gradient clipping, for limpid/nn/init.py and limpid/nn/utils.

#include "limpid/nn/clip_grad.h"
#include "limpid/nn/default_init.h"
#include "limpid/nn/init.h"
#include "limpid/nn/parameter_vector.h"
#include "nn.h"

namespace nb = nanobind;

namespace limpid::python {

namespace {

namespace init = nn::init;

void add_starting_values(nb::module_& m) {
  m.def("uniform_", [](const Tensor& x, double a, double b) { return init::uniform_(x, a, b); });
  m.def("normal_",
        [](const Tensor& x, double mean, double std) { return init::normal_(x, mean, std); });
  m.def("trunc_normal_", [](const Tensor& x, double mean, double std, double a, double b) {
    return init::trunc_normal_(x, mean, std, a, b);
  });
  m.def("constant_", [](const Tensor& x, double value) { return init::constant_(x, value); });
  m.def("xavier_uniform_",
        [](const Tensor& x, double gain) { return init::xavier_uniform_(x, gain); });
  m.def("xavier_normal_",
        [](const Tensor& x, double gain) { return init::xavier_normal_(x, gain); });
  m.def("kaiming_uniform_",
        [](const Tensor& x, double a, const std::string& mode, const std::string& f) {
          return init::kaiming_uniform_(x, a, mode, f);
        });
  m.def("kaiming_normal_",
        [](const Tensor& x, double a, const std::string& mode, const std::string& f) {
          return init::kaiming_normal_(x, a, mode, f);
        });
  m.def("orthogonal_", [](const Tensor& x, double gain) { return init::orthogonal_(x, gain); });
  m.def("eye_", [](const Tensor& x) { return init::eye_(x); });
  m.def("dirac_", [](const Tensor& x, std::int64_t groups) { return init::dirac_(x, groups); });
  m.def("sparse_", [](const Tensor& x, double sparsity, double std) {
    return init::sparse_(x, sparsity, std);
  });
  m.def("calculate_gain",
        [](const std::string& f, double slope) { return init::calculate_gain(f, slope); });
  m.def("fans_of", [](const Tensor& x) {
    const init::Fans fans = init::fans_of(x);
    return nb::make_tuple(fans.in, fans.out);
  });
  m.def("default_init", [](const Tensor& weight, const std::optional<Tensor>& bias) {
    nn::default_init(weight, or_none(bias), nullptr);
  });
}

}  // namespace

void add_init(nb::module_& m) {
  add_starting_values(m);
  m.def("clip_grad_norm_",
        [](const TensorList& parameters, double max_norm, double norm_type, bool strict) {
          return nn::utils::clip_grad_norm_(parameters, max_norm, {norm_type, strict});
        });
  m.def("get_total_norm", [](const TensorList& tensors, double norm_type, bool strict) {
    return nn::utils::get_total_norm(tensors, {norm_type, strict});
  });
  m.def("clip_grad_value_", [](const TensorList& parameters, double value) {
    nn::utils::clip_grad_value_(parameters, value);
  });
  m.def("parameters_to_vector",
        [](const TensorList& parameters) { return nn::utils::parameters_to_vector(parameters); });
  m.def("vector_to_parameters", [](const Tensor& vector, const TensorList& parameters) {
    nn::utils::vector_to_parameters(vector, parameters);
  });
}

}  // namespace limpid::python
