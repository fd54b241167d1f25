// Gradients: backward, grad, hooks, modes. What is said in Python is in limpid/autograd/*.py.

#include <thread>

#include "casters.h"
#include "current_pass.h"
#include "flag.h"
#include "gil.h"
#include "hooks.h"
#include "limpid/autograd/anomaly.h"
#include "limpid/autograd/engine.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/autograd/gradcheck.h"
#include "limpid/autograd/leaf.h"
#include "limpid/autograd/node_hooks.h"
#include "limpid/autograd/saved_hooks.h"
#include "limpid/core/interrupt.h"
#include "limpid/op/piecewise.h"
#include "op_binding.h"
#include "shared_object.h"
#include "tables.h"

namespace limpid::python {

namespace {

nb::handle tensor_class() { return reinterpret_cast<PyObject*>(tensor_type); }

template <class F, class... Extra>
void method(const char* name, F&& f, const Extra&... extra) {
  nb::cpp_function_def(std::forward<F>(f), nb::scope(tensor_class()), nb::name(name),
                       nb::is_method(), extra...);
}

/// A node of the record, kept alive: what `grad_fn` gives.
class GradFn {
 public:
  explicit GradFn(Node* node) : node_(node) { node_->references.increment(); }
  GradFn(const GradFn& other) : GradFn(other.node_) {}
  GradFn& operator=(const GradFn&) = delete;
  ~GradFn() { release_node(node_); }

  Node* get() const { return node_; }
  std::string name() const { return std::string(node_->name()); }
  /// The tensor whose gradients end in this leaf.
  std::optional<Tensor> variable() const {
    if (!node_->is_leaf()) throw nb::attribute_error("variable: only a leaf has one");
    const Tensor owner = static_cast<Leaf*>(node_)->owner();
    return owner.defined() ? std::optional(owner) : std::nullopt;
  }
  /// Pairs (node, which output of it) for each input; (None, 0) for constants.
  nb::tuple next_functions() const {
    nb::list all;
    for (const Edge& edge : node_->edges())
      all.append(edge.to ? nb::make_tuple(GradFn(edge.to), int{edge.output})
                         : nb::make_tuple(nb::none(), 0));
    return nb::tuple(all);
  }

 private:
  Node* node_;
};

void add_node(nb::module_& m) {
  nb::class_<GradFn>(m, "_Node",
                     "A step of the record; `tensor.grad_fn` is the one that made the tensor.")
      .def("name", &GradFn::name)
      .def_prop_ro("next_functions", &GradFn::next_functions)
      .def_prop_ro("variable", &GradFn::variable)
      .def(
          "_add_hook_before",
          [](const GradFn& f, nb::object hook) {
            return add_hook_before(*f.get(), HookBefore{shared_object(std::move(hook))});
          },
          "hook"_a)
      .def(
          "_add_hook_after",
          [](const GradFn& f, nb::object hook) {
            return add_hook_after(*f.get(), HookAfter{shared_object(std::move(hook))});
          },
          "hook"_a)
      .def("__repr__", [](const GradFn& f) { return "<" + f.name() + ">"; })
      .def(
          "__eq__",
          [](const GradFn& a, nb::handle b) {
            return nb::isinstance<GradFn>(b) && nb::cast<const GradFn&>(b).get() == a.get();
          },
          "other"_a.none())
      .def("__hash__",
           [](const GradFn& f) { return reinterpret_cast<std::uintptr_t>(f.get()) >> 4; });
}

using Optionals = std::vector<std::optional<Tensor>>;

std::vector<Tensor> defined_or_none(const Optionals& list) {
  std::vector<Tensor> out;
  for (const auto& entry : list) out.push_back(entry.value_or(Tensor()));
  return out;
}

void run_backward(const TensorList& outputs, const std::vector<Tensor>& gradients,
                  GradOptions options, const std::optional<TensorList>& inputs) {
  const Unlock unlock;
  if (!inputs)
    return backward(outputs, gradients,
                    {.retain_graph = options.retain_graph, .create_graph = options.create_graph});
  options.allow_unused = true;
  std::vector<Tensor> found = grad(outputs, *inputs, gradients, options);
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!found[i].defined()) continue;
    TensorImpl* input = (*inputs)[i].impl();
    Node* node = input->node();
    if (node->is_leaf())
      static_cast<Leaf*>(node)->accumulate(std::move(found[i]), options.create_graph);
    else add_to_grad(*input, std::move(found[i]), options.create_graph);
  }
}

