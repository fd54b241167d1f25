#pragma once
// Where gradients end: the node of a tensor that the user made and that requires grad.

#include <mutex>

#include "limpid/autograd/node.h"

namespace limpid {

/// Adds what arrives to its tensor's `.grad`. It does not own the tensor: with create_graph the
/// gradient itself refers to this node, and owning it would close a cycle.
class Leaf final : public Node {
 public:
  explicit Leaf(TensorImpl* owner) : Node(nullptr, 0, 1), owner_(owner) {}

  std::string_view name() const override { return "Leaf"; }
  bool is_leaf() const override { return true; }
  void backward(std::span<const Tensor>, std::span<Tensor>) override {}
  /// ShapeError unless `gradient` can be the gradient of its tensor.
  void check(const Tensor& gradient);
  /// `.grad` += gradient, for a gradient that passed check().
  void accumulate(Tensor gradient, bool create_graph);
  /// The tensor is gone.
  void forget();
  /// The tensor; undefined once it is gone.
  Tensor owner();

  /// Called after each change of `.grad` by a pass.
  using Hook = std::function<void()>;
  std::int64_t add_hook(Hook hook);
  void remove_hook(std::int64_t id);  ///< nothing when it is gone already
  /// For a language binding that keeps account of what its hooks refer to. Nothing is called while
  /// another thread has the hooks.
  void each_hook(const std::function<void(const Hook&)>& look);
  void drop_hooks();

 private:
  void destroy() override;
  void call_hooks();

  std::mutex mutex_;  // two threads may end in one leaf
  TensorImpl* owner_;
  std::vector<std::pair<std::int64_t, Hook>> hooks_;
  std::int64_t next_hook_ = 0;
};

/// `.grad` += gradient. In place unless the sum must be differentiable.
void add_to_grad(TensorImpl& impl, Tensor gradient, bool create_graph);

}  // namespace limpid
