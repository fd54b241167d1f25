#include "limpid/ops/all_ops/pointwise.h"

namespace limpid {

void append_pointwise_entries(std::vector<OpEntry>& entries) {
  append_entries(PointwiseOps{}, entries);
  append_entries(PointwiseComposites{}, entries);
}

}  // namespace limpid