/// Gradients of outputs into `.grad` of all leaves, or of `inputs` alone where there are any.
void backward_of(const TensorList& outputs, const Optionals& gradients, bool retain_graph,
                 bool create_graph, const std::optional<TensorList>& inputs) {
  const std::vector<Tensor> given = defined_or_none(gradients);
  if (inputs && inputs->empty()) throw GraphError("backward: `inputs` must not be empty");
  CurrentPass pass(outputs, inputs ? &*inputs : nullptr);
  run_backward(outputs, given, {.retain_graph = retain_graph, .create_graph = create_graph},
               inputs);
  pass.finish();
}

/// A Python function of tensors, for gradcheck. None among the results: an output left out.
TensorFunction tensor_function(nb::object function) {
  return [function = shared_object(std::move(function))](std::span<const Tensor> inputs) {
    Lock lock;
    nb::list arguments;
    for (const Tensor& input : inputs) arguments.append(input);
    const nb::object result = (*function)(*arguments);
    const auto list = nb::cast<Optionals>(result);
    Tensors out(list.size());
    for (std::size_t i = 0; i < list.size(); ++i) out[i] = list[i].value_or(Tensor());
    return out;
  };
}

/// What a Python hook made of a tensor.
struct PythonPacked final : Packed {
  std::shared_ptr<nb::object> value, unpacks;
  PythonPacked(nb::object v, std::shared_ptr<nb::object> u)
      : value(shared_object(std::move(v))), unpacks(std::move(u)) {}
  Tensor unpack() override {
    Lock lock;
    const nb::object tensor = (*unpacks)(*value);
    if (!is_tensor(tensor.ptr()))
      throw nb::type_error(
          str("unpack_hook must return a tensor, not ", Py_TYPE(tensor.ptr())->tp_name).c_str());
    return nb::cast<Tensor>(tensor);
  }
};

void push_saved_hooks(nb::object pack, nb::object unpack) {
  push_pack_hook([pack = shared_object(std::move(pack)),
                  unpack = shared_object(std::move(unpack))](const Tensor& tensor) {
    Lock lock;
    return std::make_unique<PythonPacked>((*pack)(tensor), unpack);
  });
}

/// Ctrl-C during a long pass: signal handlers run, and what they raise ends the pass.
void look_for_signals() {
  static const std::thread::id main_thread = std::this_thread::get_id();  // of the import
  if (std::this_thread::get_id() != main_thread) return;
  Lock lock;
  if (PyErr_CheckSignals() < 0) throw nb::python_error();
}

void add_properties() {
  nb::object property = nb::module_::import_("builtins").attr("property");
  const auto add = [&](const char* name, auto get, auto set, nb::object del = nb::none()) {
    tensor_class().attr(name) =
        property(nb::cpp_function(get),
                 nb::cpp_function(set, nb::name(name), "self"_a, "value"_a.none()), del);
  };
  add(
      "requires_grad", [](const Tensor& x) { return x.requires_grad(); },
      [](Tensor x, bool on) { x.requires_grad_(on); });
  add(
      "grad", [](const Tensor& x) { return x.grad(); },
      [](Tensor x, const std::optional<Tensor>& value) { x.set_grad(value.value_or(Tensor())); },
      nb::cpp_function([](Tensor x) { x.set_grad(Tensor()); }));
  const auto read_only = [&](const char* name, auto get) {
    tensor_class().attr(name) = property(nb::cpp_function(get));
  };
  read_only("is_leaf", [](const Tensor& x) { return x.is_leaf(); });
  read_only("grad_fn", [](const Tensor& x) -> std::optional<GradFn> {
    Node* node = x->node();
    if (!node || node->is_leaf()) return std::nullopt;
    return GradFn(node);
  });
  read_only("retains_grad", [](const Tensor& x) { return !x.is_leaf() && x->owns_grad; });
  read_only("_is_view", [](const Tensor& x) { return static_cast<bool>(x->view); });
}

}  // namespace

