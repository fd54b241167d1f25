// The autograd methods of Tensor.

#include <algorithm>
#include <atomic>

#include "limpid/autograd/engine.h"
#include "limpid/autograd/leaf.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid {

namespace {
void forget_history(TensorImpl* impl) {
  if (impl->owns_grad) release_leaf(impl);
  impl->owns_grad = false;
  impl->set_node(nullptr);
}
}  // namespace

Tensor& Tensor::requires_grad_(bool on) {
  TensorImpl* impl = checked();
  Node* node = impl->node();
  if (on == (node != nullptr)) return *this;
  if (on) {
    if (!is_floating(dtype()))
      throw DTypeError(str("requires_grad_: only floating tensors have gradients, this one is ",
                           dtype(), "; convert it with .to(DType::f32) first"));
    impl->set_node(new (allocate(sizeof(Leaf))) Leaf(impl));
    impl->owns_grad = true;
    return *this;
  }
  if (!node->is_leaf())
    throw GraphError(str("requires_grad_(false): this tensor is the result of ", node->name(),
                         "; use detach() for the values without history"));
  forget_history(impl);
  return *this;
}

bool Tensor::is_leaf() const {
  Node* node = checked()->node();
  return !node || node->is_leaf();
}

Tensor& Tensor::detach_() {
  TensorImpl* impl = checked();
  if (impl->view && impl->node())
    throw GraphError("detach_: this tensor is a view; use detach() instead");
  forget_history(impl);
  return *this;
}

void Tensor::set_grad(const Tensor& gradient) {
  if (!gradient.defined()) return zero_grad();
  if (!(gradient.shape() == shape()) || gradient.dtype() != dtype() ||
      !(gradient.device() == device()))
    throw ShapeError(str("set_grad: a gradient of ", gradient.spec(), " for a tensor of ", spec()));
  checked()->grad = Ptr<TensorImpl>::share(gradient.impl());
}

std::string Tensor::grad_fn() const {
  Node* node = checked()->node();
  return node && !node->is_leaf() ? std::string(node->name()) : std::string();
}

void Tensor::backward(const Tensor& gradient, BackwardOptions options) const {
  checked();
  limpid::backward(std::span(this, 1), std::span(&gradient, 1), options);
}

void Tensor::retain_grad() const {
  TensorImpl* impl = checked();
  Node* node = impl->node();
  if (!node) throw GraphError("retain_grad: this tensor does not require grad");
  if (node->is_leaf() || impl->owns_grad) return;
  node->extras().retained.emplace_back(impl->output_index, impl);
  impl->owns_grad = true;
}

std::int64_t Tensor::register_hook(std::function<Tensor(const Tensor&)> hook) const {
  static std::atomic<std::int64_t> next{1};
  Node* node = checked()->node();
  if (!node) throw GraphError("register_hook: this tensor does not require grad");
  if (!hook) throw ValueError("register_hook: there is no hook to call");
  const std::int64_t id = next++;
  node->extras().hooks.push_back({id, impl_->output_index, std::move(hook)});
  return id;
}

void Tensor::remove_hook(std::int64_t id) const {
  Node* node = checked()->node();
  if (!node || !node->has_extras() ||
      !std::erase_if(node->extras().hooks, [&](const auto& h) { return h.id == id; }))
    throw ValueError(str("remove_hook: this tensor has no hook number ", id));
}

}  // namespace limpid
