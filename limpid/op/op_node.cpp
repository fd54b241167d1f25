#include "limpid/op/op_node.h"

#include <algorithm>
#include <bit>

#include "limpid/autograd/grad_mode.h"
#include "limpid/autograd/saved_hooks.h"
#include "limpid/autograd/wanted.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/op/autocast.h"
#include "limpid/op/observe.h"
#include "limpid/op/piecewise.h"
#include "limpid/tensor/creation.h"
#include "limpid/tensor/layout.h"

namespace limpid {

namespace {
constexpr std::size_t round_up(std::size_t n) { return (n + 15) / 16 * 16; }
bool has_bit(std::uint64_t bits, int i) { return bits >> std::min(i, 63) & 1; }
/// A fused gradient reads what was saved and what arrives, and writes what leaves. (Where a
/// gradient is made of public ops, those report for themselves.)
Work fused_work(std::span<const SavedTensor> saved, std::span<const Tensor> dy,
                std::span<const Tensor> dx) {
  Work work;
  const auto add = [&](const Tensor& t) {
    if (t.defined())
      work.bytes += static_cast<double>(t.numel()) * static_cast<double>(size_of(t.dtype()));
  };
  for (const SavedTensor& s : saved) add(s.tensor);
  std::for_each(dy.begin(), dy.end(), add);
  std::for_each(dx.begin(), dx.end(), add);
  return work;
}

/// The node whose gradient is computed on this thread, while that is recorded.
constinit thread_local const OpNode* differentiated = nullptr;

struct Differentiating {
  const OpNode* before = differentiated;
  explicit Differentiating(const OpNode* node) { differentiated = node; }
  ~Differentiating() { differentiated = before; }
};

/// Passes a gradient on unchanged, and zeros to an input that it is a constant function of.
class PiecewiseNode final : public Node {
 public:
  PiecewiseNode(const Tensor& dx, const Edge& input) : Node(edges_, 2, 1), spec_(dx.spec()) {
    connect(edges_[0], dx.impl());
    edges_[1] = input;
    input.to->references.increment();
  }
  std::string_view name() const override { return "Piecewise"; }
  void backward(std::span<const Tensor> dy, std::span<Tensor> dx) override {
    if (edges_[0].to) dx[0] = dy[0];
    dx[1] = zeros(spec_.shape, {.dtype = spec_.dtype, .device = spec_.device});
  }

 private:
  void destroy() override { delete this; }
  Edge edges_[2];
  Spec spec_;
};

Tensor constant_between_corners(Tensor dx, const Edge& input) {
  if (!dx.defined() || !input.to) return dx;
  Tensor out = alias(dx);
  auto* node = new PiecewiseNode(dx, input);
  out->set_node(node, 0);  // which owns it now
  return out;
}

/// Passes a gradient on; while that is recorded, as one that is constant between corners.
class CornersNode final : public Node {
 public:
  explicit CornersNode(const Tensor& input) : Node(&edge_, 1, 1) { connect(edge_, input.impl()); }
  std::string_view name() const override { return "Corners"; }
  void backward(std::span<const Tensor> dy, std::span<Tensor> dx) override {
    dx[0] = is_grad_enabled() ? constant_between_corners(dy[0], edge_) : dy[0];
  }

 private:
  void destroy() override { delete this; }
  Edge edge_;
};

}  // namespace

Tensor piecewise(Tensor dx, int i) {
  if (!differentiated) return dx;
  return constant_between_corners(std::move(dx),
                                  differentiated->inputs()[static_cast<std::size_t>(i)]);
}

Tensors as_functions_of_inputs(Tensors dx) {
  if (!differentiated) return dx;
  for (std::size_t i = 0; i < dx.size(); ++i)
    if (dx[i].defined() && !dx[i].requires_grad())
      dx[i] = piecewise(std::move(dx[i]), static_cast<int>(i));
  return dx;
}

Tensor with_corners(const Tensor& input) {
  if (!is_grad_enabled() || !input.requires_grad()) return input;
  Tensor out = alias(input);
  auto* node = new CornersNode(input);
  out->set_node(node, 0);  // which owns it now
  return out;
}

struct OpNode::Plan {
  const OpInfo& info;
  Saves saves;
  std::size_t edges, outputs, saved, specs;
  std::size_t op_at, edges_at, saved_at, specs_at, bytes;

