#include "limpid/autograd/node.h"

#include <algorithm>
#include <mutex>

#include "limpid/autograd/grad_mode.h"
#include "limpid/autograd/node_hooks.h"
#include "limpid/autograd/saved_hooks.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid {

constinit thread_local bool detail::grad_enabled = true;

namespace {
constinit thread_local Node* pending = nullptr;
constinit thread_local bool draining = false;
}  // namespace

/// Drops one reference. A node that dies is put on a list, and the outermost call empties the list,
/// so that a chain of a million nodes is freed in a loop and not by a million nested calls.
void release_node(Node* node) {
  if (!node->references.decrement()) return;
  node->next_pending_ = pending;
  pending = node;
  if (draining) return;
  draining = true;
  while (Node* dead = pending) {
    pending = dead->next_pending_;
    for (Edge& edge : dead->edges())
      if (Node* to = std::exchange(edge.to, nullptr)) release_node(to);
    if (dead->has_extras()) forget_hooks(*dead);
    dead->destroy();
  }
  draining = false;
}

void check_unchanged(const SavedTensor& saved, std::string_view saved_by) {
  if (!saved.tensor.defined()) return;
  const Storage& storage = *saved.tensor->storage;
  if (storage.version == saved.version) return;
  throw GraphError(str("a tensor of shape ", saved.tensor.shape(), " that ", saved_by,
                       " saved for its gradient was changed in place by ",
                       storage.changed_by ? storage.changed_by : "an op", " (now version ",
                       storage.version, ", saved at version ", saved.version,
                       "); change a clone() instead, or do it after backward"));
}

void throw_freed() {
  throw GraphError(
      "a second backward through the same graph: its saved tensors were freed by the "
      "first; pass retain_graph = true to the first");
}

Tensor unpack(const SavedTensor& saved, Node* producer, int output) {
  const Tensor tensor = restored(saved);
  if (!producer || !is_grad_enabled()) return tensor;
  Tensor again = alias_to_keep(tensor);
  producer->references.increment();
  again->set_node(producer, output);
  return again;
}

}  // namespace limpid
