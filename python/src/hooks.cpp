#include "hooks.h"

#include "casters.h"
#include "limpid/autograd/leaf.h"
#include "limpid/autograd/node_hooks.h"
#include "limpid/core/str.h"

namespace nb = nanobind;

namespace limpid::python {

Tensor TensorHook::operator()(const Tensor& gradient) const {
  Lock lock;
  nb::object result = (*function)(gradient);
  if (!result.is_none() && !is_tensor(result.ptr()))
    throw nb::type_error(
        str("a hook must return a tensor or None, not ", Py_TYPE(result.ptr())->tp_name).c_str());
  return result.is_none() ? Tensor() : nb::cast<Tensor>(result);
}

void LeafHook::operator()() const {
  Lock lock;
  (*function)();
}

namespace {

nb::tuple to_tuple(std::span<const Tensor> gradients) {
  nb::list all;
  for (const Tensor& gradient : gradients) all.append(gradient);  // None for undefined ones
  return nb::tuple(all);
}

/// `result` is None or as many tensors (limpid/_tensor.py has checked them).
void replace(std::span<Tensor> gradients, const nb::object& result) {
  if (result.is_none()) return;
  const auto list = nb::cast<std::vector<std::optional<Tensor>>>(result);
  for (std::size_t i = 0; i < gradients.size(); ++i) gradients[i] = list.at(i).value_or(Tensor());
}

/// The node of a tensor that nobody else holds. (Not node(), which makes the history of a view.)
Node* own_node(const TensorImpl& impl) {
  Node* node = impl.node_;
  return node && node->references.value() == 1 ? node : nullptr;
}

/// The Python function of a hook; none of one that C++ made, or that a pass is about to call.
template <class Hook, class Function>
PyObject* function_of(const Function& hook) {
  const Hook* python = hook.template target<Hook>();
  return python && python->function.use_count() == 1 ? python->function->ptr() : nullptr;
}

/// Calls `look` with the Python functions around the backward of `node`.
void each_python_hook_of(const Node& node, const std::function<void(PyObject*)>& look) {
  each_hook_of(node, [&](const NodeHooks& hooks) {
    for (const auto& [id, hook] : hooks.before) look(function_of<HookBefore>(hook));
    for (const auto& [id, hook] : hooks.after) look(function_of<HookAfter>(hook));
  });
}

}  // namespace

void HookBefore::operator()(std::span<Tensor> dy) const {
  Lock lock;
  replace(dy, (*function)(to_tuple(dy)));
}

void HookAfter::operator()(std::span<Tensor> dx, std::span<const Tensor> dy) const {
  Lock lock;
  replace(dx, (*function)(to_tuple(dx), to_tuple(dy)));
}

int visit_hooks(const TensorImpl& impl, visitproc visit, void* arg) {
  Node* node = own_node(impl);
  if (!node) return 0;
  if (node->has_extras())
    for (const NodeExtras::Hook& hook : node->extras().hooks)
      Py_VISIT(function_of<TensorHook>(hook.function));
  int stopped = 0;
  const auto look = [&](PyObject* function) {
    if (function && !stopped) stopped = visit(function, arg);
  };
  if (node->has_extras()) each_python_hook_of(*node, look);
  if (node->is_leaf())
    static_cast<Leaf*>(node)->each_hook(
        [&](const Leaf::Hook& hook) { look(function_of<LeafHook>(hook)); });
  return stopped;
}

void drop_hooks(const TensorImpl& impl) {
  Node* node = own_node(impl);
  if (!node) return;
  if (node->has_extras()) {
    // What goes here may run anything, and so goes when the list is no longer in use.
    const std::vector<NodeExtras::Hook> dropped = std::exchange(node->extras().hooks, {});
    forget_hooks(*node);
  }
  if (impl.node_ == node && node->is_leaf()) static_cast<Leaf*>(node)->drop_hooks();
}

}  // namespace limpid::python
