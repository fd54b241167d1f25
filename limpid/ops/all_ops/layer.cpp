#include "limpid/ops/all_ops/layer.h"

namespace limpid {

void append_layer_rows(std::vector<const OpInfo*>& rows) { append_rows(LayerOps{}, rows); }

}  // namespace limpid