  Plan(const OpInfo& op, const Inputs& in, Needs needs, std::size_t output_count)
      : info(op),
        saves(op.saves(needs)),
        edges(static_cast<std::size_t>(in.size())),
        outputs(output_count),
        saved(0),
        specs(saves.specs ? edges : 0) {
    if (saves.outputs) saved = static_cast<std::size_t>(std::popcount(saves.outputs));
    if (saves.inputs)
      for (int i = 0; i < in.size(); ++i) saved += has_bit(saves.inputs, i);
    op_at = round_up(sizeof(OpNode));
    edges_at = op_at + round_up(info.size);
    saved_at = edges_at + round_up(edges * sizeof(Edge));
    specs_at = saved_at + round_up(saved * sizeof(SavedTensor));
    bytes = specs_at + specs * sizeof(Spec);
  }
};

OpNode::OpNode(const Plan& plan, char* block)
    : Node(reinterpret_cast<Edge*>(block + plan.edges_at), static_cast<std::uint32_t>(plan.edges),
           static_cast<int>(plan.outputs)),
      info_(plan.info),
      saves_(plan.saves),
      bytes_(plan.bytes),
      op_(block + plan.op_at),
      saved_(reinterpret_cast<SavedTensor*>(block + plan.saved_at)),
      specs_(reinterpret_cast<Spec*>(block + plan.specs_at)) {
  std::uninitialized_default_construct_n(edges().data(), plan.edges);
}

void OpNode::record(const OpInfo& info, const void* op, Inputs in, Needs needs,
                    std::span<Tensor> outputs) {
  const Plan plan(info, in, needs, outputs.size());
  char* block = static_cast<char*>(allocate(plan.bytes));
  auto* node = new (block) OpNode(plan, block);
  info.copy(node->op_, op);
  if (plan.specs) node->keep_specs(in);
  // Ours until an output takes it over: a hook on what is saved may throw.
  std::unique_ptr<Node, void (*)(Node*)> ours(node, release_node);
  const Shape& out = outputs[0].shape();
  int i = -1;
  for (Edge& edge : node->edges()) {  // one an input
    TensorImpl* input = in.impl(++i);
    if (has_bit(plan.saves.inputs, i)) {
      auto* slot = new (&node->saved_[node->saved_count_++]) SavedTensor;
      if (input) *slot = save_for_backward(Tensor(Ptr<TensorImpl>::share(input)));
    }
    if (!input || !needs[i]) continue;
    connect(edge, input);
    if (!info.traits.broadcasts || input->spec.shape == out) continue;
    edge.rank = static_cast<std::uint8_t>(input->spec.rank());
    const int shift = out.rank() - input->spec.rank();
    for (int axis = 0; axis < out.rank(); ++axis)
      if (axis < shift || (input->spec[axis - shift] == 1 && out[axis] != 1))
        edge.reduced |= std::uint64_t{1} << axis;
  }
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    if (plan.saves.outputs >> k & 1)
      *new (&node->saved_[node->saved_count_++]) SavedTensor = save_for_backward(outputs[k]);
    const bool constant = info.traits.constant_outputs >> k & 1;
    if (constant || !is_floating(outputs[k].dtype())) continue;
    if (!ours.release()) node->references.increment();
    outputs[k]->set_node(node, static_cast<int>(k));
  }
}

void OpNode::keep_specs(const Inputs& in) {
  for (int i = 0; i < in.size(); ++i) {
    const TensorImpl* input = in.impl(i);
    new (&specs_[i]) Spec(input ? input->spec : Spec());
    if (input && !input->contiguous && is_channels_last(*input)) [[unlikely]]
      channels_last_ |= std::uint64_t{1} << (i < 64 ? i : 63);
  }
}

