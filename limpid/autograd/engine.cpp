#include "limpid/autograd/engine.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <memory>

#include "limpid/autograd/anomaly.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/autograd/leaf.h"
#include "limpid/autograd/node_hooks.h"
#include "limpid/autograd/wanted.h"
#include "limpid/core/error.h"
#include "limpid/core/interrupt.h"
#include "limpid/core/str.h"

namespace limpid {

namespace {

/// From Node* to a small number: open addressing with linear probing.
class NodeMap {
 public:
  /// The number of `node`; `next` is stored for a node not seen before.
  std::uint32_t find_or_insert(const Node* node, std::uint32_t next) {
    if (2 * (used_ + 1) > slots_.size()) grow();
    Slot& slot = probe(node);
    if (!slot.node) {
      slot = {node, next};
      ++used_;
    }
    return slot.number;
  }
  std::uint32_t at(const Node* node) { return probe(node).number; }

 private:
  struct Slot {
    const Node* node = nullptr;
    std::uint32_t number = 0;
  };
  Slot& probe(const Node* node) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t i = (reinterpret_cast<std::uintptr_t>(node) >> 6) * 0x9E3779B97F4A7C15u >> 20;
    while (slots_[i & mask].node && slots_[i & mask].node != node) ++i;
    return slots_[i & mask];
  }
  void grow() {
    std::vector<Slot> old(std::max<std::size_t>(64, 2 * slots_.size()));
    old.swap(slots_);
    for (const Slot& slot : old)
      if (slot.node) probe(slot.node) = slot;
  }
  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

/// Sums a gradient over the axes along which its input was broadcast.
Tensor reduce_broadcast(const Tensor& gradient, const Edge& edge) {
  std::int64_t axes[Shape::kMaxRank];
  std::size_t count = 0;
  for (std::uint64_t rest = edge.reduced; rest; rest &= rest - 1)
    axes[count++] = std::countr_zero(rest);
  Tensor summed = gradient.sum(std::span<const std::int64_t>(axes, count), /*keepdim=*/true);
  if (summed.dim() == edge.rank) return summed;
  const Shape& shape = summed.shape();
  return summed.reshape(Shape(std::span(shape.end() - edge.rank, edge.rank)));
}

std::atomic<bool> anomaly_enabled{false};

/// GraphError when a gradient that `node` has just computed holds a NaN.
void check_numbers(const Node& node, std::span<const Tensor> dx) {
  NoGrad guard;
  for (const Tensor& g : dx) {
    if (!g.defined() || g.device().type == DeviceType::meta) continue;
    const std::vector<double> numbers = g.detach().to_vector<double>();
    if (std::any_of(numbers.begin(), numbers.end(), [](double x) { return x != x; }))
      throw GraphError(str("anomaly: backward of ", node.name(),
                           " returned nan values for its input ", &g - dx.data(), " of shape ",
                           g.shape()));
  }
}

/// A value for each edge of a node; for few edges without asking for memory.
template <class T>
class PerEdge {
 public:
  explicit PerEdge(std::size_t edges)
      : many_(edges > kFew ? std::make_unique<T[]>(edges) : nullptr),
        all_(many_ ? many_.get() : few_, edges) {}
  PerEdge(const PerEdge&) = delete;
  PerEdge& operator=(const PerEdge&) = delete;
  std::span<T> all() const { return all_; }

 private:
  static constexpr std::size_t kFew = 8;
  T few_[kFew] = {};
  std::unique_ptr<T[]> many_;
  std::span<T> all_;
};

/// One backward pass. All scratch lives here, none in the nodes: nested passes, passes in several
/// threads over shared nodes, and passes that throw cannot disturb one another.
class Pass {
 public:
  Pass(std::span<const Tensor> outputs, std::span<const Tensor> gradients,
       std::span<const Tensor> inputs, BackwardOptions options, bool capture)
      : outputs_(outputs.begin(), outputs.end()),
        given_(gradients),
        inputs_(inputs),
        options_(options),
        capture_(capture) {}
  ~Pass() {
    for (Node* node : roots_) release_node(node);
  }
  Pass(const Pass&) = delete;
  Pass& operator=(const Pass&) = delete;

