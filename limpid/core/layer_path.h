#pragma once
// Which layer is running: errors and records say "layer backbone.stem.conv".

#include <string>
#include <string_view>

namespace limpid {

/// While it lives, `name` is the innermost layer of this thread. Costs two pointer writes.
class LayerScope {
 public:
  explicit LayerScope(std::string_view name);
  ~LayerScope();
  LayerScope(const LayerScope&) = delete;
  LayerScope& operator=(const LayerScope&) = delete;

  std::string_view name() const { return name_; }
  const LayerScope* outer() const { return outer_; }

 private:
  std::string_view name_;
  const LayerScope* outer_;
};

/// Names from the outermost to the innermost layer joined by '.', or "" outside any.
std::string current_layer_path();

}  // namespace limpid
