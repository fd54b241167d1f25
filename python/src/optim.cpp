// limpid._C._optim: the C++ optimisers, for limpid/optim/*.py, which keep PyTorch's param_groups.

#include "limpid/optim/optim.h"

#include "casters.h"
#include "gil.h"
#include "tables.h"

namespace nb = nanobind;

namespace limpid::python {

namespace {

using optim::Optimizer;

/// A class of optimisers, each group made with the options of its kind and then told what differs.
template <class O, class Options>
void optimizer(nb::module_& m, const char* name) {
  nb::class_<O, Optimizer>(m, name)
      .def("__init__",
           [](O* self, TensorList parameters) { new (self) O(std::move(parameters), Options{}); })
      .def("add_group", [](O& self, TensorList parameters) {
        if constexpr (requires { self.add_param_group(std::move(parameters), Options{}); })
          self.add_param_group(std::move(parameters), Options{});
        else
          throw ValueError(std::string(self.name()) +
                           " doesn't support per-parameter options (parameter groups)");
      });
}

void set_settings(Optimizer& self, std::size_t group, const std::vector<std::string>& names,
                  const std::vector<Scalar>& values) {
  std::vector<Optimizer::Setting> settings;
  for (std::size_t i = 0; i < names.size(); ++i) settings.push_back({names[i], values.at(i)});
  self.set_settings(group, settings);
}

Tensor step_with_closure(Optimizer& self, nb::object closure) {
  return self.step([&] { return nb::cast<Tensor>(closure()); });
}

nb::list state_dict(const Optimizer& self) {
  nb::list out;
  for (const NamedTensor& entry : self.state_dict())
    out.append(nb::make_tuple(entry.name, entry.tensor));
  return out;
}

void load_state_dict(Optimizer& self, const std::vector<std::pair<std::string, Tensor>>& state) {
  StateDict given;
  for (const auto& [name, tensor] : state) given.push_back({name, tensor});
  self.load_state_dict(given);
}

}  // namespace

void add_optim(nb::module_& parent) {
  nb::module_ m =
      parent.def_submodule("_optim", "The optimisers of the C++ library, for limpid.optim.");
  nb::class_<Optimizer>(m, "Optimizer")
      .def("step",
           [](Optimizer& self) {
             const Unlock unlock;
             self.step();
           })
      .def("step_with_closure", step_with_closure)
      .def("zero_grad", &Optimizer::zero_grad)
      .def("set_settings", set_settings)
      .def("state_dict", state_dict)
      .def("load_state_dict", load_state_dict);
  optimizer<optim::SGD, optim::SGDOptions>(m, "SGD");
  optimizer<optim::Adam, optim::AdamOptions>(m, "Adam");
  optimizer<optim::AdamW, optim::AdamWOptions>(m, "AdamW");
  optimizer<optim::Adamax, optim::AdamaxOptions>(m, "Adamax");
  optimizer<optim::NAdam, optim::NAdamOptions>(m, "NAdam");
  optimizer<optim::RAdam, optim::RAdamOptions>(m, "RAdam");
  optimizer<optim::Adagrad, optim::AdagradOptions>(m, "Adagrad");
  optimizer<optim::Adadelta, optim::AdadeltaOptions>(m, "Adadelta");
  optimizer<optim::RMSprop, optim::RMSpropOptions>(m, "RMSprop");
  optimizer<optim::Rprop, optim::RpropOptions>(m, "Rprop");
  optimizer<optim::LBFGS, optim::LBFGSOptions>(m, "LBFGS");
}

}  // namespace limpid::python
