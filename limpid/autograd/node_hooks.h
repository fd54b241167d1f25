#pragma once
// Functions around the backward of one node. They stand in a table beside the record, since hardly
// any node has one; a node with NodeExtras may be there.

#include <functional>
#include <span>
#include <vector>

#include "limpid/autograd/node.h"

namespace limpid {

struct NodeHooks {
  /// May change the gradients of the outputs (undefined where none arrived).
  using Before = std::function<void(std::span<Tensor> dy)>;
  /// May change the gradients of the inputs, one an edge; a leaf has none.
  using After = std::function<void(std::span<Tensor> dx, std::span<const Tensor> dy)>;
  std::vector<std::pair<std::int64_t, Before>> before;
  std::vector<std::pair<std::int64_t, After>> after;
};

/// Called each time a pass computes the gradients of `node`, in the order they were added.
std::int64_t add_hook_before(Node& node, NodeHooks::Before hook);
std::int64_t add_hook_after(Node& node, NodeHooks::After hook);
void remove_node_hook(std::int64_t id);  ///< nothing when it or its node is gone already

/// Those of now: a hook may remove itself.
NodeHooks hooks_of(const Node& node);
void forget_hooks(const Node& node);

/// For a language binding that keeps account of what its hooks refer to.
void each_hook_of(const Node& node, const std::function<void(const NodeHooks&)>& look);

}  // namespace limpid