  /// Runs to the end; with `capture` returns the gradients of the inputs.
  std::vector<Tensor> run() {
    GradMode mode(options_.create_graph);
    const WantedEdges all({});  // those of a node that this pass runs inside are not for its nodes
    find_roots();
    find_inputs();
    for (Node* root : roots_) discover(root);
    for (std::size_t i = 0; i < roots_.size(); ++i)
      add(index_.at(roots_[i]), outputs_[i]->output_index, std::move(root_gradients_[i]));
    for (Node* root : roots_) {
      const std::uint32_t number = index_.at(root);
      if (entries_[number].waiting == 0 && !entries_[number].queued) enqueue(number);
    }
    while (!ready_.empty()) {
      const std::uint32_t number = ready_.back();
      ready_.pop_back();
      process(number);
    }
    deliver();
    return std::move(captured_);
  }

 private:
  struct Entry {
    Node* node;
    std::uint32_t waiting = 0;  ///< consumers whose gradient has not arrived yet
    std::uint32_t first = 0;    ///< its place in gradients_, one slot an output
    bool needed = false;        ///< leads to a leaf, or to an input of grad()
    bool queued = false;
    bool seen = false;  ///< by discover()
  };

  /// What a tensor that asked for it (retain_grad) will get.
  struct Retained {
    Node* node;
    int output;
    const TensorImpl* impl;
    Tensor gradient;
  };

  static Tensor root_gradient(const Tensor& output, const Tensor& given) {
    if (given.defined()) {
      if (!(given.shape() == output.shape()))
        throw ShapeError(str("backward: the gradient has shape ", given.shape(),
                             " but the tensor has ", output.shape()));
      return given.dtype() == output.dtype() ? given : given.to(output.dtype());
    }
    if (output.numel() != 1)
      throw GraphError(str("backward: a tensor of shape ", output.shape(),
                           " needs a gradient of that shape; only a single element has the ",
                           "gradient 1 by itself (call .sum() first?)"));
    Tensor one = output.detach().clone();
    NoGrad guard;
    one.fill_(1);
    return one;
  }

  std::uint32_t number_of(Node* node) {
    const auto next = static_cast<std::uint32_t>(entries_.size());
    const std::uint32_t number = index_.find_or_insert(node, next);
    if (number == next) {
      entries_.push_back({node, 0, static_cast<std::uint32_t>(gradients_.size())});
      gradients_.resize(gradients_.size() + static_cast<std::size_t>(node->outputs()));
    }
    return number;
  }

  void find_roots() {
    if (!given_.empty() && given_.size() != outputs_.size())
      throw GraphError(str("backward: ", given_.size(), " gradients for ", outputs_.size(),
                           " outputs; give one for each (an undefined one stands for 1), or none"));
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      Node* node = outputs_[i].defined() ? outputs_[i]->node() : nullptr;
      if (!node)
        throw GraphError("backward: this tensor does not depend on any tensor that requires grad");
      node->references.increment();
      roots_.push_back(node);
      root_gradients_.push_back(
          root_gradient(outputs_[i], i < given_.size() ? given_[i] : Tensor()));
    }
  }

  void find_inputs() {
    captured_.resize(inputs_.size());
    for (const Tensor& input : inputs_) {
      Node* node = input.defined() ? input->node() : nullptr;
      if (!node) throw GraphError("grad: one of the inputs does not require grad");
      entries_[number_of(node)].needed = true;
    }
  }

  /// Depth first from `root`, without recursion: counts for each node the consumers that will send
  /// it a gradient, and finds which nodes matter.
  void discover(Node* root) {
    struct Frame {
      std::uint32_t number;
      std::uint32_t edge;
    };
    if (entries_[number_of(root)].seen) return;
    std::vector<Frame> stack;
    enter(root, stack);
    while (!stack.empty()) {
      Frame& frame = stack.back();
      Node* node = entries_[frame.number].node;
      const std::span<Edge> edges = node->edges();
      if (frame.edge > 0) {  // back from a child
        Node* child = edges[frame.edge - 1].to;
        if (child && entries_[index_.at(child)].needed) entries_[frame.number].needed = true;
      }
      if (frame.edge == edges.size()) {
        stack.pop_back();
        continue;
      }
      Node* child = edges[frame.edge++].to;
      if (!child) continue;
      const std::uint32_t number = number_of(child);
      ++entries_[number].waiting;
      if (!entries_[number].seen) enter(child, stack);
    }
  }
  template <class Stack>
  void enter(Node* node, Stack& stack) {
    const std::uint32_t number = number_of(node);
    entries_[number].seen = true;
    if (!capture_ && node->is_leaf()) entries_[number].needed = true;
    stack.push_back({number, 0});
  }