void add_autograd(nb::module_& m) {
  add_node(m);
  add_properties();
  method(
      "requires_grad_", [](Tensor x, bool on) { return x.requires_grad_(on); },
      "requires_grad"_a = true);
  method(
      "backward",
      [](const Tensor& x, const std::optional<Tensor>& gradient, std::optional<Flag> retain_graph,
         Flag create_graph, const std::optional<std::variant<Tensor, TensorList>>& inputs) {
        std::optional<TensorList> list;
        if (inputs) {
          const Tensor* one = std::get_if<Tensor>(&*inputs);
          list = one ? TensorList{*one} : std::get<TensorList>(*inputs);
        }
        backward_of({x}, {gradient}, retain_graph.value_or(create_graph).on, create_graph.on, list);
      },
      "gradient"_a = nb::none(), "retain_graph"_a = nb::none(), "create_graph"_a = Flag(),
      "inputs"_a = nb::none());
  method("detach", [](const Tensor& x) { return x.detach(); });
  method("detach_", [](Tensor x) { return x.detach_(); });
  method("retain_grad", [](const Tensor& x) { x.retain_grad(); });
  method(
      "_register_hook",
      [](const Tensor& x, nb::object hook) {
        return x.register_hook(TensorHook{shared_object(std::move(hook))});
      },
      "hook"_a);
  method(
      "_register_leaf_hook",
      [](const Tensor& x, nb::object hook) {
        Node* node = x->node();
        if (!node || !node->is_leaf())
          throw GraphError(
              "register_post_accumulate_grad_hook: takes a leaf that requires grad: post "
              "accumulate "
              "grad hooks cannot be registered on non-leaf tensors");
        return static_cast<Leaf*>(node)->add_hook(LeafHook{shared_object(std::move(hook))});
      },
      "hook"_a);
  method(
      "_remove_leaf_hook",
      [](const Tensor& x, std::int64_t id) {
        Node* node = x->node();
        if (node && node->is_leaf()) static_cast<Leaf*>(node)->remove_hook(id);
      },
      "id"_a);
  method(
      "_remove_hook", [](const Tensor& x, std::int64_t id) { x.remove_hook(id); }, "id"_a);
  m.def("_remove_node_hook", remove_node_hook, "id"_a);
  m.def("is_grad_enabled", [] { return is_grad_enabled(); });
  m.def(
      "_set_grad_enabled", [](bool on) { detail::grad_enabled = on; }, "mode"_a);
  m.def("_backward", backward_of, "outputs"_a, "gradients"_a, "retain_graph"_a, "create_graph"_a,
        "inputs"_a.none());
  m.def(
      "_grad",
      [](const TensorList& outputs, const TensorList& inputs, const Optionals& gradients,
         bool retain_graph, bool create_graph, bool allow_unused) {
        const std::vector<Tensor> given = defined_or_none(gradients);
        CurrentPass pass(outputs, &inputs);
        const GradOptions options{.retain_graph = retain_graph,
                                  .create_graph = create_graph,
                                  .allow_unused = allow_unused};
        std::vector<Tensor> found = [&] {
          const Unlock unlock;
          return grad(outputs, inputs, given, options);
        }();
        pass.finish();
        return found;
      },
      "outputs"_a, "inputs"_a, "gradients"_a, "retain_graph"_a, "create_graph"_a, "allow_unused"_a);
  m.def("_with_corners", with_corners, "input"_a);
  m.def(
      "_gradcheck",
      [](nb::object function, const TensorList& inputs, double eps, double atol, double rtol,
         bool second) {
        const GradcheckOptions options{.step = eps, .atol = atol, .rtol = rtol};
        const TensorFunction f = tensor_function(std::move(function));
        const GradcheckResult result =
            second ? gradgradcheck(f, inputs, options) : gradcheck(f, inputs, options);
        return std::pair(result.ok, result.worst);
      },
      "function"_a, "inputs"_a, "eps"_a, "atol"_a, "rtol"_a, "second"_a);
  m.def("is_anomaly_enabled", [] { return is_anomaly_enabled(); });
  m.def(
      "_set_anomaly_enabled", [](bool on) { set_anomaly_enabled(on); }, "mode"_a);
  m.def("_push_saved_hooks", push_saved_hooks, "pack"_a, "unpack"_a);
  m.def("_pop_saved_hooks", pop_pack_hook);
  look_for_signals();  // remembers the thread
  set_interrupt_poll(look_for_signals);
}

}  // namespace limpid::python
