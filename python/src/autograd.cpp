// Gradients: backward, grad, hooks, modes.

#include "casters.h"
#include "gil.h"
#include "limpid/autograd/engine.h"
#include "limpid/autograd/grad_mode.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

namespace {

nb::handle tensor_class() { return reinterpret_cast<PyObject*>(tensor_type); }

template <class F, class... Extra>
void method(const char* name, F&& f, const Extra&... extra) {
  nb::cpp_function_def(std::forward<F>(f), nb::scope(tensor_class()), nb::name(name),
                       nb::is_method(), extra...);
}

/// A Python callable that may be called, copied and dropped on any thread.
std::shared_ptr<nb::object> shared_callable(nb::object callable) {
  return {new nb::object(std::move(callable)), [](nb::object* p) {
            Lock lock;
            delete p;
          }};
}

std::int64_t register_hook(const Tensor& x, nb::object hook) {
  return x.register_hook([hook = shared_callable(std::move(hook))](const Tensor& gradient) {
    Lock lock;
    nb::object result = (*hook)(gradient);
    return result.is_none() ? Tensor() : nb::cast<Tensor>(result);
  });
}

void add_properties() {
  nb::object property = nb::module_::import_("builtins").attr("property");
  const auto add = [&](const char* name, auto get, auto set) {
    tensor_class().attr(name) =
        property(nb::cpp_function(get), nb::cpp_function(set, "self"_a, "value"_a.none()));
  };
  add(
      "requires_grad", [](const Tensor& x) { return x.requires_grad(); },
      [](Tensor x, bool on) { x.requires_grad_(on); });
  add(
      "grad", [](const Tensor& x) { return x.grad(); },
      [](Tensor x, const std::optional<Tensor>& value) { x.set_grad(value.value_or(Tensor())); });
  const auto read_only = [&](const char* name, auto get) {
    tensor_class().attr(name) = property(nb::cpp_function(get));
  };
  read_only("is_leaf", [](const Tensor& x) { return x.is_leaf(); });
}

}  // namespace

void add_autograd(nb::module_& m) {
  add_properties();
  method(
      "requires_grad_", [](Tensor x, bool on) { return x.requires_grad_(on); },
      "requires_grad"_a = true);
  method(
      "backward",
      [](const Tensor& x, const std::optional<Tensor>& gradient, std::optional<bool> retain_graph,
         bool create_graph, nb::handle inputs) {
        (void)inputs;
        const Unlock unlock;
        x.backward(
            gradient.value_or(Tensor()),
            {.retain_graph = retain_graph.value_or(create_graph), .create_graph = create_graph});
      },
      "gradient"_a = nb::none(), "retain_graph"_a = nb::none(), "create_graph"_a = false,
      "inputs"_a = nb::none());
  method("detach", [](const Tensor& x) { return x.detach(); });
  method("detach_", [](Tensor x) { return x.detach_(); });
  method("retain_grad", [](const Tensor& x) { x.retain_grad(); });
  method("_register_hook", register_hook, "hook"_a);
  method(
      "_remove_hook", [](const Tensor& x, std::int64_t id) { x.remove_hook(id); }, "id"_a);
  m.def("is_grad_enabled", [] { return is_grad_enabled(); });
  m.def(
      "_set_grad_enabled", [](bool on) { detail::grad_enabled = on; }, "mode"_a);
}

}  // namespace limpid::python
