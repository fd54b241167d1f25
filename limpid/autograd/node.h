#pragma once
// The record: every op applied under grad leaves a node that knows the producers of its inputs.
// Walked backwards it is the autograd tape; it is also what graph passes, export and explain read.
// There is no global list: a node lives as long as a tensor or a later node refers to it.

#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "limpid/tensor/tensor.h"

namespace limpid {

/// The producer of one input, and how the op read it.
struct Edge {
  Node* to = nullptr;         ///< owned; none: that input needs no gradient
  std::uint64_t reduced = 0;  ///< axes of the output along which the input was broadcast
  std::uint16_t output = 0;   ///< which output of `to` it was
  std::uint8_t rank = 0;      ///< rank of the input
};

/// A tensor kept for backward, with the version it had. It is kept without its history, which
/// the edges hold already: so no cycle can arise, whatever is done in place later.
struct SavedTensor {
  Tensor tensor;
  std::uint32_t version = 0;
};

/// What few nodes have, and none pays for otherwise: hooks, and tensors that keep their gradient.
struct NodeExtras {
  struct Hook {
    std::int64_t id;
    int output;
    std::function<Tensor(const Tensor&)> function;
  };
  std::vector<Hook> hooks;
  std::vector<std::pair<int, TensorImpl*>> retained;  ///< cleared by the tensor when it dies
};

class Node {
 public:
  Refcount references;

  /// The op's name in the record, as in grad_fn=<Multiply>.
  virtual std::string_view name() const = 0;
  /// Gradients of the inputs (one an edge, undefined where the edge leads nowhere) from those of
  /// the outputs (undefined where none arrived).
  virtual void backward(std::span<const Tensor> dy, std::span<Tensor> dx) = 0;
  /// Frees what was saved; a later backward throws.
  virtual void release_saved() {}
  /// Set for the leaf that gathers gradients.
  virtual bool is_leaf() const { return false; }

  std::span<Edge> edges() const { return {edges_, edge_count_}; }
  int outputs() const { return outputs_; }
  NodeExtras& extras() {
    if (!extras_) extras_ = std::make_unique<NodeExtras>();
    return *extras_;
  }
  bool has_extras() const { return extras_ != nullptr; }

  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

 protected:
  Node(Edge* edges, std::uint32_t edge_count, int outputs)
      : edges_(edges), edge_count_(edge_count), outputs_(outputs) {}
  virtual ~Node() = default;
  /// Runs the destructor and gives the memory back.
  virtual void destroy() = 0;

 private:
  friend void release_node(Node*);
  Edge* edges_;
  std::uint32_t edge_count_;
  std::int32_t outputs_;
  Node* next_pending_ = nullptr;  // list of nodes about to be destroyed, see release_node
  std::unique_ptr<NodeExtras> extras_;
};

/// Points `edge` at the producer of `input`, if it has one.
inline void connect(Edge& edge, TensorImpl* input) {
  if (Node* node = input->node()) {
    node->references.increment();
    edge.to = node;
    edge.output = input->output_index;
  }
}

/// The tensor that `saved` kept, as an output of `producer` again where grad is recorded.
Tensor unpack(const SavedTensor& saved, Node* producer, int output);

/// GraphError when the tensor was changed in place since; `saved_by` names the op that kept it.
void check_unchanged(const SavedTensor& saved, std::string_view saved_by);
/// GraphError: what backward needs is no longer there.
[[noreturn]] void throw_freed();

/// An alias of `tensor` to keep, with the version of now.
inline SavedTensor save(const Tensor& tensor) {
  return {alias_to_keep(tensor), tensor->storage->version};
}

}  // namespace limpid
