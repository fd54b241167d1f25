#include "limpid/autograd/inplace.h"

#include <algorithm>

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid {

namespace {

/// base' = base with the part seen by a view replaced by value; without a view, all of it. Edge 0:
/// base, edge 1: value (none: a constant).
class ViewScatter final : public Node {
 public:
  ViewScatter(TensorImpl* base, Node* value, int output, Ptr<ViewStep> view)
      : Node(edges_, 2, 1), view_(std::move(view)) {
    connect(edges_[0], base);
    edges_[1].to = value;
    edges_[1].output = static_cast<std::uint16_t>(output);
  }
  std::string_view name() const override { return view_ ? "ViewScatter" : "Overwrite"; }

  /// d base = dy with zeros where the view looks; d value = the view of dy. The steps that led to
  /// the view can always be taken from a contiguous tensor, but not from any: dy may be transposed.
  void backward(std::span<const Tensor> dy, std::span<Tensor> dx) override {
    if (edges_[0].to) {
      dx[0] = dy[0].clone();
      replay(view_, dx[0]).fill_(0);
    }
    if (edges_[1].to) dx[1] = replay(view_, dy[0].contiguous());
  }

 private:
  void destroy() override {
    this->~ViewScatter();
    deallocate(this, sizeof(ViewScatter));
  }
  Edge edges_[2];
  Ptr<ViewStep> view_;
};

/// The step to a view that `op` made together with others.
struct OneOfSeveral final : ViewStep {
  Ptr<ViewStep> step;
  const char* op;
  OneOfSeveral(Ptr<ViewStep> last, const char* name) : step(std::move(last)), op(name) {
    parent = step->parent;
    made_without_grad = step->made_without_grad;
  }
  Tensor replay(const Tensor& source) const override { return step->replay(source); }
};

/// The op that made `impl`, or what it is a view of, together with other views; or null.
const char* made_with_others(const TensorImpl& impl) {
  for (const ViewStep* step = impl.view.get(); step; step = step->parent.get())
    if (const auto* several = dynamic_cast<const OneOfSeveral*>(step)) return several->op;
  return nullptr;
}

bool made_without_grad(const TensorImpl& impl) {
  for (const ViewStep* step = impl.view.get(); step; step = step->parent.get())
    if (step->made_without_grad) return true;
  return false;
}

/// The steps of `view` from its base again. GraphError unless they lead to where it looks: a base
/// that got another shape in place (unsqueeze_, t_) is no longer what they were taken from.
Tensor replay_from_base(const TensorImpl& view) {
  try {
    Tensor again = replay(view.view, Tensor(view.view_base));
    if (again->data == view.data && again->strides == view.strides &&
        again->spec.shape == view.spec.shape)
      return again;
  } catch (const Error&) {  // an axis that is not there any more
  }
  throw GraphError(str(
      "this view of shape ", view.spec.shape, " was made before its base got the shape ",
      view.view_base->spec.shape,
      " in place, and one of them was changed since while gradients are recorded; make the view "
      "after the base has its shape"));
}

bool is_leaf_that_requires_grad(TensorImpl* impl) {
  Node* node = impl->node();
  return node && node->is_leaf();
}

bool reads(const Node& node, const Node* producer) {
  const std::span<Edge> edges = node.edges();
  return std::any_of(edges.begin(), edges.end(), [&](const Edge& e) { return e.to == producer; });
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

void mark_one_of_several(const Tensor& view, const char* op) {
  if (view->view) view->view = Ptr<ViewStep>::adopt(new OneOfSeveral(view->view, op));
}

void check_inplace(const Tensor& target, bool records) {
  if (!records) return;
  if (const char* op = made_with_others(*target.impl()))
    throw GraphError(
        str("this is one of several views that ", op,
            " gave, and cannot be changed in place while gradients are recorded; change a view "
            "made by an index or narrow, or put new tensors together with cat or stack"));
  if (made_without_grad(*target.impl()))
    throw GraphError(
        "a view made under no_grad is changed in place while gradients are recorded; "
        "make the view outside no_grad, or change it under no_grad too");
  if (target->view && is_leaf_that_requires_grad(target->view_base.get()))
    throw GraphError(
        "a view of a leaf that requires grad cannot be changed in place while "
        "gradients are recorded; do it under no_grad, or on a copy (clone())");
  if (is_leaf_that_requires_grad(target.impl()))
    throw GraphError(
        "a leaf that requires grad cannot be changed in place while gradients are "
        "recorded; do it under no_grad, or write x = x + ...");
  if (!target->view) return;
  const NoGrad guard;
  replay_from_base(*target.impl());
}

void rebase_history(const Tensor& target, Node* node, int output) {
  TensorImpl* base = target->view ? target->view_base.get() : target.impl();
  // Overwritten, a tensor still takes part in the record: its past gets zeros, unless the new
  // elements are made of the old.
  Node* past = base->node();
  const bool replaced = !target->view && (!past || (node && reads(*node, past)));
  if (replaced) {
    replace_history(base, node, output);
    ++base->history;
    return;
  }
  auto* scatter = new (allocate(sizeof(ViewScatter))) ViewScatter(base, node, output, target->view);
  replace_history(base, scatter, 0);
  ++base->history;
}

/// The history of a view after its base's changed: the same steps from the new base.
void TensorImpl::refresh_view() {
  if (history == view_base->history) return;
  if (!view_base->node_) {
    history = view_base->history;
    return;
  }
  if (made_without_grad(*this))
    throw GraphError(
        "a view made under no_grad, whose base was changed in place while gradients were "
        "recorded, is used; make the view outside no_grad, or again after the change");
  history = view_base->history;
  EnableGrad guard;
  const Tensor again = replay_from_base(*this);
  Node* fresh = again->node_;
  fresh->references.increment();
  replace_history(this, fresh, again->output_index);
}

}  // namespace limpid