  void enqueue(std::uint32_t number) {
    entries_[number].queued = true;
    ready_.push_back(number);
  }

  /// Adds a gradient to what has arrived for one output of a node.
  void add(std::uint32_t number, int output, Tensor gradient) {
    Tensor& slot = gradients_[entries_[number].first + static_cast<std::uint32_t>(output)];
    if (!slot.defined()) {
      slot = std::move(gradient);
      return;
    }
    const bool sole = slot->references.value() == 1 && slot->storage->references.value() == 1;
    if (!options_.create_graph && sole && (slot.is_contiguous() || slot->chosen))
      slot.add_(gradient);
    else slot = slot + gradient;
  }

  void process(std::uint32_t number) {
    Node* node = entries_[number].node;
    const std::span<Tensor> dy(&gradients_[entries_[number].first],
                               static_cast<std::size_t>(node->outputs()));
    bool any = false;
    for (const Tensor& g : dy) {
      any |= g.defined();
      meter_.step(g.defined() ? g.numel() : 0);
    }
    if (any && node->has_extras()) call_hooks(*node, dy);
    if (any && capture_) capture_gradients(node, dy);
    if (node->is_leaf()) {
      if (!any || capture_) return;
      if (node->has_extras() && !call_hooks_before(*node, dy)) return;
      leaves_.emplace_back(static_cast<Leaf*>(node), std::move(dy[0]));
      return;
    }
    send_on(*node, number, any);
  }

  /// Computes the gradients of a node's inputs and passes them to its producers.
  void send_on(Node& node, std::uint32_t number, bool any) {
    const std::span<Edge> edges = node.edges();
    const bool matters = entries_[number].needed && any && leads_on(edges);
    const PerEdge<Tensor> gradients(edges.size());
    const std::span<Tensor> dx = gradients.all();
    const std::uint32_t first = entries_[number].first;
    const std::span<Tensor> dy(&gradients_[first], static_cast<std::size_t>(node.outputs()));
    bool summed = false;
    if (matters) {
      if (!node.has_extras() || call_hooks_before(node, dy)) {
        if (capture_) run_wanted(node, dy, dx);
        else run_node(node, dy, dx);
      }
      if (!options_.retain_graph) node.release_saved();
      if (node.has_extras()) summed = call_hooks_after(node, dx, dy);
    }
    for (Tensor& g : dy) g = Tensor();
    auto gradient = dx.begin();
    for (const Edge& edge : edges) {
      Tensor& g = *gradient++;
      if (!edge.to) continue;
      const std::uint32_t to = index_.at(edge.to);
      if (g.defined() && entries_[to].needed) {
        if (edge.reduced && !summed) [[unlikely]]
          g = reduce_broadcast(g, edge);
        add(to, edge.output, std::move(g));
      }
      if (--entries_[to].waiting == 0) enqueue(to);
    }
  }
  bool leads_on(std::span<const Edge> edges) {
    for (const Edge& edge : edges)
      if (edge.to && entries_[index_.at(edge.to)].needed) return true;
    return false;
  }
  /// For chosen inputs: tells the node which of its gradients lead to one of them.
  void run_wanted(Node& node, std::span<const Tensor> dy, std::span<Tensor> dx) {
    const std::span<Edge> edges = node.edges();
    const PerEdge<bool> flags(edges.size());
    const std::span<bool> wanted = flags.all();
    for (std::size_t i = 0; i < edges.size(); ++i)
      wanted[i] = edges[i].to && entries_[index_.at(edges[i].to)].needed;
    const WantedEdges guard(wanted);
    run_node(node, dy, dx);
  }
  /// A nested backward may enlarge nothing here, but the node's own call may throw: name it.
  void run_node(Node& node, std::span<const Tensor> dy, std::span<Tensor> dx) {
    try {
      node.backward(dy, dx);
    } catch (Error& e) {
      e.add_context(str("backward of ", node.name()), "");
      throw;
    }
    if (anomaly_enabled.load(std::memory_order_relaxed)) [[unlikely]]
      check_numbers(node, dx);
  }

