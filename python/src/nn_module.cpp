// The C++ module as Python's layers use it, and hooks on gradients.

#include "limpid/autograd/function.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/op/inplace.h"
#include "nn.h"
#include "shared_object.h"
#include "tables.h"

namespace nb = nanobind;

namespace limpid::python {

namespace {

/// [(name, Parameter or None), ...]
nb::list named(const std::vector<NamedTensor>& tensors, PyTypeObject* type) {
  nb::list out;
  for (const NamedTensor& entry : tensors)
    out.append(nb::make_tuple(entry.name, nb::steal(to_object(entry.tensor, type))));
  return out;
}

Layer child(const nn::Module& self, const std::string& name) {
  for (const auto& [known, module] : self.children())
    if (known == name) return module;
  throw nb::attribute_error(name.c_str());
}

/// The layer's output written into its input. Where a record is kept, the layer works on a copy, so
/// that what it saves for the gradient stays as it was.
Tensor forward_in_place(nn::Module& self, const Tensor& input) {
  const bool records = is_grad_enabled() && input.requires_grad();
  assign(input, self.forward(records ? input.clone() : input), "inplace");
  return input;
}

/// The identity, whose gradients pass through a Python function on their way back.
class WatchGradients final : public Function {
 public:
  explicit WatchGradients(nb::object callback) : callback_(shared_object(std::move(callback))) {}
  std::string_view name() const override { return "WatchGradients"; }
  Tensors forward(FunctionContext&, const Tensors& inputs) override { return inputs; }
  Tensors backward(FunctionContext&, const Tensors& gradients) override {
    Lock lock;
    nb::list given;
    for (const Tensor& gradient : gradients) given.append(nb::cast(gradient));
    std::vector<Tensor> out;
    for (nb::handle gradient : (*callback_)(*given))
      out.push_back(or_none(nb::cast<std::optional<Tensor>>(gradient)));
    return Tensors(std::move(out));
  }

 private:
  std::shared_ptr<nb::object> callback_;
};

}  // namespace

void add_module_class(nb::module_& m) {
  nb::class_<nn::Module>(m, "Module")
      .def("forward", [](nn::Module& self,
                         const Tensor& x) { return unlocked([&] { return self.forward(x); }, x); })
      .def("forward_many",
           [](nn::Module& self, const TensorList& inputs) {
             return unlocked([&] { return self.forward_many(inputs); }, inputs);
           })
      .def("forward_some",
           [](nn::Module& self, const std::vector<std::optional<Tensor>>& given) {
             TensorList inputs;
             for (const std::optional<Tensor>& tensor : given) inputs.push_back(or_none(tensor));
             return unlocked([&] { return self.forward_many(inputs); }, inputs);
           })
      .def("parameters",
           [](const nn::Module& self) { return named(self.own_parameters(), parameter_type); })
      .def("buffers", [](const nn::Module& self) { return named(self.own_buffers(), tensor_type); })
      .def("set_parameter",
           [](nn::Module& self, const std::string& name, const std::optional<Tensor>& value) {
             self.get_parameter(name) = or_none(value);
           })
      .def("set_buffer",
           [](nn::Module& self, const std::string& name, const std::optional<Tensor>& value) {
             self.get_buffer(name) = or_none(value);
           })
      .def("set_training", [](nn::Module& self, bool on) { self.set_training(on); })
      .def("child", child);
  m.def("forward_in_place", forward_in_place);
  m.def("watch_gradients", [](const TensorList& tensors, nb::object callback) {
    const Tensors out =
        limpid::apply(std::make_unique<WatchGradients>(std::move(callback)), Tensors(tensors));
    return TensorList(out.begin(), out.end());
  });
}

void add_nn(nb::module_& m) {
  nb::module_ layers = m.def_submodule("_modules", "The layers of the C++ library, for limpid.nn.");
  add_module_class(layers);
  add_layers(layers);
  add_norm_layers(layers);
  add_pool_layers(layers);
  add_recurrent_layers(layers);
  add_losses(layers);
  add_init(layers);
}

}  // namespace limpid::python
