#include "limpid/ops/all_ops/rearrange.h"

namespace limpid {

void append_rearrange_entries(std::vector<OpEntry>& entries) {
  append_entries(RearrangeOps{}, entries);
  append_entries(RearrangeComposites{}, entries);
}

}  // namespace limpid