  void call_hooks(Node& node, std::span<Tensor> dy) {
    const std::vector<NodeExtras::Hook> hooks = node.extras().hooks;  // a hook may remove itself
    for (const NodeExtras::Hook& hook : hooks) {
      Tensor& gradient = dy[static_cast<std::size_t>(hook.output)];
      if (!gradient.defined()) continue;
      Tensor changed = hook.function(gradient);
      if (!changed.defined()) continue;
      if (!(changed.shape() == gradient.shape()))
        throw ShapeError(str("a hook on a tensor of shape ", gradient.shape(),
                             " returned a gradient of shape ", changed.shape()));
      if (changed.dtype() != gradient.dtype() || !(changed.device() == gradient.device()))
        throw DTypeError(
            str("a hook on a gradient of ", gradient.spec(), " returned one of ", changed.spec()));
      gradient = std::move(changed);
    }
    if (capture_) return;
    for (const auto& [output, impl] : node.extras().retained)
      if (const Tensor& gradient = dy[static_cast<std::size_t>(output)]; gradient.defined())
        retained_.push_back({&node, output, impl, gradient});
  }

  /// False when they leave no gradient.
  static bool call_hooks_before(const Node& node, std::span<Tensor> dy) {
    const NodeHooks hooks = hooks_of(node);
    for (const auto& [id, hook] : hooks.before) hook(dy);
    return std::any_of(dy.begin(), dy.end(), [](const Tensor& g) { return g.defined(); });
  }
  /// True when there were hooks: they see the gradients as they go on, summed where the input was
  /// broadcast.
  static bool call_hooks_after(Node& node, std::span<Tensor> dx, std::span<const Tensor> dy) {
    const NodeHooks hooks = hooks_of(node);
    if (hooks.after.empty()) return false;
    for (std::size_t i = 0; const Edge& edge : node.edges()) {
      if (edge.reduced && dx[i].defined()) dx[i] = reduce_broadcast(dx[i], edge);
      ++i;
    }
    for (const auto& [id, hook] : hooks.after) hook(dx, dy);
    return true;
  }
  void deliver_to(Leaf& leaf, Tensor gradient) {
    const NodeHooks hooks = leaf.has_extras() ? hooks_of(leaf) : NodeHooks{};
    if (hooks.after.empty()) return leaf.accumulate(std::move(gradient), options_.create_graph);
    leaf.accumulate(gradient, options_.create_graph);
    for (const auto& [id, hook] : hooks.after) hook({}, std::span(&gradient, 1));
  }

  /// The last step, after everything that may throw but hooks on leaves: gradients go to their
  /// tensors.
  void deliver() {
    for (const auto& [leaf, gradient] : leaves_) leaf->check(gradient);
    for (auto& [leaf, gradient] : leaves_) deliver_to(*leaf, std::move(gradient));
    for (Retained& r : retained_)
      for (const auto& [output, impl] : r.node->extras().retained)  // it may be gone by now
        if (output == r.output && impl == r.impl)
          add_to_grad(*impl, std::move(r.gradient), options_.create_graph);
  }

  void capture_gradients(Node* node, std::span<Tensor> dy) {
    for (std::size_t i = 0; i < inputs_.size(); ++i)
      if (inputs_[i]->node() == node) captured_[i] = dy[inputs_[i]->output_index];
  }

  std::vector<Tensor> outputs_;
  std::span<const Tensor> given_, inputs_;
  BackwardOptions options_;
  bool capture_;
  std::vector<Node*> roots_;
  std::vector<Tensor> root_gradients_;
  NodeMap index_;
  std::vector<Entry> entries_;
  std::vector<Tensor> gradients_;
  std::vector<std::uint32_t> ready_;
  std::vector<std::pair<Leaf*, Tensor>> leaves_;
  std::vector<Retained> retained_;
  std::vector<Tensor> captured_;
  InterruptMeter meter_;
};

}  // namespace

bool is_anomaly_enabled() { return anomaly_enabled; }
void set_anomaly_enabled(bool on) { anomaly_enabled = on; }

void backward(std::span<const Tensor> outputs, std::span<const Tensor> gradients,
              BackwardOptions options) {
  options.retain_graph |= options.create_graph;
  Pass(outputs, gradients, {}, options, false).run();
}

std::vector<Tensor> grad(std::span<const Tensor> outputs, std::span<const Tensor> inputs,
                         std::span<const Tensor> gradients, GradOptions options) {
  const BackwardOptions how{.retain_graph = options.retain_graph || options.create_graph,
                            .create_graph = options.create_graph};
  std::vector<Tensor> found = Pass(outputs, gradients, inputs, how, true).run();
  for (std::size_t i = 0; i < found.size(); ++i)
    if (!found[i].defined() && !options.allow_unused)
      throw GraphError(str("grad: input ", i, " does not influence the outputs; ",
                           "pass allow_unused to get an undefined gradient for it"));
  return found;
}

}  // namespace limpid
