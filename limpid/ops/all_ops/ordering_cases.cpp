#include "limpid/ops/all_ops/ordering.h"

namespace limpid {

void append_ordering_entries(std::vector<OpEntry>& entries) {
  append_entries(OrderingOps{}, entries);
  append_entries(OrderingComposites{}, entries);
}

}  // namespace limpid
