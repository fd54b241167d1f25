#include "limpid/ops/all_ops/reduction.h"

namespace limpid {

void append_reduction_entries(std::vector<OpEntry>& entries) {
  append_entries(ReductionOps{}, entries);
  append_entries(ReductionComposites{}, entries);
}

}  // namespace limpid
