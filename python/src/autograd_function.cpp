// limpid.autograd.Function: nodes with forward and backward in Python.

#include "casters.h"
#include "gil.h"
#include "limpid/autograd/function.h"
#include "op_binding.h"
#include "shared_object.h"
#include "tables.h"

namespace limpid::python {

namespace {

using Optionals = std::vector<std::optional<Tensor>>;

Tensors to_tensors(const Optionals& list) {
  Tensors out(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) out[i] = list[i].value_or(Tensor());
  return out;
}
nb::list to_list(const Tensors& tensors) {
  nb::list out;
  for (const Tensor& tensor : tensors) out.append(tensor);  // None for undefined ones
  return out;
}

/// One call of a Python Function. `call` is a _Call of limpid/autograd/function.py: it knows the
/// class, the arguments that are no tensors, and ctx. Python's exceptions pass through the engine
/// as they are.
class PythonFunction final : public Function {
 public:
  PythonFunction(nb::object call, std::string name)
      : call_(shared_object(std::move(call))), name_(std::move(name)) {}

  std::string_view name() const override { return name_; }
  Tensors forward(FunctionContext& context, const Tensors&) override {
    Lock lock;
    return ask("forward", nb::cast(&context, nb::rv_policy::reference));
  }
  Tensors backward(FunctionContext& context, const Tensors& dy) override {
    Lock lock;
    return ask("backward", nb::cast(&context, nb::rv_policy::reference), to_list(dy));
  }

 private:
  template <class... A>
  Tensors ask(const char* method, A... arguments) {
    const nb::object result = call_->attr(method)(arguments...);
    return to_tensors(nb::cast<Optionals>(result));
  }

  std::shared_ptr<nb::object> call_;
  std::string name_;
};

}  // namespace

void add_autograd_function(nb::module_& m) {
  nb::class_<FunctionContext>(m, "_FunctionContext")
      .def(
          "save_for_backward",
          [](FunctionContext& context, const Optionals& tensors) {
            context.save_for_backward(to_tensors(tensors));
          },
          "tensors"_a)
      .def("saved",
           [](const FunctionContext& context) { return nb::tuple(to_list(context.saved())); })
      .def("needs_input_grad", &FunctionContext::needs_input_grad, "i"_a)
      .def("mark_non_differentiable", &FunctionContext::mark_non_differentiable, "output"_a)
      .def("set_materialize_grads", &FunctionContext::set_materialize_grads, "on"_a);
  m.def(
      "_apply_function",
      [](nb::object call, std::string name, const TensorList& inputs) {
        Tensors list(inputs.size());
        for (std::size_t i = 0; i < inputs.size(); ++i) list[i] = inputs[i];
        return to_list(limpid::apply(
            std::make_unique<PythonFunction>(std::move(call), std::move(name)), list));
      },
      "call"_a, "name"_a, "inputs"_a);
}

}  // namespace limpid::python
