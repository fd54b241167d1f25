#pragma once
// Python functions that the record calls: hooks on tensors and on nodes. Python's garbage collector
// sees those of a node that nobody but one tensor holds, so that a hook which refers to its tensor
// goes with it.

#include <span>

#include "shared_object.h"
#include "tensor_object.h"

namespace limpid::python {

/// hook(gradient) -> Tensor or None
struct TensorHook {
  std::shared_ptr<nanobind::object> function;
  Tensor operator()(const Tensor& gradient) const;
};

/// hook(), after the gradient of a leaf was added up.
struct LeafHook {
  std::shared_ptr<nanobind::object> function;
  void operator()() const;
};

/// hook(gradients of the outputs), before a node's backward -> None or others in their place.
struct HookBefore {
  std::shared_ptr<nanobind::object> function;
  void operator()(std::span<Tensor> dy) const;
};

/// hook(gradients of the inputs, those of the outputs), after it -> None or others of the inputs.
struct HookAfter {
  std::shared_ptr<nanobind::object> function;
  void operator()(std::span<Tensor> dx, std::span<const Tensor> dy) const;
};

/// For tp_traverse and tp_clear of a tensor that its object alone holds.
int visit_hooks(const TensorImpl& impl, visitproc visit, void* arg);
void drop_hooks(const TensorImpl& impl);

}  // namespace limpid::python
