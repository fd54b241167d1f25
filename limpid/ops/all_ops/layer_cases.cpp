#include "limpid/ops/all_ops/layer.h"

namespace limpid {

void append_layer_entries(std::vector<OpEntry>& entries) {
  append_entries(LayerOps{}, entries);
  append_entries(LayerComposites{}, entries);
}

}  // namespace limpid
