#pragma once
// Which gradients of the node that runs are wanted. A pass for chosen inputs (grad) does not need
// all of them: what leads to none of the inputs would be computed for nothing.

#include <span>

namespace limpid {

/// One flag an edge of the node whose backward() runs in this thread; empty: all are wanted. A node
/// may ignore it and compute more.
inline thread_local std::span<const bool> wanted_edges;

/// Sets them while it lives. A pass sets its own, also one inside a node's backward().
class WantedEdges {
 public:
  explicit WantedEdges(std::span<const bool> wanted) : before_(wanted_edges) {
    wanted_edges = wanted;
  }
  ~WantedEdges() { wanted_edges = before_; }
  WantedEdges(const WantedEdges&) = delete;
  WantedEdges& operator=(const WantedEdges&) = delete;

 private:
  std::span<const bool> before_;
};

}  // namespace limpid
