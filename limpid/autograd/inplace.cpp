#include "limpid/autograd/inplace.h"

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"

namespace limpid {

namespace {

/// base' = base with the part seen by a view replaced by value. Edge 0: base, edge 1: value.
class ViewScatter final : public Node {
 public:
  ViewScatter(TensorImpl* base, Node* value, int output, Ptr<ViewStep> view)
      : Node(edges_, 2, 1), view_(std::move(view)) {
    connect(edges_[0], base);
    edges_[1].to = value;
    edges_[1].output = static_cast<std::uint16_t>(output);
  }
  std::string_view name() const override { return "ViewScatter"; }

  /// d base = dy with zeros where the view looks; d value = the view of dy.
  void backward(std::span<const Tensor> dy, std::span<Tensor> dx) override {
    if (edges_[0].to) {
      dx[0] = dy[0].clone();
      replay(view_, dx[0]).fill_(0);
    }
    if (edges_[1].to) dx[1] = replay(view_, dy[0]);
  }

 private:
  void destroy() override {
    this->~ViewScatter();
    deallocate(this, sizeof(ViewScatter));
  }
  Edge edges_[2];
  Ptr<ViewStep> view_;
};

bool is_leaf_that_requires_grad(TensorImpl* impl) {
  Node* node = impl->node();
  return node && node->is_leaf();
}

/// Gives `impl` a new producer, and takes along the wish to keep the gradient (retain_grad).
void replace_history(TensorImpl* impl, Node* node, int output) {
  const bool retains = std::exchange(impl->owns_grad, false);
  if (retains) release_leaf(impl);
  impl->set_node(node, output);
  if (!retains || !node) return;
  node->extras().retained.emplace_back(output, impl);
  impl->owns_grad = true;
}

}  // namespace

void check_inplace(const Tensor& target, bool records) {
  if (!records) return;
  TensorImpl* owner = target->view ? target->view_base.get() : target.impl();
  if (is_leaf_that_requires_grad(owner))
    throw GraphError(
        target->view ? "a view of a leaf that requires grad cannot be changed in place while "
                       "gradients are recorded; do it under no_grad, or on a copy (clone())"
                     : "a leaf that requires grad cannot be changed in place while gradients are "
                       "recorded; do it under no_grad, or write x = x + ...");
  for (const ViewStep* step = target->view.get(); step; step = step->parent.get())
    if (step->made_without_grad)
      throw GraphError("a view made under no_grad is changed in place while gradients are recorded; "
                       "make the view outside no_grad, or change it under no_grad too");
}

void rebase_history(const Tensor& target, Node* node, int output) {
  if (!target->view) {
    replace_history(target.impl(), node, output);
    ++target->history;
    return;
  }
  TensorImpl* base = target->view_base.get();
  auto* scatter = new (allocate(sizeof(ViewScatter))) ViewScatter(base, node, output, target->view);
  replace_history(base, scatter, 0);
  ++base->history;
}

/// The history of a view after its base's changed: the same steps from the new base.
void TensorImpl::refresh_view() {
  if (history == view_base->history) return;
  history = view_base->history;
  if (!view_base->node_) return;
  EnableGrad guard;
  Tensor again = limpid::replay(view, Tensor(view_base));
  Node* fresh = again->node_;
  fresh->references.increment();
  replace_history(this, fresh, again->output_index);
}

}  // namespace limpid
