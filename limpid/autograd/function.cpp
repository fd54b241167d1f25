#include "limpid/autograd/function.h"

#include <algorithm>

#include "limpid/autograd/grad_mode.h"
#include "limpid/autograd/node.h"
#include "limpid/autograd/saved_hooks.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/tensor/creation.h"

namespace limpid {

/// The record of one call: the function, its context, and the shapes that gradients must have.
class FunctionNode final : public Node {
 public:
  FunctionNode(std::unique_ptr<Edge[]> edges, const Tensors& inputs, std::size_t outputs)
      : Node(edges.get(), static_cast<std::uint32_t>(inputs.size()), static_cast<int>(outputs)),
        edges_(std::move(edges)) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      input_specs_.push_back(inputs[i].defined() ? inputs[i].spec() : Spec());
      if (inputs[i].defined()) connect(edges_[i], inputs[i].impl());
    }
  }

  static Tensors call(std::unique_ptr<Function> function, const Tensors& inputs);

  std::string_view name() const override { return function_->name(); }
  void backward(std::span<const Tensor> dy, std::span<Tensor> dx) override;
  void release_saved() override {
    released_ = !saved_.empty();
    for (Saved& s : saved_) s.kept = SavedTensor();
  }
  Tensors saved() const;

 private:
  /// A tensor that was kept, and whether it is an input or output (their number, else -1).
  struct Saved {
    SavedTensor kept;
    int input = -1, output = -1;
  };

  void keep(const Tensors& inputs, const Tensors& returned, const Tensors& outputs);
  void give_history(const Tensors& returned, Tensors& outputs);
  void destroy() override { delete this; }

  std::unique_ptr<Edge[]> edges_;
  std::vector<Spec> input_specs_, output_specs_;
  std::unique_ptr<Function> function_;
  FunctionContext context_;
  std::vector<Saved> saved_;
  bool released_ = false;
};

namespace {

int find(const Tensors& list, const Tensor& wanted) {
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&](const Tensor& tensor) { return tensor.is_same(wanted); });
  return found == list.end() ? -1 : static_cast<int>(found - list.begin());
}

bool shares_any(const Tensor& tensor, std::span<const Tensor> others) {
  return std::any_of(others.begin(), others.end(), [&](const Tensor& other) {
    return other.defined() && tensor.shares_storage(other);
  });
}

/// Outputs that nobody else can change or has recorded.
Tensors own_outputs(const Tensors& returned, const Tensors& inputs, std::string_view name) {
  NoGrad guard;
  Tensors out(returned.size());
  for (std::size_t i = 0; i < returned.size(); ++i) {
    const Tensor& y = returned[i];
    if (!y.defined()) throw ValueError(str(name, ": forward returned an undefined output ", i));
    const bool shared = shares_any(y, inputs) || shares_any(y, {out.data(), i});
    out[i] = shared ? y.clone() : alias(y);
  }
  return out;
}

}  // namespace

Tensors FunctionContext::saved() const { return node_ ? node_->saved() : saved_; }

bool FunctionContext::needs_input_grad(int i) const {
  if (i < 0 || static_cast<std::size_t>(i) >= needs_.size())
    throw IndexError(str("needs_input_grad: there is no input ", i, ", only ", needs_.size()));
  return needs_[static_cast<std::size_t>(i)];
}

Tensors FunctionNode::call(std::unique_ptr<Function> function, const Tensors& inputs) {
  FunctionContext context;
  bool records = false;
  for (const Tensor& x : inputs) {
    context.needs_.push_back(is_grad_enabled() && x.defined() && x.requires_grad());
    records |= context.needs_.back();
  }
  const Tensors returned = no_grad([&] { return function->forward(context, inputs); });
  Tensors outputs = own_outputs(returned, inputs, function->name());
  if (!records) return outputs;
  auto* node = new FunctionNode(std::make_unique<Edge[]>(inputs.size()), inputs, outputs.size());
  const std::unique_ptr<Node, void (*)(Node*)> ours(node, release_node);  // the outputs own it too
  node->function_ = std::move(function);
  node->context_ = std::move(context);
  node->give_history(returned, outputs);
  node->keep(inputs, returned, outputs);
  return outputs;
}

/// Tensors to save become aliases without history: the edges have that of the inputs, and holding
/// the node of an output here would close a cycle.
void FunctionNode::keep(const Tensors& inputs, const Tensors& returned, const Tensors& outputs) {
  for (const Tensor& t : std::exchange(context_.saved_, Tensors())) {
    Saved s{.kept = {}, .input = find(inputs, t), .output = find(returned, t)};
    if (s.input >= 0) s.output = -1;
    const Tensor& own = s.output >= 0 ? outputs[static_cast<std::size_t>(s.output)] : t;
    if (!own.defined()) s.input = s.output = -1;
    else s.kept = save_for_backward(own);
    if (s.output >= 0 && !own.requires_grad()) s.output = -1;  // marked, or an integer
    saved_.push_back(std::move(s));
  }
  context_.node_ = this;
}

void FunctionNode::give_history(const Tensors& returned, Tensors& outputs) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    output_specs_.push_back(outputs[i].spec());
    const bool constant = std::any_of(context_.constant_.begin(), context_.constant_.end(),
                                      [&](const Tensor& t) { return t.is_same(returned[i]); });
    if (constant || !is_floating(outputs[i].dtype())) continue;
    references.increment();
    outputs[i]->set_node(this, static_cast<int>(i));
  }
  context_.constant_.clear();
}

Tensors FunctionNode::saved() const {
  if (released_) throw_freed();
  Tensors out(saved_.size());
  for (std::size_t i = 0; i < saved_.size(); ++i) {
    const Saved& s = saved_[i];
    check_unchanged(s.kept, name());
    if (!s.kept.tensor.defined()) continue;
    if (s.input >= 0) {
      const Edge& edge = edges_[static_cast<std::size_t>(s.input)];
      out[i] = unpack(s.kept, edge.to, edge.output);
    } else {
      out[i] = unpack(s.kept, s.output >= 0 ? const_cast<FunctionNode*>(this) : nullptr, s.output);
    }
  }
  return out;
}

void FunctionNode::backward(std::span<const Tensor> dy, std::span<Tensor> dx) {
  Tensors arrived(dy.size());
  for (std::size_t i = 0; i < dy.size(); ++i) {
    const Spec& spec = output_specs_[i];
    arrived[i] = dy[i].defined() || !context_.materialize_
                     ? dy[i]
                     : zeros(spec.shape, {.dtype = spec.dtype, .device = spec.device});
  }
  Tensors gradients = function_->backward(context_, arrived);
  if (gradients.size() != dx.size())
    throw GraphError(str("backward returned ", gradients.size(), " gradients for ", dx.size(),
                         " inputs; return an undefined tensor for inputs that need none"));
  for (std::size_t i = 0; i < dx.size(); ++i) {
    if (!gradients[i].defined() || !edges_[i].to) continue;
    const Spec& spec = input_specs_[i];
    if (!(gradients[i].shape() == spec.shape))
      throw ShapeError(str("backward returned a gradient of shape ", gradients[i].shape(),
                           " for input ", i, " of shape ", spec.shape));
    dx[i] = gradients[i].to(spec.dtype);
  }
}

Tensors apply(std::unique_ptr<Function> function, const Tensors& inputs) {
  return FunctionNode::call(std::move(function), inputs);
}

}  // namespace limpid
