#include "limpid/autograd/node.h"

#include <algorithm>
#include <mutex>

#include "limpid/autograd/grad_mode.h"

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
    dead->destroy();
  }
  draining = false;
}

Tensor unpack(const SavedTensor& saved, Node* producer, int output) {
  if (!producer || !is_grad_enabled()) return saved.tensor;
  Tensor again = alias(saved.tensor);
  producer->references.increment();
  again->set_node(producer, output);
  return again;
}

}  // namespace limpid