int OpNode::saved_input(int i) const {
  if (!has_bit(saves_.inputs, i)) return -1;
  int position = 0;
  for (int before = 0; before < i; ++before) position += has_bit(saves_.inputs, before);
  return position;
}

int OpNode::saved_output(int i) const {
  if (!(saves_.outputs >> i & 1)) return -1;
  return static_cast<int>(saved_count_) - std::popcount(saves_.outputs >> i);
}

void OpNode::check_saved() const {
  if (released_) throw_freed();
  for (const SavedTensor& s : std::span(saved_, saved_count_)) check_unchanged(s, info_.doc.name);
}

void OpNode::backward(std::span<const Tensor> dy, std::span<Tensor> dx) {
  if (saved_count_) check_saved();
  std::vector<Edge> some;  // those that lead to what the pass is for
  if (!wanted_edges.empty()) {
    some.assign(edges().begin(), edges().end());
    for (std::size_t i = 0; i < some.size(); ++i)
      if (!wanted_edges[i]) some[i].to = nullptr;
  }
  const std::span<const Edge> leading = some.empty() ? edges() : some;
  const Backward context(dy, leading, *this);
  WorkScope scope(info_.doc.name, "backward");
  const AutocastOff computes_as_forward_did;
  const Differentiating guard(is_grad_enabled() ? this : nullptr);
  BackwardKernel fused = nullptr;
  if (!is_grad_enabled() && dy.front().defined())
    fused = info_.fused[static_cast<std::size_t>(dy.front().device().type)];
  Tensors gradients = fused ? fused(op_, context) : info_.gradient(op_, context);
  if (gradients.size() != dx.size())
    throw GraphError(str("the gradient of ", info_.doc.name, " returned ", gradients.size(),
                         " tensors for ", dx.size(), " inputs"));
  std::move(gradients.begin(), gradients.end(), dx.begin());
  if (scope.watched() && fused) [[unlikely]]
    scope.set(fused_work({saved_, saved_count_}, dy, dx));
}

void OpNode::release_saved() {
  if (!saved_count_) return;
  released_ = true;
  for (SavedTensor& s : std::span(saved_, saved_count_)) s.tensor = Tensor();
}

void OpNode::destroy() {
  info_.destroy(op_);
  std::destroy_n(saved_, saved_count_);
  if (saves_.specs) std::destroy_n(specs_, edges().size());
  const std::size_t bytes = bytes_;
  this->~OpNode();
  deallocate(this, bytes);
}

Tensor Backward::input(int i) const {
  const int at = node_.saved_input(i);
  if (at < 0) throw GraphError(str(node_.info().doc.name, " did not save input ", i));
  const SavedTensor& saved = node_.saved(at);
  if (!saved.tensor.defined()) return {};
  const Edge& edge = node_.inputs()[static_cast<std::size_t>(i)];  // wanted or not
  return unpack(saved, edge.to, edge.output);
}

Tensor Backward::output(int i) const {
  const int at = node_.saved_output(i);
  if (at < 0) throw GraphError(str(node_.info().doc.name, " did not save output ", i));
  const SavedTensor& saved = node_.saved(at);
  const bool constant =
      (node_.info().traits.constant_outputs >> i & 1) != 0 || !is_floating(saved.tensor.dtype());
  return unpack(saved, constant ? nullptr : const_cast<OpNode*>(&node_), i);
}

const Spec& Backward::input_spec(int i) const { return node_.input_spec(i); }

Tensor Backward::empty_input(int i) const {
  Tensor out{Ptr<TensorImpl>::adopt(new TensorImpl([&]() -> Spec { return input_spec(i); }))};
  if (node_.input_was_channels_last(i)) lay_channels_last(*out.impl());
  return out;
}

}  // namespace limpid
