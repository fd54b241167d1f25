#include "limpid/autograd/node_hooks.h"

#include <mutex>
#include <unordered_map>

namespace limpid {

namespace {

struct Table {
  std::mutex mutex;
  std::unordered_map<const Node*, NodeHooks> nodes;
  std::unordered_map<std::int64_t, const Node*> node_of;  // a hook's
  std::int64_t next = 1;
};

/// Never destroyed: a node may live longer than what is static.
Table& table() {
  static Table* const all = new Table;
  return *all;
}

template <class Hook>
std::int64_t add(Node& node, std::vector<std::pair<std::int64_t, Hook>> NodeHooks::*list,
                 Hook hook) {
  node.extras();  // so that a pass looks here
  const std::lock_guard lock(table().mutex);
  const std::int64_t id = table().next++;
  (table().nodes[&node].*list).emplace_back(id, std::move(hook));
  table().node_of[id] = &node;
  return id;
}

}  // namespace

std::int64_t add_hook_before(Node& node, NodeHooks::Before hook) {
  return add(node, &NodeHooks::before, std::move(hook));
}
std::int64_t add_hook_after(Node& node, NodeHooks::After hook) {
  return add(node, &NodeHooks::after, std::move(hook));
}

NodeHooks hooks_of(const Node& node) {
  const std::lock_guard lock(table().mutex);
  const auto found = table().nodes.find(&node);
  return found == table().nodes.end() ? NodeHooks{} : found->second;
}

void remove_node_hook(std::int64_t id) {
  NodeHooks dropped;  // what goes with it may run anything, and so goes after the lock
  const std::lock_guard lock(table().mutex);
  const auto node = table().node_of.extract(id);
  if (!node) return;
  NodeHooks& hooks = table().nodes.at(node.mapped());
  dropped = hooks;
  const auto named = [&](const auto& hook) { return hook.first == id; };
  std::erase_if(hooks.before, named);
  std::erase_if(hooks.after, named);
}

void forget_hooks(const Node& node) {
  decltype(Table::nodes)::node_type dropped;
  const std::lock_guard lock(table().mutex);
  dropped = table().nodes.extract(&node);
  if (!dropped) return;
  for (const auto& [id, hook] : dropped.mapped().before) table().node_of.erase(id);
  for (const auto& [id, hook] : dropped.mapped().after) table().node_of.erase(id);
}

void each_hook_of(const Node& node, const std::function<void(const NodeHooks&)>& look) {
  const std::unique_lock lock(table().mutex, std::try_to_lock);
  if (!lock) return;
  const auto found = table().nodes.find(&node);
  if (found != table().nodes.end()) look(found->second);
}

}  // namespace limpid
