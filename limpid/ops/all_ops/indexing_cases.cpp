#include "limpid/ops/all_ops/indexing.h"

namespace limpid {

void append_indexing_entries(std::vector<OpEntry>& entries) {
  append_entries(IndexingOps{}, entries);
  append_entries(IndexingComposites{}, entries);
}

}  // namespace limpid
