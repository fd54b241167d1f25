#include "hooks.h"

#include "casters.h"
#include "limpid/autograd/leaf.h"
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

}  // namespace

int visit_hooks(const TensorImpl& impl, visitproc visit, void* arg) {
  Node* node = own_node(impl);
  if (!node) return 0;
  if (node->has_extras())
    for (const NodeExtras::Hook& hook : node->extras().hooks)
      Py_VISIT(function_of<TensorHook>(hook.function));
  int stopped = 0;
  if (node->is_leaf())
    static_cast<Leaf*>(node)->each_hook([&](const Leaf::Hook& hook) {
      PyObject* function = function_of<LeafHook>(hook);
      if (function && !stopped) stopped = visit(function, arg);
    });
  return stopped;
}

void drop_hooks(const TensorImpl& impl) {
  Node* node = own_node(impl);
  if (!node) return;
  if (node->has_extras()) {
    // What goes here may run anything, and so goes when the list is no longer in use.
    const std::vector<NodeExtras::Hook> dropped = std::exchange(node->extras().hooks, {});
  }
  if (impl.node_ == node && node->is_leaf()) static_cast<Leaf*>(node)->drop_hooks();
}

}  // namespace limpid::python
