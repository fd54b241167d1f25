#include "limpid/core/layer_path.h"

namespace limpid {

namespace {
thread_local const LayerScope* innermost = nullptr;
}

LayerScope::LayerScope(std::string_view name) : name_(name), outer_(innermost) { innermost = this; }
LayerScope::~LayerScope() { innermost = outer_; }

std::string current_layer_path() {
  std::string path;
  for (const LayerScope* s = innermost; s; s = s->outer()) {
    if (s->name().empty()) continue;
    path = path.empty() ? std::string(s->name()) : std::string(s->name()) + "." + path;
  }
  return path;
}

}  // namespace limpid
